/** What open lines may be: the books' side of the comparison, read once for a page of lines. */
import { judgeLine, type Candidates, type Judged } from '../../domain/bank-matching.ts';
import type { BankLine } from '../../domain/bank-line.ts';
import { statesOfInstalments } from '../../domain/instalments.ts';
import { minor } from '../../domain/money.ts';
import { receivedMinor, type Pledge } from '../../domain/pledge.ts';
import { mayBecome } from '../../domain/donation.ts';
import { findReferences } from '../../domain/transfer-reference.ts';
import { operators, type Database } from '../../db/database.ts';
import { donations, type StoredDonation } from '../../db/models/donation.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { bankLines } from '../../db/models/bank-statement.ts';
import { managementCosts } from '../../db/models/management-cost.ts';
import { parties } from '../../db/models/party.ts';
import { processorPayouts } from '../../db/models/processor-line.ts';
import type { ProcessorPayout } from '../../domain/clearing.ts';
import { pledges } from '../../db/models/pledge.ts';
import { giftRefunds } from '../../db/models/gift-refund.ts';
import { paymentsComingBackAs, type Disbursement } from '../../domain/disbursement.ts';
import type { ManagementCost } from '../../domain/management-cost.ts';
import type { Party } from '../../domain/party.ts';
import type { CalendarDate } from '../../domain/time.ts';
import type { GiftRefund } from '../../domain/gift-refund.ts';

/** More than a foundation of a region has at one time; beyond it, lines wait for those that are confirmed first. */
const MAX_CANDIDATES = 5_000;

/** Judges each of the lines on what the books hold now. */
export async function judgeLines(
  database: Database,
  lines: readonly BankLine[],
): Promise<ReadonlyMap<string, Judged>> {
  const open = lines.filter(({ status }) => status === 'open');
  if (open.length === 0) return new Map();
  const candidates = await readCandidates(database, open);
  return new Map(open.map((line) => [line._id, judgeLine(line, candidates)]));
}

