/**
 * Where anybody checks the ledger and a report in their own browser. The page holds every word that the check may say;
 * its script computes and fills in.
 */
import { FINDING_CODES, REASON_CODES } from '../../../server/domain/verification/findings.ts';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { paths } from '../paths.ts';
import { usePlaceWords } from '../use-place-words.ts';
import type { PublicPage } from '../public-page.ts';

interface CheckableReport {
  readonly number: string;
  readonly version: number;
}

export interface VerifyData {
  readonly reports: readonly CheckableReport[];
  /** The secret id of a gift, for who came from its page. */
  readonly gift: string | null;
}

const CHECKS = ['form', 'entries', 'leaves', 'tree', 'signatures', 'reports', 'proofs', 'seal'] as const;

/** Names of the facts of findings; the script puts the facts in the place of `{name}`. */
const FACTS = [
  ...['line', 'entry', 'debits', 'credits', 'found', 'expected', 'from', 'through', 'size', 'number'],
  ...['version', 'path', 'published', 'computed', 'older', 'reason', 'field'],
];
const PLACES = Object.fromEntries(FACTS.map((name) => [name, `{${name}}`]));

export const verifyPage: PublicPage<VerifyData> = {
  head: ({ gift }, { t }) => ({
    title: t('verify:title'),
    description: t('verify:lead'),
    ...(gift === null ? {} : { private: true }),
  }),
  Body: VerifyBody,
};

function VerifyBody({ data }: { data: VerifyData }) {
  const { t } = useLanguage();
  return (
    <div className="narrow" data-verify>
      <PageHeader title={t('verify:title')} lead={<p>{t('verify:lead')}</p>} />
      <noscript>
        <p className="note">{t('verify:needsScript')}</p>
      </noscript>
      {data.gift !== null && <Gift id={data.gift} />}
      <Reports reports={data.reports} />
      <section className="section" aria-labelledby="from-file">
        <h2 id="from-file">{t('verify:file.title')}</h2>
        <div className="field">
          <label htmlFor="bundle">{t('verify:file.label')}</label>
          <p className="field-hint" id="bundle-hint">
            {t('verify:file.hint')}
          </p>
          <input id="bundle" type="file" accept=".jsonl,.gz" aria-describedby="bundle-hint" />
        </div>
      </section>
      <Outcome />
      <section className="section note" aria-labelledby="without">
        <h2 id="without" className="note-title">
          {t('verify:script.title')}
        </h2>
        <p>{t('verify:script.text')}</p>
      </section>
      <Words />
    </div>
  );
}

function Gift({ id }: { id: string }) {
  const { t } = useLanguage();
  return (
    <section className="section" aria-labelledby="gift">
      <h2 id="gift">{t('verify:gift.title')}</h2>
      <p className="section-lead">{t('verify:gift.text')}</p>
      <p className="page-actions">
        <button type="button" className="button" data-verify-address={paths.donationProof(id)}>
          {t('verify:gift.check')}
        </button>
      </p>
    </section>
  );
}

function Reports({ reports }: { reports: readonly CheckableReport[] }) {
  const { t } = useLanguage();
  return (
    <section className="section" aria-labelledby="of-reports">
      <h2 id="of-reports">{t('verify:reports.title')}</h2>
      <p className="section-lead">{t('verify:reports.text')}</p>
      {reports.length === 0 && <p>{t('verify:reports.none')}</p>}
      {reports.map(({ number, version }) => (
        <p className="page-actions" key={`${number} ${version}`}>
          <button type="button" className="button" data-verify-address={paths.reportLedger(number, version)}>
            {t('verify:reports.check', { number, version })}
          </button>
          <a className="button button-quiet" href={paths.reportLedger(number, version)} download>
            {t('verify:reports.download')}
          </a>
        </p>
      ))}
    </section>
  );
}

/** Empty until something is checked. */
function Outcome() {
  const { t } = useLanguage();
  return (
    <section className="section" aria-labelledby="outcome" data-verify-outcome hidden>
      <h2 id="outcome" role="status" data-verify-headline />
      <p data-verify-note hidden />
      <ul className="verify-checks">
        {CHECKS.map((name) => (
          <li key={name} data-verify-check={name}>
            <span className="verify-state" data-verify-state />
            <span>{t(`verify:check.${name}`)}</span>
            <span className="verify-count" data-verify-count />
          </li>
        ))}
      </ul>
      <div data-verify-findings hidden>
        <h3>{t('verify:findings')}</h3>
        <ul />
      </div>
      <div data-verify-checkpoint hidden>
        <h3>{t('verify:checkpoint.title')}</h3>
        <dl className="facts">
          {(['size', 'root', 'signed', 'key'] as const).map((name) => (
            <div key={name}>
              <dt>{t(`verify:checkpoint.${name}`)}</dt>
              <dd className="code" data-verify-fact={name} />
            </div>
          ))}
        </dl>
        <p>{t('verify:checkpoint.keep')}</p>
      </div>
    </section>
  );
}

/** What the script may have to say, out of sight. */
function Words() {
  const { t } = useLanguage();
  const words: Readonly<Record<string, string>> = {
    progress: t('verify:progress', { lines: '{lines}' }),
    holds: t('verify:outcome.holds'),
    fails: t('verify:outcome.fails'),
    unreadable: t('verify:outcome.unreadable'),
    unreadableText: t('verify:outcome.unreadableText'),
    uncheckedSignatures: t('verify:outcome.uncheckedSignatures'),
    stateHolds: t('verify:state.holds'),
    stateFails: t('verify:state.fails'),
    stateNone: t('verify:state.none'),
    ...Object.fromEntries(FINDING_CODES.map((code) => [code, t(`verify:finding.${code}`, PLACES)])),
    ...Object.fromEntries(REASON_CODES.map((code) => [`reason ${code}`, t(`verify:reason.${code}`, PLACES)])),
    places: JSON.stringify(usePlaceWords()),
  };
  return (
    <dl hidden>
      {Object.entries(words).map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-verify-word={name}>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
