/** Reading disbursements: staff all of them, members of an organization their own, the public the lines of a project. */
import { requireRight } from '../../domain/access.ts';
import type { Disbursement, DisbursementStatus, Payee } from '../../domain/disbursement.ts';
import { PayeeChanged, PayeeInDoubt } from '../../domain/disbursement.ts';
import { NotFound, NotPermitted, SignInRequired } from '../../domain/errors.ts';
import type { Party } from '../../domain/party.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { readDisbursementLines, type DisbursementLine } from '../../ledger/read-ledger.ts';
import { batched } from '../batch.ts';
import type { ServiceContext } from '../context.ts';
import { requireRightOver } from '../found.ts';
import { chosen, newestBy, readPage, type Page, type PageOf } from '../page.ts';
import { findParty } from '../parties.ts';

export async function loadDisbursement(
  database: Database,
  id: string,
  session: ClientSession | null,
): Promise<Disbursement> {
  const disbursement = await disbursements(database).findById(id).session(session).lean<Disbursement>();
  if (disbursement === null) throw new NotFound('disbursement', id);
  return disbursement;
}

/** The account of a grantee as a payment to it would use it now, or null where none is on record. */
export function payeeOf({ name, bankAccount }: Party): Payee | null {
  if (bankAccount === null) return null;
  const { bankName, accountNumber } = bankAccount;
  return { accountName: name.zh, bankName, accountNumber };
}

/** @throws PayeeInDoubt when the bank sent the last payment to this account back */
export function assertNoDoubt({ _id, accountDoubt = null }: Party): void {
  if (accountDoubt !== null) throw new PayeeInDoubt(_id);
}

/**
 * @throws PayeeChanged when the grantee's account is not the one that the disbursement was prepared for
 * @throws PayeeInDoubt
 */
export async function assertSamePayee(database: Database, disbursement: Disbursement): Promise<void> {
  const grantee = await findParty(database, disbursement.grantee);
  const now = payeeOf(grantee);
  const { accountName, bankName, accountNumber } = disbursement.payee;
  const same =
    now?.accountName === accountName && now.bankName === bankName && now.accountNumber === accountNumber;
  if (!same) throw new PayeeChanged();
  assertNoDoubt(grantee);
}

export const findDisbursementErrors = [NotFound, NotPermitted, SignInRequired] as const;

export async function findDisbursement(context: ServiceContext, id: string): Promise<Disbursement> {
  const found = await disbursements(context.database).findById(id).lean<Disbursement>();
  const owner = ({ grantee }: Disbursement) => grantee;
  return requireRightOver(context.actor, 'award.read', found, { concept: 'disbursement', id, owner }).thing;
}

interface DisbursementFilter {
  readonly award: string | null;
  readonly status: DisbursementStatus | null;
  /** The organization whose disbursements a member asks for. */
  readonly grantee: string | null;
}

/** Disbursements, the latest prepared first. */
export async function listDisbursements(
  context: ServiceContext,
  filter: DisbursementFilter,
  page: Page,
): Promise<PageOf<Disbursement>> {
  requireRight(context.actor, 'award.read', filter.grantee ?? undefined);
  return readPage(disbursements(context.database), chosen(filter), newestBy('control.proposedBy.at'), page);
}

/** A payment to a grantee as everyone may see it: when, how much, and for which milestone. */
export type PublicDisbursement = DisbursementLine & { readonly milestone: string | null };

async function readPublicLines(
  database: Database,
  projectIds: readonly string[],
): Promise<Map<string, PublicDisbursement[]>> {
  const lines = await readDisbursementLines(database, projectIds);
  const ids = [...lines.values()].flat().map((line) => line.disbursementId);
  const stored = await disbursements(database)
    .find({ _id: operators({ $in: ids }) })
    .select({ milestone: 1 })
    .limit(ids.length)
    .lean<Pick<Disbursement, '_id' | 'milestone'>[]>();
  const milestones = new Map(stored.map(({ _id, milestone }) => [_id, milestone]));
  return new Map(
    [...lines].map(([projectId, list]) => [
      projectId,
      list.map((line) => ({ ...line, milestone: milestones.get(line.disbursementId) ?? null })),
    ]),
  );
}

const findPublicLines = batched(readPublicLines);

/** Every payment to a project's grantee, by day, from the ledger. */
export async function publicDisbursementsOf(
  context: ServiceContext,
  projectId: string,
): Promise<PublicDisbursement[]> {
  return (await findPublicLines(context, projectId)) ?? [];
}
