/** What waits of the books and of money under four eyes beside payments to grantees: write-offs, entries, periods, refunds, closings, management costs. */
import type { Person } from '../domain/access.ts';
import type { Database } from '../db/database.ts';
import { awardClosings, type StoredAwardClosing } from '../db/models/award-closing.ts';
import { handEntries, type StoredHandEntry } from '../db/models/hand-entry.ts';
import { managementCosts, type StoredManagementCost } from '../db/models/management-cost.ts';
import { periodDecisions, type StoredPeriodDecision } from '../db/models/period-decision.ts';
import { pledgeWriteOffs, type StoredWriteOff } from '../db/models/pledge-write-off.ts';
import { giftRefunds, type StoredGiftRefund } from '../db/models/gift-refund.ts';
import { matterOfAwardClosing } from './awards/close-award.ts';
import { matterOfGiftRefund } from './giving/gift-refunds.ts';
import { matterOfHandEntry } from './hand-entries/decide-hand-entry.ts';
import { matterOfManagementCost } from './management-costs/decide-management-cost.ts';
import { matterOfPeriodDecision } from './periods/decide-period.ts';
import { MAX_OF_A_KIND, stepOf, withSteps, type Untitled } from './waiting-steps.ts';

async function waitingWriteOffs(database: Database, person: Person): Promise<Untitled[]> {
  const proposed = await pledgeWriteOffs(database)
    .find({ status: 'proposed' })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredWriteOff[]>();
  const rights = { approve: 'pledge.approve-write-off', execute: 'pledge.execute-write-off' } as const;
  const steps = await withSteps(proposed, ({ _id: id, control, amountMinor }) =>
    stepOf(database, person, { kind: 'write-off', id, control, amountMinor }, rights),
  );
  return steps.map(({ thing: { pledge, reason, control }, step }) => ({
    ...({ kind: 'write-off', id: pledge, step, round: null, titleOf: { zh: reason, en: reason } } as const),
    since: control.proposedBy.at,
  }));
}

async function waitingHandEntries(database: Database, person: Person): Promise<Untitled[]> {
  const proposed = await handEntries(database)
    .find({ status: 'proposed' })
    .sort({ effectiveOn: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredHandEntry[]>();
  const rights = { approve: 'entry.approve', execute: 'entry.post' } as const;
  const steps = await withSteps(proposed, (entry) =>
    stepOf(database, person, matterOfHandEntry(entry), rights),
  );
  return steps.map(({ thing: { _id: id, narrative, control }, step }) => ({
    ...({ kind: 'manual-entry', id, step, round: null, titleOf: { zh: narrative, en: narrative } } as const),
    since: control.proposedBy.at,
  }));
}

async function waitingPeriods(database: Database, person: Person): Promise<Untitled[]> {
  const proposed = await periodDecisions(database)
    .find({ status: 'proposed' })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredPeriodDecision[]>();
  const rights = { approve: 'period.approve', execute: 'period.execute' } as const;
  const steps = await withSteps(proposed, (decision) =>
    stepOf(database, person, matterOfPeriodDecision(decision), rights),
  );
  return steps.map(({ thing: { period, control }, step }) => ({
    ...({ kind: 'period', id: period, step, round: null, titleOf: { zh: period, en: period } } as const),
    since: control.proposedBy.at,
  }));
}

async function waitingRefunds(database: Database, person: Person): Promise<Untitled[]> {
  const proposed = await giftRefunds(database)
    .find({ status: 'proposed' })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredGiftRefund[]>();
  const rights = { approve: 'refund.approve', execute: 'refund.execute' } as const;
  const steps = await withSteps(proposed, (refund) =>
    stepOf(database, person, matterOfGiftRefund(refund), rights),
  );
  return steps.map(({ thing: { donationId: id, reason, control }, step }) => ({
    ...({ kind: 'gift-refund', id, step, round: null, titleOf: { zh: reason, en: reason } } as const),
    since: control.proposedBy.at,
  }));
}

async function waitingClosings(database: Database, person: Person): Promise<Untitled[]> {
  const proposed = await awardClosings(database)
    .find({ status: 'proposed' })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredAwardClosing[]>();
  const rights = { approve: 'award.approve-closing', execute: 'award.execute-closing' } as const;
  const steps = await withSteps(proposed, (closing) =>
    stepOf(database, person, matterOfAwardClosing(closing), rights),
  );
  return steps.map(({ thing: { award: id, reason, control }, step }) => ({
    ...({ kind: 'award-closing', id, step, round: null, titleOf: { zh: reason, en: reason } } as const),
    since: control.proposedBy.at,
  }));
}

async function waitingCosts(database: Database, person: Person): Promise<Untitled[]> {
  const proposed = await managementCosts(database)
    .find({ status: 'proposed' })
    .sort({ _id: 1 })
    .limit(MAX_OF_A_KIND)
    .lean<StoredManagementCost[]>();
  const rights = { approve: 'cost.approve', execute: 'cost.pay' } as const;
  const steps = await withSteps(proposed, (cost) =>
    stepOf(database, person, matterOfManagementCost(cost), rights),
  );
  return steps.map(({ thing: { _id: id, purpose, control }, step }) => ({
    ...({ kind: 'management-cost', id, step, round: null, titleOf: { zh: purpose, en: purpose } } as const),
    since: control.proposedBy.at,
  }));
}

/** All of it, in no order. */
export async function waitingMoney(database: Database, person: Person): Promise<Untitled[]> {
  const found = await Promise.all([
    waitingWriteOffs(database, person),
    waitingHandEntries(database, person),
    waitingPeriods(database, person),
    waitingRefunds(database, person),
    waitingClosings(database, person),
    waitingCosts(database, person),
  ]);
  return found.flat();
}
