/** The ledger: what must always hold, the balances, and every entry with its postings. */
import { useSearchParams } from 'react-router';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const Entries = graphql(`
  query Entries($account: String, $after: ID) {
    journalEntries(first: 50, account: $account, after: $after) {
      hasMore
      entries {
        id
        kind
        effectiveOn
        narrative
        postings {
          account
          debitMinor
          creditMinor
        }
      }
    }
  }
`);

const Balances = graphql(`
  query Balances {
    trialBalance {
      account
      debitMinor
      creditMinor
    }
    ledgerInvariants {
      invariant
      holds
      figure
    }
  }
`);

type Entry = ResultOf<typeof Entries>['journalEntries']['entries'][number];

export function LedgerPage() {
  const { t } = useLanguage();
  const [search] = useSearchParams();
  const account = search.get('account');
  return (
    <WorkspacePage
      title={account ?? t('workspace:nav.ledger')}
      {...(account === null ? {} : { back: { href: paths.ledger(), name: t('workspace:nav.ledger') } })}
      lead={<p>{t('ledger:lead')}</p>}
    >
      <EntryList account={account} after={search.get('after')} />
      {account === null && <BalanceSheet />}
    </WorkspacePage>
  );
}

function EntryList({ account, after }: { account: string | null; after: string | null }) {
  const { t, locale } = useLanguage();
  const reading = useData(Entries, { account, after });
  const pageAfter = (id: string) => {
    const base = paths.ledger(account ?? undefined);
    return `${base}${base.includes('?') ? '&' : '?'}after=${encodeURIComponent(id)}`;
  };
  return (
    <section className="section" aria-labelledby="entries">
      <h2 id="entries">{t('ledger:entries.title')}</h2>
      <DataView reading={reading}>
        {({ journalEntries: { entries, hasMore } }) => (
          <DataTable
            caption={t('ledger:entries.title')}
            captionHidden
            rows={entries}
            rowKey={({ id }) => id}
            empty={<EmptyState title={t('ledger:entries.empty')}>{t('ledger:entries.emptyNext')}</EmptyState>}
            pages={{
              previous: after === null ? null : paths.ledger(account ?? undefined),
              next: hasMore ? pageAfter(entries.at(-1)?.id ?? '') : null,
            }}
            columns={[
              {
                key: 'on',
                heading: t('ledger:entries.on'),
                cell: ({ effectiveOn }) => formatDate(effectiveOn, locale),
              },
              {
                key: 'what',
                heading: t('ledger:entries.what'),
                cell: ({ narrative, kind }) => (
                  <>
                    {narrative}
                    <span className="under code">{kind}</span>
                  </>
                ),
              },
              {
                key: 'postings',
                heading: t('ledger:entries.postings'),
                cell: ({ postings }) => <Postings postings={postings} />,
              },
            ]}
          />
        )}
      </DataView>
    </section>
  );
}

function Postings({ postings }: { postings: Entry['postings'] }) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  return (
    <ul className="postings">
      {postings.map(({ account, debitMinor, creditMinor }, index) => (
        <li key={index}>
          <span>{debitMinor === '0' ? t('ledger:credit') : t('ledger:debit')}</span>
          <a className="code" href={paths.ledger(account)}>
            {account}
          </a>
          <Amount
            money={{ amountMinor: debitMinor === '0' ? creditMinor : debitMinor, currency }}
            as="exact"
          />
        </li>
      ))}
    </ul>
  );
}

function BalanceSheet() {
  const { t } = useLanguage();
  const { currency } = useRegion();
  const reading = useData(Balances, {});
  return (
    <DataView reading={reading}>
      {({ trialBalance, ledgerInvariants }) => (
        <>
          <section className="section" aria-labelledby="invariants">
            <h2 id="invariants">{t('ledger:invariants')}</h2>
            <ul className="plain-list">
              {ledgerInvariants.map(({ invariant, holds, figure }) => (
                <li key={invariant}>
                  <StatusBadge tone={holds ? 'done' : 'stopped'}>
                    {holds ? t('ledger:holds') : t('ledger:broken')}
                  </StatusBadge>{' '}
                  {invariant} <span className="code">{figure}</span>
                </li>
              ))}
            </ul>
          </section>
          <section className="section" aria-labelledby="balances">
            <h2 id="balances">{t('ledger:balances.title')}</h2>
            <DataTable
              caption={t('ledger:balances.title')}
              captionHidden
              rows={trialBalance}
              rowKey={({ account }) => account}
              empty={<EmptyState title={t('ledger:entries.empty')} />}
              columns={[
                {
                  key: 'account',
                  heading: t('ledger:balances.account'),
                  cell: ({ account }) => (
                    <a className="code" href={paths.ledger(account)}>
                      {account}
                    </a>
                  ),
                },
                {
                  key: 'debit',
                  heading: t('ledger:debit'),
                  numeric: true,
                  cell: ({ debitMinor }) => (
                    <Amount money={{ amountMinor: debitMinor, currency }} as="exact" />
                  ),
                },
                {
                  key: 'credit',
                  heading: t('ledger:credit'),
                  numeric: true,
                  cell: ({ creditMinor }) => (
                    <Amount money={{ amountMinor: creditMinor, currency }} as="exact" />
                  ),
                },
              ]}
            />
          </section>
        </>
      )}
    </DataView>
  );
}
