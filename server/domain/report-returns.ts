/** The part of a report that says what closed awards did not spend and gave back to their funds. */
import type { JournalEntry } from './journal.ts';
import type { LocalizedText } from './localized-text.ts';
import type { PartyKind } from './party.ts';

export const UNNAMED: LocalizedText = { zh: '（未列名）', en: '(not listed)' };

/** One closed award; amounts are minor units as text. */
export interface ReportReturn {
  readonly closedOn: string;
  readonly grantee: LocalizedText;
  readonly project: string;
  readonly amountMinor: string;
  /** The funds that it went back to. */
  readonly lines: readonly {
    readonly fund: LocalizedText;
    /** Who the fund's money comes from. */
    readonly giver: PartyKind;
    readonly amountMinor: string;
  }[];
}

interface Names {
  readonly projects: readonly { readonly id: string; readonly grantee: LocalizedText }[];
  readonly funds: ReadonlyMap<string, { readonly name: LocalizedText; readonly giver: PartyKind }>;
}

/** What closed awards gave back, in the order of closing; no part at all where there is nothing. */
export function returnsOf(
  entries: readonly Pick<JournalEntry, 'kind' | 'effectiveOn' | 'postings'>[],
  { projects, funds }: Names,
): { readonly returns?: readonly ReportReturn[] } {
  const returns = entries
    .filter(({ kind }) => kind === 'award-closed')
    .map(({ effectiveOn, postings }): ReportReturn => {
      const credited = postings.filter(({ creditMinor }) => creditMinor > 0n);
      const project = credited[0]?.project ?? '';
      return {
        closedOn: effectiveOn,
        grantee: projects.find(({ id }) => id === project)?.grantee ?? UNNAMED,
        project,
        amountMinor: String(credited.reduce((sum, { creditMinor }) => sum + creditMinor, 0n)),
        lines: credited.map(({ fund = '', creditMinor }) => ({
          fund: funds.get(fund)?.name ?? UNNAMED,
          giver: funds.get(fund)?.giver ?? 'individual',
          amountMinor: String(creditMinor),
        })),
      };
    });
  return returns.length === 0 ? {} : { returns };
}
