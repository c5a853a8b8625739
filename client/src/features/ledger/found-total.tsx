/** What the journal explorer found in all, beside its page: how many entries, and what the postings meant come to. */
import { Amount } from '../../../components/amount.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import { JournalTotal } from './journal.query.ts';
import type { JournalFilter } from './journal.query.ts';

/** A refusal of the filter is said by the page itself. */
export function FoundTotal({ filter }: { readonly filter: JournalFilter }) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  const reading = useData(JournalTotal, { filter });
  const answer = reading.data?.journalTotal;
  if (answer?.__typename !== 'QueryJournalTotalSuccess') return null;
  const { entries, debitMinor, creditMinor, mostAddedUp } = answer.data;
  if (entries === null || debitMinor === null || creditMinor === null)
    return <p role="status">{t('journal:found.tooMany', { count: mostAddedUp })}</p>;
  const figure = (amountMinor: string) => <Amount money={{ amountMinor, currency }} as="exact" />;
  return (
    <p role="status">
      {t('journal:found.entries', { count: entries })} · {t('ledger:balances.debits')} {figure(debitMinor)} ·{' '}
      {t('ledger:balances.credits')} {figure(creditMinor)}
    </p>
  );
}
