/** The journal explorer's filter: in the address as codes and decimals, for the API as enums and minor units. */
import { parseYuan } from '../../../lib/amount-input.ts';
import type { JournalAddress } from '../../../lib/workspace-paths.ts';
import type { JournalFilter } from './journal.query.ts';

export const ENTRY_KINDS = [
  'PLEDGE_BINDING',
  'PLEDGE_RECEIPT',
  'PLEDGE_WRITE_OFF',
  'DONATION_SETTLED',
  'DONATION_MATCHED',
  'PAYMENT_FEE',
  'REFUND',
  'DISPUTE',
  'DISPUTE_FEE',
  'PROCESSOR_FEE',
  'BANK_CHARGE',
  'PAYOUT',
  'ALLOCATION',
  'AWARD_SIGNED',
  'AWARD_CLOSED',
  'DISBURSEMENT',
  'MANAGEMENT_COST',
  'OPENING_BALANCE',
  'MANUAL',
  'REVERSAL',
] as const satisfies readonly NonNullable<JournalFilter['kind']>[];

export const NATURES = [
  'CONTRIBUTION',
  'MATCH',
  'ALLOCATION',
  'PROGRAMME',
  'MANAGEMENT',
  'PAYMENT_FEES',
  'REFUND',
  'WRITE_OFF',
  'OPENING',
] as const satisfies readonly NonNullable<JournalFilter['nature']>[];

/** What stands in the address, apart from the page. */
export const FILTER_NAMES = [
  'kind',
  'nature',
  'from',
  'through',
  'account',
  'fund',
  'partyKind',
  'sector',
  'locality',
  'project',
  'award',
  'round',
  'cause',
  'least',
  'most',
] as const satisfies readonly (keyof JournalAddress)[];

export type FilterName = (typeof FILTER_NAMES)[number];

/** `pledge-binding` for PLEDGE_BINDING, as the ledger itself writes it. */
export const codeOf = (value: string): string => value.toLowerCase().replaceAll('_', '-');

export function addressOf(params: URLSearchParams): JournalAddress {
  const address: JournalAddress = {};
  for (const name of FILTER_NAMES) {
    const value = params.get(name)?.trim() ?? '';
    if (value !== '') address[name] = value;
  }
  return address;
}

/** What is not understood filters nothing: a date half typed, an amount that is none. */
export function filterOf(address: JournalAddress): JournalFilter {
  const { kind, nature, from, through, least, most, ...ids } = address;
  const date = (text: string | null | undefined) =>
    text !== undefined && text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
  const amount = (text: string | null | undefined) => parseYuan(text ?? '') ?? undefined;
  const set = {
    ...ids,
    kind: ENTRY_KINDS.find((one) => codeOf(one) === kind),
    nature: NATURES.find((one) => codeOf(one) === nature),
    from: date(from),
    through: date(through),
    leastMinor: amount(least),
    mostMinor: amount(most),
  };
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
}
