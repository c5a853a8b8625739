/** One published compensation statement, with its sources, its files and the means to compute it again. */
import { CompensationStatement, type StatementView } from '../../components/compensation-statement.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { formatInstantDate, formatSummary } from '../../lib/format.ts';
import { readText } from '../../lib/locale.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import { paths } from '../paths.ts';
import { usePlaceWords } from '../use-place-words.ts';
import type { PublicPage } from '../public-page.ts';

interface CompensationData extends StatementView {
  readonly id: string;
  readonly version: number;
  readonly title: LocalizedText;
  readonly costsSource: string;
  readonly figuresAt: string;
  readonly publishedAt: string;
  readonly round: { readonly code: string; readonly title: LocalizedText } | null;
  /** Id of the project whose payments the ledger gives; null for all of the round. */
  readonly project: string | null;
  readonly localities: readonly { readonly code: string; readonly name: LocalizedText }[];
  /** Published versions, the latest first. */
  readonly versions: readonly {
    readonly id: string;
    readonly version: number;
    readonly publishedAt: string;
  }[];
}

const COMMAND = 'npm run --silent engine -- share < problem.json > result.json';

const nameIn =
  ({ localities }: CompensationData) =>
  (code: string): LocalizedText =>
    localities.find((one) => one.code === code)?.name ?? { zh: code, en: code };

export const compensationPage: PublicPage<CompensationData> = {
  head: (data, { locale, t, read }) => ({
    title: read(data.title),
    description: t('compensation:description', {
      total: formatSummary(data.total, locale),
      localities: data.lines
        .map((line) => readText(nameIn(data)(line.locality), locale))
        .join(t('common:listSeparator')),
    }),
  }),
  Body: CompensationBody,
};

function CompensationBody({ data }: { data: CompensationData }) {
  const { locale, t, read } = useLanguage();
  const [latest] = data.versions;
  return (
    <>
      <PageHeader
        title={read(data.title)}
        above={<a href={paths.compensations(locale)}>{t('compensation:title')}</a>}
        lead={
          <p>
            {t('compensation:versionOf', { version: data.version })} ·{' '}
            {formatInstantDate(data.publishedAt, locale)}
          </p>
        }
      />
      {latest !== undefined && latest.id !== data.id && (
        <p className="note">
          {t('compensation:replaced')}{' '}
          <a href={paths.compensation(locale, latest.id)}>
            {t('compensation:versionOf', { version: latest.version })}
          </a>
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>{t('compensation:costsSource')}</dt>
          <dd>{data.costsSource}</dd>
        </div>
        {data.lines.some(({ paidSource }) => paidSource === 'LEDGER') && (
          <div>
            <dt>{t('compensation:figuresAt')}</dt>
            <dd>{formatInstantDate(data.figuresAt, locale)}</dd>
          </div>
        )}
        {data.round !== null && (
          <div>
            <dt>{t('compensation:round')}</dt>
            <dd>
              <a href={paths.round(locale, data.round.code)}>{read(data.round.title)}</a>
            </dd>
          </div>
        )}
        {data.project !== null && (
          <div>
            <dt>{t('compensation:project')}</dt>
            <dd>
              <a href={paths.project(locale, data.project)}>{t('compensation:showProject')}</a>
            </dd>
          </div>
        )}
      </dl>
      <CompensationStatement statement={data} nameOf={nameIn(data)} />
      <Again data={data} />
    </>
  );
}

function Again({ data }: { data: CompensationData }) {
  const { locale, t } = useLanguage();
  const files = {
    problem: paths.compensationFile(data.id, 'problem.json'),
    result: paths.compensationFile(data.id, 'result.json'),
  };
  const words = {
    working: t('compensation:again.working'),
    identical: t('compensation:again.identical'),
    differs: t('compensation:again.differs'),
    failed: t('compensation:again.failed'),
    absent: t('compensation:again.absent'),
    places: usePlaceWords(),
  };
  return (
    <section className="section" aria-labelledby="again">
      <h2 id="again">{t('compensation:again.title')}</h2>
      <p className="section-lead">{t('compensation:again.lead')}</p>
      <div hidden data-share-rerun={JSON.stringify({ ...files, words })}>
        <p className="page-actions">
          <button type="button" className="button">
            {t('compensation:again.button')}
          </button>
        </p>
        <p className="rerun-answer" role="status" />
      </div>
      <ul className="bare-list">
        <li>
          <a href={files.problem} download="problem.json">
            {t('compensation:again.problem')}
          </a>
        </li>
        <li>
          <a href={files.result} download="result.json">
            {t('compensation:again.result')}
          </a>
        </li>
        <li>
          <a href={paths.compensationFile(data.id, 'statement.csv', locale)} download>
            {t('compensation:again.table')}
          </a>
        </li>
      </ul>
      <p className="code">{COMMAND}</p>
    </section>
  );
}
