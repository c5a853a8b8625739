/** The bank's reference of a payment that left: it confirms one payment, of whatever kind. */
import type { ClientSession } from 'mongoose';
import { InvalidInput } from '../../domain/errors.ts';
import type { Database } from '../../db/database.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { managementCosts } from '../../db/models/management-cost.ts';

/** @throws InvalidInput at `bankReference` when a payment is recorded under it already */
export async function assertPaymentReferenceIsFree(
  database: Database,
  session: ClientSession,
  bankReference: string,
): Promise<void> {
  const taken =
    (await disbursements(database).exists({ bankReference }).session(session)) ??
    (await managementCosts(database).exists({ bankReference }).session(session));
  if (taken === null) return;
  throw new InvalidInput([
    {
      path: 'bankReference',
      reason: 'already-recorded',
      message: `A payment is recorded under the bank reference "${bankReference}" already. Compare it with the statement.`,
    },
  ]);
}
