/**
 * The full checks of the books: what the last one found, invariant by invariant, those of the nights before, and a check
 * of this moment for whoever does not want to wait for the night.
 */
import { useState } from 'react';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatCount, formatInstant } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import type { MessageKey } from '../../../lib/i18n.ts';
import { useData } from '../../../lib/use-data.ts';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { Invariants, LedgerChecks } from './checks.query.ts';

const pageOf = ({ ledgerChecks }: ResultOf<typeof LedgerChecks>) => ledgerChecks;

type Check = ResultOf<typeof LedgerChecks>['ledgerChecks']['items'][number];
type Result = Check['results'][number];

export function LedgerChecksPage() {
  const { t } = useLanguage();
  const pages = usePages({ query: LedgerChecks, variables: {}, page: pageOf });
  return (
    <WorkspacePage
      title={t('ledger:checks.title')}
      back={{ href: paths.ledger(), name: t('workspace:nav.ledger') }}
      lead={<p>{t('ledger:checks.lead')}</p>}
    >
      <DataView reading={pages}>
        {(ledgerChecks) => (
          <>
            {ledgerChecks[0] !== undefined && <Latest check={ledgerChecks[0]} />}
            <History checks={ledgerChecks} />
            <ListEnd pages={pages} shown={ledgerChecks.length} />
          </>
        )}
      </DataView>
      <CheckNow />
    </WorkspacePage>
  );
}

function Latest({ check }: { readonly check: Check }) {
  const { t, locale } = useLanguage();
  const { entries, breachCount, results } = check;
  const first = results.flatMap(({ breaches }) => breaches)[0];
  return (
    <section className="section" aria-labelledby="latest-check">
      <h2 id="latest-check">{t('ledger:checks.latest')}</h2>
      <FactList
        facts={[
          { name: t('ledger:checks.outcome'), value: <Outcome breachCount={breachCount} /> },
          { name: t('ledger:checks.began'), value: formatInstant(check.startedAt, locale) },
          { name: t('ledger:checks.ended'), value: formatInstant(check.finishedAt, locale) },
          ...(entries === null
            ? []
            : [{ name: t('ledger:checks.entries'), value: formatCount(entries, locale) }]),
          ...(first === undefined
            ? []
            : [{ name: t('ledger:checks.firstBreach'), value: <Finding text={first} /> }]),
        ]}
      />
      <Results results={results} caption={t('ledger:checks.latest')} />
    </section>
  );
}

function Outcome({ breachCount }: { readonly breachCount: number }) {
  const { t } = useLanguage();
  return (
    <StatusBadge tone={breachCount === 0 ? 'done' : 'wrong'}>
      {breachCount === 0 ? t('ledger:checks.sound') : t('ledger:checks.broken', { count: breachCount })}
    </StatusBadge>
  );
}

/** What the check writes is for whoever repairs: names of accounts and ids, in English in both languages. */
const Finding = ({ text }: { readonly text: string }) => (
  <span lang="en" className="code">
    {text}
  </span>
);

/** What each invariant is called; one that is new is shown as the check itself names it. */
const NAMES: Readonly<Record<string, MessageKey>> = {
  'debits equal credits, per entry and in all': 'ledger:checks.name.balance',
  'every settled donation has exactly one entry': 'ledger:checks.name.donations',
  'every refund and dispute has exactly one entry': 'ledger:checks.name.returns',
  'received is within pledged, and the rest is receivable': 'ledger:checks.name.pledges',
  'no fund allocated or paid out more than it had': 'ledger:checks.name.funds',
  'disbursed is within awarded, and a closed award owes nothing': 'ledger:checks.name.awards',
  'disbursed is within awarded, and a closed award owes only what the bank sent back':
    'ledger:checks.name.awardsAndReturns',
  'every executed disbursement has exactly one entry, and one that came back its reversal':
    'ledger:checks.name.disbursements',
  'every paid management cost has exactly one entry': 'ledger:checks.name.costs',
  'roll-ups equal a full replay': 'ledger:checks.name.rollUps',
  'stripe-clearing is what the processor holds and what is on its way': 'ledger:checks.name.clearing',
  'the sealed sequence has no gap and no change': 'ledger:checks.name.seal',
  'no entry is booked in a period that was closed': 'ledger:checks.name.periods',
  'every published report rebuilds byte for byte': 'ledger:checks.name.reports',
};

