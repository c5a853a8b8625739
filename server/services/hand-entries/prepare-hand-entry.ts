/** Preparing entries made by hand: opening balances, what no rule foresees, and reversals. Nothing is posted yet. */
import { requireRight, type Person } from '../../domain/access.ts';
import { IdAlreadyUsed, InvalidInput, NotFound, NotPermitted, SignInRequired } from '../../domain/errors.ts';
import { openControl, signatureOf } from '../../domain/four-eyes.ts';
import { reversalOf } from '../../domain/journal.ts';
import {
  AlreadyReversed,
  assertReversible,
  faultsOfReversal,
  NotReversibleByHand,
} from '../../domain/hand-reversal.ts';
import {
  amountOf,
  readHandEntry,
  termsOfHandEntry,
  type HandEntry,
  type HandFacts,
  type HandLine,
} from '../../domain/manual-entry.ts';
import { GENERAL_FUND, MAIN_BANK } from '../../domain/posting-rules.ts';
import { dayOf, type CalendarDate } from '../../domain/time.ts';
import { inTransaction, isDuplicateKey, type ClientSession } from '../../db/database.ts';
import { handEntries, type StoredHandEntry } from '../../db/models/hand-entry.ts';
import { readClosedThrough } from '../../ledger/close-period.ts';
import {
  findReversal,
  readFirstOrdinaryPeriod,
  readOpened,
  readPostedAccounts,
} from '../../ledger/read-hand-entry-facts.ts';
import { findEntry } from '../../ledger/read-ledger.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { findFunds } from '../funds.ts';
import { loadRegion } from '../region.ts';
import { documentsOfEntry } from './entry-documents.ts';

/** What the rules compare lines with, as the books stand now. */
export async function handFacts(
  { database, clock }: Pick<ServiceContext, 'database' | 'clock'>,
  lines: readonly { readonly account: string; readonly fund?: string | null }[],
  session: ClientSession | null,
): Promise<HandFacts> {
  const region = await loadRegion(database);
  const named = lines.flatMap(({ account, fund }) => [fund ?? '', account.replace(/^fund:/, '')]);
  const found = await findFunds(database, [...new Set(named)]);
  const others = lines.map(({ account }) => account).filter((account) => /^(bank|donor-debt):/.test(account));
  return {
    currency: region.currency,
    today: dayOf(clock.now(), region.timeZone),
    closedThrough: await readClosedThrough(database, session),
    funds: new Set([GENERAL_FUND, ...found.map(({ _id }) => _id)]),
    sectors: new Set(region.sectors.map(({ code }) => code)),
    localities: new Set(region.localities.map(({ code }) => code)),
    accounts: new Set([MAIN_BANK, ...(await readPostedAccounts(database, others, session))]),
    firstOrdinaryPeriod: await readFirstOrdinaryPeriod(database, session),
    opened: await readOpened(database, session),
  };
}

export interface PrepareHandEntryInput {
  readonly id: string;
  readonly kind: 'manual' | 'opening-balance';
  readonly effectiveOn: CalendarDate;
  readonly currency: string;
  readonly narrative: string;
  readonly lines: readonly HandLine[];
  /** Documents that were brought for this entry by whoever prepares it. */
  readonly documents: readonly string[];
}

export const prepareHandEntryErrors = [InvalidInput, NotPermitted, SignInRequired, IdAlreadyUsed] as const;

/** Prepares an entry with its documents, or says all that is wrong with it. */
export async function prepareHandEntry(
  context: ServiceContext,
  input: PrepareHandEntryInput,
): Promise<HandEntry> {
  const { database, actor } = context;
  const person = requireRight(actor, 'entry.prepare');
  assertUuid(input.id);
  const narrative = input.narrative.trim();
  const requestDigest = digestOf({ ...input, narrative });
  return inTransaction(database, async (session) => {
    const created = await findCreated(handEntries(database), 'entry', input.id, requestDigest, session);
    if (created !== null) return created;
    const at = { entry: input.id, ids: input.documents, personId: person.personId };
    const documents = await documentsOfEntry(database, at, session);
    const facts = await handFacts(context, input.lines, session);
    const read = readHandEntry({ ...input, narrative, documents: documents.length }, facts);
    const faults = [...read.faults];
    if (documents.length < input.documents.length)
      faults.push({
        path: 'documents',
        reason: 'document-unknown',
        message: 'A document did not arrive; bring it again.',
      });
    if (faults.length > 0) throw new InvalidInput(faults);
    const entry = {
      ...{ kind: input.kind, effectiveOn: input.effectiveOn, currency: facts.currency, narrative },
      ...{ postings: read.postings, reverses: null },
      documents: documents.map(({ _id, title, sha256 }) => ({ _id, title, sha256 })),
    };
    return store(context, session, person, { id: input.id, requestDigest }, entry);
  });
}

type Written = Parameters<typeof termsOfHandEntry>[0];

async function store(
  { database, clock }: ServiceContext,
  session: ClientSession,
  person: Person,
  { id, requestDigest }: { readonly id: string; readonly requestDigest: string },
  entry: Written,
): Promise<HandEntry> {
  const stored: StoredHandEntry = {
    ...{ _id: id, ...entry, amountMinor: amountOf(entry.postings), status: 'proposed' },
    control: openControl(digestOf(termsOfHandEntry(entry)), signatureOf(person, clock.now())),
    ...{ aliveReversal: entry.reverses, requestDigest },
  };
  await handEntries(database).create([stored], { session });
  return stored;
}

export const prepareReversalErrors = [
  ...prepareHandEntryErrors,
  NotFound,
  NotReversibleByHand,
  AlreadyReversed,
] as const;

/** Prepares the equal and opposite of an entry that was made by hand. */
export async function prepareReversal(
  context: ServiceContext,
  input: {
    readonly id: string;
    readonly entry: string;
    readonly effectiveOn: CalendarDate;
    readonly reason: string;
  },
): Promise<HandEntry> {
  const { database, actor } = context;
  const person = requireRight(actor, 'entry.prepare');
  assertUuid(input.id);
  const narrative = input.reason.trim();
  const requestDigest = digestOf({ ...input, reason: narrative });
  const reverse = async (session: ClientSession) => {
    const created = await findCreated(handEntries(database), 'entry', input.id, requestDigest, session);
    if (created !== null) return created;
    const undone = await findEntry(database, input.entry, session);
    if (undone === null) throw new NotFound('journal entry', input.entry);
    assertReversible(undone);
    if ((await findReversal(database, undone._id, session)) !== null) throw new AlreadyReversed(undone._id);
    const facts = await handFacts(context, [], session);
    const faults = faultsOfReversal({ effectiveOn: input.effectiveOn, narrative }, facts);
    if (faults.length > 0) throw new InvalidInput(faults);
    const { postings, currency } = reversalOf(undone, input.effectiveOn, narrative);
    const entry = {
      ...({ kind: 'reversal', effectiveOn: input.effectiveOn, currency, narrative } as const),
      ...{ postings, reverses: undone._id, documents: [] },
    };
    return store(context, session, person, { id: input.id, requestDigest }, entry);
  };
  try {
    return await inTransaction(database, reverse);
  } catch (error) {
    if (isDuplicateKey(error)) throw new AlreadyReversed(input.entry);
    throw error;
  }
}
