/** Importing a bank statement: every line once, by its serial number, however often and in whatever file it comes. */
import { requireRight } from '../../domain/access.ts';
import { bankLineId, type BankLine, type BankStatement } from '../../domain/bank-line.ts';
import {
  isSameLine,
  readStatement,
  StatementColumnsMissing,
  type ColumnMap,
  type StatementLine,
} from '../../domain/bank-statement.ts';
import { InvalidInput, type InputFault } from '../../domain/errors.ts';
import { signatureOf } from '../../domain/four-eyes.ts';
import { sha256Hex } from '../../domain/sha-256.ts';
import { dayOf } from '../../domain/time.ts';
import { inTransaction, isDuplicateKey, operators, type Database } from '../../db/database.ts';
import { bankLines, bankStatements, type StoredBankStatement } from '../../db/models/bank-statement.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { loadRegion } from '../region.ts';
import { readCells } from './read-statement-file.ts';

export interface ImportStatementInput {
  readonly id: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** Which heading says what; null: by the usual names, or as it was chosen last. */
  readonly columns: ColumnMap | null;
}

/** The account of the foundation that statements are of. */
const ACCOUNT = 'main';

const MAX_FAULTS = 20;
/** Lines of one database transaction: short enough that nothing waits for it. */
const TOGETHER = 100;

/**
 * Keeps the lines that no earlier import brought; nothing is booked. An import that broke off is finished by sending the
 * file again.
 * @throws NotPermitted, SignInRequired, IdAlreadyUsed, StatementColumnsMissing
 * @throws InvalidInput for a file that is no table, and for every line that cannot be read; then nothing is kept
 */
export async function importStatement(
  context: ServiceContext,
  input: ImportStatementInput,
): Promise<BankStatement> {
  const { database, clock } = context;
  const person = requireRight(context.actor, 'bank.reconcile');
  assertUuid(input.id);
  const { timeZone, currency } = await loadRegion(database);
  const requestDigest = digestOf({ columns: input.columns, file: sha256Hex(input.bytes) });
  const created = await findCreated(bankStatements(database), 'bank statement', input.id, requestDigest);
  if (created !== null) return created;
  const { lines, faults, chosen } = await readWithColumns(database, readCells(input.bytes), input.columns);
  const now = clock.now();
  const today = dayOf(now, timeZone);
  const known = await findKnown(database, lines);
  const wrong = [...faults, ...lines.flatMap((line) => faultsOfLine(line, known.get(line.serial), today))];
  if (wrong.length > 0) throw new InvalidInput(wrong.slice(0, MAX_FAULTS));
  const fresh = lines.filter(({ serial }) => !known.has(serial));
  let newCount = 0;
  for (let from = 0; from < fresh.length; from += TOGETHER) {
    const stored = fresh.slice(from, from + TOGETHER).map((line): BankLine => ({
      _id: bankLineId(ACCOUNT, line.serial),
      account: ACCOUNT,
      ...line,
      currency,
      statementId: input.id,
      status: 'open',
      match: null,
      note: null,
      decidedBy: null,
    }));
    newCount += await keepLines(database, stored);
  }
  const days = lines.map(({ bookedOn }) => bookedOn).sort();
  const statement: StoredBankStatement = {
    _id: input.id,
    account: ACCOUNT,
    fileName: input.fileName.slice(0, 200),
    lineCount: lines.length,
    newCount,
    firstOn: days[0] ?? null,
    lastOn: days.at(-1) ?? null,
    columns: chosen,
    importedBy: signatureOf(person, now),
    requestDigest,
  };
  await inTransaction(database, (session) => bankStatements(database).create([statement], { session }));
  return statement;
}

/**
 * By the columns that were chosen now; else by the usual names; else as they were chosen last for this account, so that a
 * bank with names of its own is explained once.
 * @throws StatementColumnsMissing where none of these fits
 */
async function readWithColumns(database: Database, rows: string[][], given: ColumnMap | null) {
  try {
    return { ...readStatement(rows, given), chosen: given };
  } catch (error) {
    if (given !== null || !(error instanceof StatementColumnsMissing)) throw error;
    const remembered = await rememberedColumns(database);
    if (remembered === null) throw error;
    try {
      return { ...readStatement(rows, remembered), chosen: remembered };
    } catch {
      throw error;
    }
  }
}

async function rememberedColumns(database: Database): Promise<ColumnMap | null> {
  const last = await bankStatements(database)
    .findOne({ account: ACCOUNT, columns: operators({ $type: 'object' }) })
    .sort({ 'importedBy.at': -1, _id: -1 })
    .lean<StoredBankStatement>();
  return last?.columns ?? null;
}

/**
 * Two imports at once may bring the same line; the second finds it kept.
 * @returns how many of them were kept by this call
 */
async function keepLines(database: Database, lines: readonly BankLine[]): Promise<number> {
  try {
    await inTransaction(database, (session) =>
      bankLines(database).create([...lines], { session, ordered: true }),
    );
    return lines.length;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    if (lines.length === 1) return 0;
    let kept = 0;
    for (const line of lines) kept += await keepLines(database, [line]);
    return kept;
  }
}

type Known = Pick<BankLine, 'serial' | 'bookedOn' | 'amountMinor'>;

async function findKnown(
  database: Database,
  lines: readonly StatementLine[],
): Promise<ReadonlyMap<string, Known>> {
  const found = await bankLines(database)
    .find({ _id: operators({ $in: lines.map(({ serial }) => bankLineId(ACCOUNT, serial)) }) })
    .select({ serial: 1, bookedOn: 1, amountMinor: 1 })
    .limit(lines.length)
    .lean<Known[]>();
  return new Map(found.map((line) => [line.serial, line]));
}

function faultsOfLine(line: StatementLine, known: Known | undefined, today: string): InputFault[] {
  if (known !== undefined && !isSameLine(known, line)) {
    const message = `The line "${line.serial}" was imported before with another amount or day. Compare both with the bank; nothing was imported.`;
    return [{ path: `line[${line.serial}].serial`, reason: 'serial-differs', message }];
  }
  if (line.bookedOn > today) {
    const message = `The line "${line.serial}" is of a day to come. Choose the column of the booking date.`;
    return [{ path: `line[${line.serial}].bookedOn`, reason: 'not-a-date', message }];
  }
  return [];
}
