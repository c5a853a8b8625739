/**
 * The entries of years, written in bulk as the seal leaves them: each with its place and day, the tree over them, their
 * sums. Recording and sealing a million one after the other takes most of an hour; what is measured afterwards is the same.
 */
import { entryId } from '../../../server/domain/journal.ts';
import { toHex } from '../../../server/domain/merkle-tree.ts';
import { RollUp } from '../../../server/domain/roll-up.ts';
import { sealedBodyOf, sealOf } from '../../../server/domain/sealed-body.ts';
import { inTransaction, type Database } from '../../../server/db/database.ts';
import { appendToTiles } from '../../../server/ledger/merkle-store.ts';
import { accountTotals } from '../../../server/ledger/models/account-total.ts';
import { flowTotals } from '../../../server/ledger/models/flow-total.ts';
import { journalEntries } from '../../../server/ledger/models/journal-entry.ts';
import { sealStates } from '../../../server/ledger/models/seal-state.ts';
import { unsealed } from '../../../server/ledger/post-entries.ts';
import { rawCollection } from '../../../server/ledger/raw-collection.ts';
import { frontierOf, raises, readSealState } from '../../../server/ledger/seal-entries.ts';
import { sha256 } from '../../../server/ledger/sha-256.ts';
import { dayOf, draftOf, nextNumber } from './bookings.ts';

const AT_ONCE = 5_000;
const UNORDERED = { ordered: false, ignoreUndefined: true } as const;

/** @param count so many entries, after those that are sealed; none may be waiting for the seal */
export async function writeSealedHistory(
  database: Database,
  count: number,
  fundOf: (number: number) => string,
): Promise<void> {
  const tree = frontierOf(await readSealState(database, null));
  const sums = new RollUp();
  let under: Promise<unknown> = Promise.resolve();
  for (let left = count; left > 0; left -= AT_ONCE) {
    const first = tree.size;
    const leaves: Uint8Array[] = [];
    const entries = Array.from({ length: Math.min(left, AT_ONCE) }, (_, place) => {
      const number = nextNumber();
      const [draft, bookedOn] = [draftOf(fundOf(number), number), dayOf(number)];
      const entry = unsealed(draft, entryId(draft.kind, draft.cause), new Date());
      const { leaf } = sealOf(sha256, sealedBodyOf(sha256, entry, bookedOn));
      leaves.push(leaf);
      tree.append(leaf);
      sums.add({ ...entry, bookedOn });
      return { ...entry, sequence: first + place, bookedOn };
    });
    await under;
    // The next are made up while these are written.
    under = Promise.all([
      rawCollection(database, journalEntries).insertMany(entries, UNORDERED),
      inTransaction(database, (session) => appendToTiles(database, session, first, leaves)),
    ]);
  }
  await under;
  await raiseAll(rawCollection(database, accountTotals), raises(sums.accounts));
  await raiseAll(rawCollection(database, flowTotals), raises(sums.flows));
  const sealed = { treeSize: tree.size, peaks: tree.peaks.map(toHex) };
  await sealStates(database).updateOne({ _id: 'ledger' }, { $set: sealed });
}

async function raiseAll(
  rows: ReturnType<typeof rawCollection>,
  writes: ReturnType<typeof raises>,
): Promise<void> {
  for (let from = 0; from < writes.length; from += AT_ONCE)
    await rows.bulkWrite(writes.slice(from, from + AT_ONCE), UNORDERED);
}