/** What was counted, as the check words it: `412 roll-ups, 96 accounts`. */
const COUNTED: Readonly<Record<string, MessageKey>> = {
  entries: 'ledger:checks.counted.entries',
  'sealed entries': 'ledger:checks.counted.entries',
  donations: 'ledger:checks.counted.donations',
  'refunds and disputes': 'ledger:checks.counted.returns',
  pledges: 'ledger:checks.counted.pledges',
  funds: 'ledger:checks.counted.funds',
  awards: 'ledger:checks.counted.awards',
  disbursements: 'ledger:checks.counted.disbursements',
  'management costs': 'ledger:checks.counted.costs',
  'roll-ups': 'ledger:checks.counted.rollUps',
  reports: 'ledger:checks.counted.reports',
};

function Counted({ figure }: { readonly figure: string }) {
  const { t, locale } = useLanguage();
  const [, count = '', unit = ''] = /^(\d+) (?:of \d+ )?([a-z -]+)/.exec(figure) ?? [];
  const key = COUNTED[unit.replace(/ sealed$/, '')];
  return key === undefined ? null : (
    <span className="under">
      {t(key, { count: Number(count), figure: formatCount(Number(count), locale) })}
    </span>
  );
}

function Results({ results, caption }: { readonly results: readonly Result[]; readonly caption: string }) {
  const { t } = useLanguage();
  return (
    <DataTable
      caption={caption}
      captionHidden
      rows={results}
      rowKey={({ invariant }) => invariant}
      empty={null}
      columns={[
        {
          key: 'what',
          heading: t('ledger:checks.what'),
          cell: ({ invariant, figure, breaches }) => {
            const name = NAMES[invariant];
            return (
              <div>
                {name === undefined ? <span lang="en">{invariant}</span> : t(name)}
                <Counted figure={figure} />
                {breaches.map((breach) => (
                  <span key={breach} className="under">
                    <Finding text={breach} />
                  </span>
                ))}
              </div>
            );
          },
        },
        {
          key: 'outcome',
          heading: t('ledger:checks.outcome'),
          cell: ({ holds, breaches }) => (
            <StatusBadge tone={holds ? 'done' : 'wrong'}>
              {holds ? t('ledger:holds') : t('ledger:checks.broken', { count: breaches.length })}
            </StatusBadge>
          ),
        },
      ]}
    />
  );
}

function History({ checks }: { readonly checks: readonly Check[] }) {
  const { t, locale } = useLanguage();
  return (
    <section className="section" aria-labelledby="earlier-checks">
      <h2 id="earlier-checks">{t('ledger:checks.history')}</h2>
      <DataTable
        caption={t('ledger:checks.history')}
        captionHidden
        rows={checks}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('ledger:checks.none')}>{t('ledger:checks.noneNext')}</EmptyState>}
        columns={[
          {
            key: 'began',
            heading: t('ledger:checks.began'),
            cell: ({ startedAt }) => formatInstant(startedAt, locale),
          },
          {
            key: 'outcome',
            heading: t('ledger:checks.outcome'),
            cell: ({ breachCount }) => <Outcome breachCount={breachCount} />,
          },
          {
            key: 'entries',
            heading: t('ledger:checks.entries'),
            numeric: true,
            cell: ({ entries }) => (entries === null ? '—' : formatCount(entries, locale)),
          },
        ]}
      />
    </section>
  );
}

function CheckNow() {
  const { t } = useLanguage();
  const [isAsked, setAsked] = useState(false);
  return (
    <section className="section" aria-labelledby="check-now">
      <h2 id="check-now">{t('ledger:checks.now')}</h2>
      <p className="section-lead">{t('ledger:checks.nowLead')}</p>
      {isAsked ? (
        <ResultsNow />
      ) : (
        <button type="button" className="button button-quiet" onClick={() => setAsked(true)}>
          {t('ledger:checks.run')}
        </button>
      )}
    </section>
  );
}

function ResultsNow() {
  const { t } = useLanguage();
  return (
    <DataView reading={useData(Invariants, {})}>
      {({ ledgerInvariants }) => <Results results={ledgerInvariants} caption={t('ledger:checks.now')} />}
    </DataView>
  );
}
