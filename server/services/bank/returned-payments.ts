/**
 * Which executed payments a bank line that came in may be sending back, for a line that gives no hint of it: found as people
 * look for them, by a piece of whom it went to, what it was for, its number at the bank or its amount.
 */
import { requireRight } from '../../domain/access.ts';
import type { BankLine } from '../../domain/bank-line.ts';
import { paymentsComingBackAs, type Disbursement } from '../../domain/disbursement.ts';
import { NotFound } from '../../domain/errors.ts';
import { toMajorText } from '../../domain/money.ts';
import type { Project } from '../../domain/project.ts';
import { operators } from '../../db/database.ts';
import { bankLines } from '../../db/models/bank-statement.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { projects } from '../../db/models/project.ts';
import type { ServiceContext } from '../context.ts';
import { limitOf, type Page } from '../page.ts';
import { plain } from './plain-words.ts';
import { findParties } from '../parties.ts';

/** More payments of nearly one amount than a foundation of a region makes. */
const MAX_CANDIDATES = 5_000;

/**
 * Executed payments that the line can bring back: of its amount, or of as much more as a bank may keep, made on its day or
 * before. The latest first. Empty for a line of money that went out.
 * @throws NotFound
 */
export async function listPaymentsSentBackBy(
  context: ServiceContext,
  { line: id, search }: { readonly line: string; readonly search: string | null },
  page: Page,
): Promise<Disbursement[]> {
  requireRight(context.actor, 'bank.read');
  const { database } = context;
  const line = await bankLines(database).findById(id).lean<BankLine>();
  if (line === null) throw new NotFound('bank line', id);
  if (line.amountMinor <= 0n) return [];
  const { fromMinor, toMinor } = paymentsComingBackAs(line.amountMinor);
  const found = await disbursements(database)
    .find({
      status: 'executed',
      amountMinor: operators({ $gte: fromMinor, $lte: toMinor }),
      executedOn: operators({ $lte: line.bookedOn }),
    })
    .sort({ executedOn: -1, _id: 1 })
    .limit(MAX_CANDIDATES)
    .lean<Disbursement[]>();
  const sought = plain(search ?? '');
  if (sought === '') return found.slice(0, limitOf(page));
  const words = await wordsOf(context, found);
  return found.filter(({ _id }) => words.get(_id)?.includes(sought)).slice(0, limitOf(page));
}

/** What each payment is known by, as one text to search in. */
async function wordsOf(
  { database }: ServiceContext,
  paid: readonly Disbursement[],
): Promise<ReadonlyMap<string, string>> {
  const projectIds = [...new Set(paid.map(({ project }) => project))];
  const [grantees, funded] = await Promise.all([
    findParties(database, [...new Set(paid.map(({ grantee }) => grantee))]),
    projects(database)
      .find({ _id: operators({ $in: projectIds }) })
      .select({ title: 1 })
      .limit(projectIds.length)
      .lean<Pick<Project, '_id' | 'title'>[]>(),
  ]);
  const names = new Map([
    ...grantees.map(({ _id, name }) => [_id, `${name.zh} ${name.en}`] as const),
    ...funded.map(({ _id, title }) => [_id, `${title.zh} ${title.en}`] as const),
  ]);
  return new Map(
    paid.map(({ _id, grantee, project, award, payee, bankReference, amountMinor, currency }) => [
      _id,
      plain(
        [
          ...[names.get(grantee), names.get(project), award, payee.accountName, payee.accountNumber],
          ...[bankReference, toMajorText(amountMinor, currency)],
        ].join(' '),
      ),
    ]),
  );
}
