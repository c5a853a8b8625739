/** The last full check of the books in a line, wherever somebody rests a decision on them. */
import { formatCount, formatInstant } from '../lib/format.ts';
import { graphql } from '../lib/graphql.ts';
import { useData } from '../lib/use-data.ts';
import { workspacePaths as paths } from '../lib/workspace-paths.ts';
import { DataView } from './data-view.tsx';
import { useLanguage } from './locale-context.tsx';
import { StatusBadge } from './status-badge.tsx';

const LastLedgerCheckQuery = graphql(`
  query LastLedgerCheck {
    ledgerChecks(first: 1) {
      items {
        startedAt
        entries
        breachCount
        results {
          breaches
        }
      }
    }
  }
`);

export function LastLedgerCheck() {
  const { t, locale } = useLanguage();
  return (
    <section className="section" aria-labelledby="last-check">
      <h2 id="last-check">{t('ledger:checks.latest')}</h2>
      <DataView reading={useData(LastLedgerCheckQuery, {})}>
        {({
          ledgerChecks: {
            items: [check],
          },
        }) =>
          check === undefined ? (
            <p>{t('ledger:checks.noneNext')}</p>
          ) : (
            <>
              <p>
                <StatusBadge tone={check.breachCount === 0 ? 'done' : 'wrong'}>
                  {check.breachCount === 0
                    ? t('ledger:checks.sound')
                    : t('ledger:checks.broken', { count: check.breachCount })}
                </StatusBadge>{' '}
                {t('ledger:checks.when', {
                  time: formatInstant(check.startedAt, locale),
                  entries: formatCount(check.entries ?? 0, locale),
                })}
              </p>
              {check.breachCount > 0 && (
                <p className="note" lang="en">
                  {check.results.flatMap(({ breaches }) => breaches)[0]}
                </p>
              )}
            </>
          )
        }
      </DataView>
      <p className="section-more">
        <a href={paths.ledgerChecks()}>{t('ledger:checks.open')}</a>
      </p>
    </section>
  );
}
