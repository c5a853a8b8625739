/** What makes a report provable: its files with their hashes, the rule it was allocated by, its versions. */
import type { AllocationRule } from '../../../server/domain/report-document.ts';
import { DataTable } from '../../components/data-table.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { formatCount, formatInstantDate } from '../../lib/format.ts';
import { paths } from '../paths.ts';

interface ReportFile {
  /** The file's name in the address, such as `report.csv`. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ReportEvidenceData {
  readonly number: string;
  readonly version: number;
  /** The hash of the canonical JSON document, from which every other format is made. */
  readonly contentHash: string;
  readonly allocation: { readonly rule: AllocationRule; readonly inputHash: string } | null;
  readonly files: readonly ReportFile[];
  readonly versions: readonly {
    readonly version: number;
    readonly publishedAt: string;
    /** Why this version replaced the one before it. */
    readonly reason: string | null;
  }[];
}

export function ReportEvidence({ data }: { data: ReportEvidenceData }) {
  const { locale, t } = useLanguage();
  return (
    <section className="section" aria-labelledby="evidence">
      <h2 id="evidence">{t('report:evidence.title')}</h2>
      <p className="section-lead">{t('report:evidence.lead')}</p>
      <dl className="facts">
        <div>
          <dt>{t('report:evidence.contentHash')}</dt>
          <dd className="code">{data.contentHash}</dd>
        </div>
        {data.allocation !== null && (
          <>
            <div>
              <dt>{t('report:evidence.rule')}</dt>
              <dd>
                {t(`report:rule.${data.allocation.rule}`)}{' '}
                <a href={paths.allocation(locale)}>{t('report:evidence.again')}</a>
              </dd>
            </div>
            <div>
              <dt>{t('report:evidence.inputHash')}</dt>
              <dd className="code">{data.allocation.inputHash}</dd>
            </div>
          </>
        )}
      </dl>
      <p className="page-actions">
        <a className="button" href={paths.verify(locale, { report: data.number })}>
          {t('report:evidence.verify')}
        </a>
      </p>
      <Files data={data} />
      <Versions data={data} />
    </section>
  );
}

function Files({ data }: { data: ReportEvidenceData }) {
  const { locale, t } = useLanguage();
  return (
    <DataTable
      caption={t('report:files.title')}
      rows={data.files}
      rowKey={(file) => file.name}
      empty={null}
      columns={[
        {
          key: 'name',
          heading: t('report:files.file'),
          cell: (file) => <a href={paths.reportFile(data.number, data.version, file.name)}>{file.name}</a>,
        },
        {
          key: 'bytes',
          heading: t('report:files.size'),
          numeric: true,
          cell: (file) => t('report:files.bytes', { bytes: formatCount(file.bytes, locale) }),
        },
        {
          key: 'hash',
          heading: t('report:files.hash'),
          cell: (file) => <span className="code">{file.sha256}</span>,
        },
      ]}
    />
  );
}

function Versions({ data }: { data: ReportEvidenceData }) {
  const { locale, t } = useLanguage();
  if (data.versions.length < 2) return null;
  return (
    <>
      <h3>{t('report:versions.title')}</h3>
      <ol className="versions">
        {data.versions.map((one) => (
          <li key={one.version}>
            <a href={paths.report(locale, data.number, one.version)}>
              {t('report:version', { version: one.version })}
            </a>{' '}
            <time dateTime={one.publishedAt}>{formatInstantDate(one.publishedAt, locale)}</time>
            {one.reason !== null && <p>{one.reason}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}
