/** The postings of an entry as a list shows them: one line for an account on a side, and no more than one takes in. */
import type { LocalizedText } from '../../../../server/domain/localized-text.ts';

interface ListedPosting {
  readonly account: string;
  readonly accountName: LocalizedText | null;
  /** Minor units as text; one of the two is "0". */
  readonly debitMinor: string;
  readonly creditMinor: string;
}

export interface PostingLine {
  readonly account: string;
  readonly accountName: LocalizedText | null;
  readonly side: 'debit' | 'credit';
  readonly amountMinor: string;
}

const MOST_LINES = 6;

/**
 * Postings on the same account and side are added up, in the order in which they first appear; `left` says how many lines
 * are not shown. A single line more than fits is shown rather than counted.
 */
export function linesOfPostings(postings: readonly ListedPosting[]): {
  readonly lines: readonly PostingLine[];
  readonly left: number;
} {
  const sums = new Map<string, PostingLine>();
  for (const { account, accountName, debitMinor, creditMinor } of postings) {
    const side = debitMinor === '0' ? 'credit' : 'debit';
    const amountMinor = side === 'debit' ? debitMinor : creditMinor;
    const key = `${side} ${account}`;
    const before = BigInt(sums.get(key)?.amountMinor ?? '0');
    sums.set(key, { account, accountName, side, amountMinor: String(before + BigInt(amountMinor)) });
  }
  const all = [...sums.values()];
  const shown = all.length <= MOST_LINES + 1 ? all.length : MOST_LINES;
  return { lines: all.slice(0, shown), left: all.length - shown };
}
