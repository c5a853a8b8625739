/** Where a document differs, in words: `disbursements[2].amountMinor` is the amount of the third disbursement. */

/** Names within reports, results and problems that have words of their own; any other stays as it is. */
export const PLACE_NAMES = [
  ...['totals', 'givers', 'pledges', 'coverage', 'coverageSummary', 'allocations', 'lines', 'projects'],
  ...['disbursements', 'returns', 'ledger', 'pledgedMinor', 'receivedMinor', 'donatedMinor'],
  ...['paymentFeesMinor', 'allocatedMinor', 'awardedMinor', 'disbursedMinor', 'fundedMinor', 'totalMinor'],
  ...[
    'amountMinor',
    'coverageBasisPoints',
    'openToEveryoneBasisPoints',
    'entryCount',
    'digest',
    'executedOn',
  ],
  ...['project', 'sentBack', 'length', 'needCount', 'coveredCount', 'lowestCoveredBasisPoints', 'grants'],
  ...['funds', 'bottlenecks', 'level', 'inputHash', 'parties', 'transfers', 'fund', 'id'],
  ...['shareMinor', 'shareExact', 'paidMinor', 'netMinor', 'from', 'to'],
] as const;

export interface PlaceWords {
  /** Between the parts of a place. */
  readonly separator: string;
  /** Of one among several: `{name}` and `{number}`, counted from 1. */
  readonly nth: string;
  readonly names: Readonly<Record<string, string>>;
}

const PART = /^([^[]*)((?:\[\d+\])*)$/;

/** The place in words, with the path behind it in brackets for whoever looks it up. */
export function placeInWords(path: string, { separator, nth, names }: PlaceWords): string {
  const parts = path.replace(/^\$\.?/, '').split('.');
  const said = parts.map((part) => {
    const [, name = part, indexes = ''] = PART.exec(part) ?? [];
    const word = names[name] ?? name;
    return [...indexes.matchAll(/\d+/g)].reduce(
      (text, [index]) => nth.replace('{name}', text).replace('{number}', String(Number(index) + 1)),
      word,
    );
  });
  const known = parts.every((part) => (PART.exec(part)?.[1] ?? part) in names);
  return known ? `${said.join(separator)} (${path})` : path;
}
