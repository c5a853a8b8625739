/** The one currency of the books: the region's. The ledger takes no entry in another. */
import type { Currency } from '../domain/money.ts';
import { WrongCurrency, type EntryDraft } from '../domain/journal.ts';
import type { Database } from '../db/database.ts';
import { regions, type StoredRegion } from '../db/models/region.ts';

/** Migrations alone write the region and no rule changes its currency, so that a process reads it once. */
const known = new WeakMap<object, Currency>();

async function currencyOfBooks(database: Database): Promise<Currency> {
  const { connection } = database;
  const before = known.get(connection);
  if (before !== undefined) return before;
  const region = await regions(database)
    .findOne()
    .select({ currency: 1 })
    .sort({ _id: 1 })
    .lean<Pick<StoredRegion, 'currency'>>();
  if (region === null) throw new Error('There is no region: run the migrations.');
  known.set(connection, region.currency);
  return region.currency;
}

/** @throws WrongCurrency naming the first entry in another currency */
export async function assertInBooksCurrency(
  database: Database,
  drafts: readonly Pick<EntryDraft, 'currency'>[],
): Promise<void> {
  const currency = await currencyOfBooks(database);
  const other = drafts.find((draft) => draft.currency !== currency);
  if (other !== undefined) throw new WrongCurrency(other.currency, currency);
}