async function readCandidates(database: Database, lines: readonly BankLine[]): Promise<Candidates> {
  const serials = lines.map(({ serial }) => serial);
  const amounts = lines.flatMap(({ amountMinor }) => (amountMinor < 0n ? [minor(0n - amountMinor)] : []));
  // A cost leaves with its amount, and comes back with it.
  const sizes = lines.map(({ amountMinor }) => minor(amountMinor < 0n ? 0n - amountMinor : amountMinor));
  const references = [...new Set(lines.flatMap(({ memo }) => findReferences(memo).right))];
  const [due, announced, coming, paid, refunded, costs, everybody] = await Promise.all([
    pledges(database)
      .find({ $or: [{ status: 'binding' }, { 'receipts.bankReference': operators({ $in: serials }) }] })
      .sort({ _id: 1 })
      .limit(MAX_CANDIDATES)
      .lean<Pledge[]>(),
    donations(database)
      .find({ 'transfer.reference': operators({ $in: references }) })
      .select({ transfer: 1, giftMinor: 1, status: 1 })
      .limit(references.length + 1)
      .lean<Pick<StoredDonation, '_id' | 'transfer' | 'giftMinor' | 'status'>[]>(),
    processorPayouts(database)
      .find({ bankLineId: null, status: operators({ $in: ['pending', 'in_transit', 'paid'] }) })
      .sort({ createdAt: -1 })
      .limit(MAX_CANDIDATES)
      .lean<ProcessorPayout[]>(),
    disbursements(database)
      .find({
        status: operators({ $in: ['executed', 'sent-back'] as const }),
        $or: [
          { amountMinor: operators({ $in: amounts }) },
          ...lines.flatMap(({ amountMinor }) => {
            if (amountMinor < 0n) return [];
            const { fromMinor, toMinor } = paymentsComingBackAs(amountMinor);
            return [{ amountMinor: operators({ $gte: fromMinor, $lte: toMinor }) }];
          }),
        ],
      })
      .sort({ _id: 1 })
      .limit(MAX_CANDIDATES)
      .lean<Disbursement[]>(),
    giftRefunds(database)
      .find({ status: 'executed', online: null })
      .sort({ _id: 1 })
      .limit(MAX_CANDIDATES)
      .lean<GiftRefund[]>(),
    managementCosts(database)
      .find({ status: 'paid', amountMinor: operators({ $in: sizes }) })
      .sort({ _id: 1 })
      .limit(MAX_CANDIDATES)
      .lean<ManagementCost[]>(),
    parties(database)
      .find({})
      .select({ name: 1, bankAccount: 1 })
      .sort({ _id: 1 })
      .limit(MAX_CANDIDATES)
      .lean<Pick<Party, '_id' | 'name' | 'bankAccount'>[]>(),
  ]);
  const cameBack = await costsThatCameBack(
    database,
    costs.map(({ _id }) => _id),
  );
  const payers = new Map(everybody.map((party) => [party._id, party]));
  return {
    pledges: due.map((pledge) => candidateOf(pledge, payers.get(pledge.party))),
    transfers: announced.map(({ _id: id, transfer, giftMinor: amountMinor, status }) => ({
      ...{ id, amountMinor, awaited: mayBecome(status, 'settled') },
      reference: transfer?.reference ?? '',
    })),
    payouts: coming.map(({ _id: id, amountMinor, arrivalOn }) => ({
      ...{ id, amountMinor, arrivalOn: arrivalOn as CalendarDate },
    })),
    disbursements: paid.map(({ _id: id, amountMinor, payee, bankReference, executedOn, status }) => ({
      ...{ id, amountMinor, bankReference, executedOn, cameBack: status === 'sent-back' },
      ...{ payeeAccount: payee.accountNumber, payeeName: payee.accountName },
    })),
    refunds: refunded.map(({ _id: id, amountMinor, payee, executedOn, bankLineId }) => ({
      ...{ id, amountMinor, executedOn, hasLeft: bankLineId !== null },
      ...{ payeeName: payee?.accountName ?? null, payeeAccount: payee?.accountNumber ?? null },
    })),
    costs: costs.map(({ _id: id, amountMinor, payee, bankReference, paidOn }) => ({
      ...{ id, amountMinor, bankReference, executedOn: paidOn, cameBack: cameBack.has(id) },
      ...{ payeeAccount: payee.accountNumber, payeeName: payee.accountName },
    })),
    knownNames: everybody.flatMap(({ name }) => [name.zh, name.en]),
  };
}

/** Those of the costs whose money a confirmed line brought back. */
export async function costsThatCameBack(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const found = await bankLines(database)
    .find({
      'match.kind': 'management-cost',
      'match.id': operators({ $in: [...ids] }),
      amountMinor: operators({ $gt: minor(0n) }),
    })
    .select({ match: 1 })
    .limit(ids.length)
    .lean<Pick<BankLine, 'match'>[]>();
  return new Set(found.flatMap(({ match }) => (match === null ? [] : [match.id])));
}

function candidateOf(pledge: Pledge, payer: Pick<Party, 'name' | 'bankAccount'> | undefined) {
  const received = receivedMinor(pledge);
  const states = statesOfInstalments(pledge.instalments, received, '9999-12-31' as CalendarDate);
  return {
    id: pledge._id,
    payerNames: payer === undefined ? [] : [payer.name.zh, payer.name.en],
    payerAccount: payer?.bankAccount?.accountNumber ?? null,
    agreementReference: pledge.agreementReference,
    outstandingMinor: pledge.status === 'binding' ? pledge.amountMinor - received : 0n,
    dueMinor: states
      .map(({ amountMinor, paidMinor }) => amountMinor - paidMinor)
      .filter((dueMinor) => dueMinor > 0n),
    bankReferences: pledge.receipts.map(({ bankReference }) => bankReference),
  };
}
