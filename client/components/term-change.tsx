/** A term of a policy or of a limit in words, and where a change waits, what holds now beside what would. */
import type { ReactNode } from 'react';
import type { ChangedTerm, TermName } from '../../server/domain/changed-terms.ts';
import { formatDate, formatFineShare } from '../lib/format.ts';
import type { Locale } from '../lib/locale.ts';
import type { MessageKey, Translate } from '../lib/i18n.ts';
import { useRegion } from '../lib/region.tsx';
import { Amount } from './amount.tsx';
import type { Fact } from './fact-list.tsx';
import { useLanguage } from './locale-context.tsx';

/** What each term is called. */
const TERM_NAMES = {
  approvalsNeeded: 'policies:approvals',
  councilAboveMinor: 'policies:council',
  approvers: 'policies:approvers',
  effectiveOn: 'policies:limit.from',
  shareBasisPoints: 'policies:limit.share',
  exemptBelowMinor: 'policies:limit.exempt',
} as const satisfies Record<TermName, MessageKey>;

interface Words {
  readonly t: Translate;
  readonly locale: Locale;
  readonly currency: string;
}

/** The values of a term in the reader's words; a dash or "never" where there is none. */
function shown(term: TermName, values: readonly string[], { t, locale, currency }: Words): ReactNode {
  const [first] = values;
  if (first === undefined) return term === 'councilAboveMinor' ? t('policies:never') : '—';
  switch (term) {
    case 'approvalsNeeded':
      return first;
    case 'councilAboveMinor':
    case 'exemptBelowMinor':
      return <Amount money={{ amountMinor: first, currency }} as="exact" />;
    case 'approvers':
      return values
        .map((role) => t(role.toLowerCase() === 'council' ? 'people:role.COUNCIL' : 'people:role.APPROVER'))
        .join(t('common:listSeparator'));
    case 'effectiveOn':
      return formatDate(first, locale);
    case 'shareBasisPoints':
      return formatFineShare(Number(first) / 10_000);
  }
}

const isSame = (before: readonly string[], after: readonly string[]): boolean =>
  before.toSorted().join(' ') === after.toSorted().join(' ');

/** One term: its value alone where nothing changes, else the value before and the one after. */
export function TermChange({ term, before, after }: ChangedTerm) {
  const { t, locale } = useLanguage();
  const { currency } = useRegion();
  const words = { t, locale, currency };
  if (isSame(before, after)) return shown(term, after, words);
  return (
    <span>
      {shown(term, before, words)} → <strong>{shown(term, after, words)}</strong>
    </span>
  );
}

/** The terms as facts by name, for wherever somebody signs them. */
export function useTermFacts() {
  const { t } = useLanguage();
  return (terms: readonly ChangedTerm[]): Fact[] =>
    terms.map((change) => ({ name: t(TERM_NAMES[change.term]), value: <TermChange {...change} /> }));
}

/** A term that stands alone, where no change of it waits. */
export const Term = ({ term, values }: { readonly term: TermName; readonly values: readonly string[] }) => (
  <TermChange term={term} before={values} after={values} />
);
