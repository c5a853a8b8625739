/**
 * Which paid management costs a bank line that came in may be bringing back, for a line that gives no hint of it: of its
 * amount, paid on its day or before, and not brought back by another line. A cost comes back whole or not at all.
 */
import { requireRight } from '../../domain/access.ts';
import type { BankLine } from '../../domain/bank-line.ts';
import { NotFound } from '../../domain/errors.ts';
import type { ManagementCost } from '../../domain/management-cost.ts';
import { operators } from '../../db/database.ts';
import { bankLines } from '../../db/models/bank-statement.ts';
import { managementCosts, type StoredManagementCost } from '../../db/models/management-cost.ts';
import type { ServiceContext } from '../context.ts';
import { costsThatCameBack } from './judge-lines.ts';
import { plain } from './plain-words.ts';

/** More costs of one amount than a foundation pays. */
const MAX_CANDIDATES = 500;

/** So many are listed; words narrow them. */
const LISTED = 20;

/**
 * The latest first; with words, those that have them in their payee, purpose or number at the bank. Empty for a line of
 * money that went out.
 * @throws NotFound
 */
export async function listCostsSentBackBy(
  context: ServiceContext,
  { line: id, search }: { readonly line: string; readonly search: string | null },
): Promise<ManagementCost[]> {
  requireRight(context.actor, 'bank.read');
  const { database } = context;
  const line = await bankLines(database).findById(id).lean<BankLine>();
  if (line === null) throw new NotFound('bank line', id);
  const { amountMinor, currency, bookedOn } = line;
  if (amountMinor <= 0n) return [];
  const paid = await managementCosts(database)
    .find({ status: 'paid', currency, amountMinor, paidOn: operators({ $lte: bookedOn }) })
    .sort({ paidOn: -1, _id: 1 })
    .limit(MAX_CANDIDATES)
    .lean<StoredManagementCost[]>();
  const cameBack = await costsThatCameBack(
    database,
    paid.map(({ _id }) => _id),
  );
  const sought = plain(search ?? '');
  return paid
    .filter(({ _id }) => !cameBack.has(_id))
    .filter(({ purpose, payee, bankReference }) =>
      plain([purpose, payee.accountName, payee.accountNumber, bankReference].join(' ')).includes(sought),
    )
    .slice(0, LISTED);
}
