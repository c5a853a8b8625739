/**
 * The history of a fund of gifts, as following a gift through it needs it. Sealed entries never change, so what was read
 * once is kept, and only what was sealed since then is read.
 */
import type { Database } from '../db/database.ts';
import type { FundStep } from '../domain/gift-trace.ts';
import { UNSEALED, type Posting, type SealedEntry } from '../domain/journal.ts';
import { minorFromStored } from '../domain/money.ts';
import { journalEntries } from './models/journal-entry.ts';
import { rawCollection } from './raw-collection.ts';
import { readSealState } from './seal-entries.ts';

interface KnownFund {
  readonly steps: readonly FundStep[];
  readonly contributedMinor: bigint;
  /** So many entries were sealed when it was read. */
  readonly sealed: number;
  /** Nothing that is sealed later is booked on this day or before. */
  readonly closedThrough: string | null;
}

const UNKNOWN: KnownFund = { steps: [], contributedMinor: 0n, sealed: 0, closedThrough: null };

/** More funds than donors look at in a day; the one that was looked at longest ago is read anew. */
const MAX_KNOWN = 1_000;

const knownOf = new WeakMap<Database, Map<string, KnownFund>>();

/** The sealed steps of a fund, in the sealed order. */
export async function readFundSteps(database: Database, fundId: string): Promise<readonly FundStep[]> {
  const known = knownOf.get(database) ?? new Map<string, KnownFund>();
  knownOf.set(database, known);
  const fund = await readOn(database, fundId, known.get(fundId) ?? UNKNOWN);
  known.delete(fundId);
  known.set(fundId, fund);
  for (const oldest of known.keys()) {
    if (known.size <= MAX_KNOWN) break;
    known.delete(oldest);
  }
  return fund.steps;
}

/** The place of each gift's entry in the sealed order, by its donation; those not sealed yet are left out. */
export async function readSequencesOfGifts(
  database: Database,
  donationIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const entries = await rawCollection(database, journalEntries)
    .find<Pick<SealedEntry, 'cause' | 'sequence'>>(
      { kind: 'donation-settled', cause: { $in: [...donationIds] } },
      { projection: { _id: 0, cause: 1, sequence: 1 } },
    )
    .toArray();
  return new Map(
    entries.flatMap(({ cause, sequence }) => (sequence === UNSEALED ? [] : [[cause, sequence]])),
  );
}

async function readOn(database: Database, fundId: string, known: KnownFund): Promise<KnownFund> {
  const { treeSize: sealed, closedThrough } = await readSealState(database, null);
  if (sealed === known.sealed) return known;
  const since = {
    'postings.fund': fundId,
    bookedOn: known.closedThrough === null ? { $gte: '' } : { $gt: known.closedThrough },
    sequence: { $gte: known.sealed, $lt: sealed },
  };
  const entries: Sealed[] = [];
  const projection = { _id: 0, sequence: 1, postings: 1 };
  const cursor = rawCollection(database, journalEntries)
    .find(since, { batchSize: 2_000 })
    .project<Sealed>(projection);
  for await (const { sequence, postings } of cursor)
    entries.push({ sequence, postings: postings.filter(({ fund }) => fund === fundId) });
  entries.sort((a, b) => a.sequence - b.sequence);
  const steps: FundStep[] = [];
  let { contributedMinor } = known;
  for (const { sequence, postings } of entries) {
    steps.push(...stepsOf(fundId, postings, { sequence, contributedMinor }));
    contributedMinor += contributedBy(fundId, postings);
  }
  return { steps: [...known.steps, ...steps], contributedMinor, sealed, closedThrough };
}

type Sealed = Pick<SealedEntry, 'sequence' | 'postings'>;

const gainOf = ({ creditMinor, debitMinor }: Posting): bigint =>
  minorFromStored(creditMinor) - minorFromStored(debitMinor);

/** What goes from the fund to a project or comes back from there is allocated; what leaves the bank for one is disbursed. */
function stepsOf(
  fundId: string,
  postings: readonly Posting[],
  at: Pick<FundStep, 'sequence' | 'contributedMinor'>,
): FundStep[] {
  return postings.flatMap((posting): FundStep[] => {
    const { account, project: projectId } = posting;
    if (projectId === undefined) return [];
    const gain = gainOf(posting);
    if (account === `fund:${fundId}`) return [{ kind: 'allocated', projectId, amountMinor: -gain, ...at }];
    return account.startsWith('bank:') ? [{ kind: 'disbursed', projectId, amountMinor: gain, ...at }] : [];
  });
}

const COMES_IN: ReadonlySet<string | undefined> = new Set(['contribution', 'match', 'refund']);

function contributedBy(fundId: string, postings: readonly Posting[]): bigint {
  return postings.reduce(
    (sum, posting) =>
      posting.account === `fund:${fundId}` && COMES_IN.has(posting.nature) ? sum + gainOf(posting) : sum,
    0n,
  );
}
