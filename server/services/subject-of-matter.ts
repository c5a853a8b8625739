/**
 * Which thing a step under four eyes is about, in words that its reader knows it by. Whoever is asked for a code reads it
 * beside the amount: a kind alone does not say which month is closed, or whose agreement is signed.
 */
import { termsOfLimit, termsOfPolicy } from '../domain/changed-terms.ts';
import { APPROVAL_POLICIES, type ApprovalPolicy, type ControlledKind } from '../domain/four-eyes.ts';
import type { LocalizedText } from '../domain/localized-text.ts';
import { limitOfYear } from '../domain/management-limit.ts';
import type { StepSubject } from '../domain/second-factor.ts';
import type { ClientSession, Database, ModelOf } from '../db/database.ts';
import { allocationRuns, type StoredAllocationRun } from '../db/models/allocation-run.ts';
import { awardClosings, type StoredAwardClosing } from '../db/models/award-closing.ts';
import { awards, type StoredAward } from '../db/models/award.ts';
import { compensations, type StoredCompensation } from '../db/models/compensation.ts';
import { policies, type StoredPolicy } from '../db/models/control.ts';
import { disbursements, type StoredDisbursement } from '../db/models/disbursement.ts';
import { donations, type StoredDonation } from '../db/models/donation.ts';
import { giftRefunds, type StoredGiftRefund } from '../db/models/gift-refund.ts';
import { handEntries, type StoredHandEntry } from '../db/models/hand-entry.ts';
import { managementCosts, type StoredManagementCost } from '../db/models/management-cost.ts';
import { managementLimits, type StoredManagementLimit } from '../db/models/management-limit.ts';
import { payeeChanges, type StoredPayeeChange } from '../db/models/party-standing.ts';
import { parties, type StoredParty } from '../db/models/party.ts';
import { periodDecisions, type StoredPeriodDecision } from '../db/models/period-decision.ts';
import { pledgeWriteOffs, type StoredWriteOff } from '../db/models/pledge-write-off.ts';
import { pledges, type StoredPledge } from '../db/models/pledge.ts';
import { projects } from '../db/models/project.ts';
import { reports, type StoredReport } from '../db/models/report.ts';
import { rounds, type StoredRound } from '../db/models/round.ts';
import type { Project } from '../domain/project.ts';
import { readLimits } from './management-costs/read-limits.ts';

interface Reading {
  readonly database: Database;
  readonly session: ClientSession;
}

type Name = LocalizedText | null;

/** A text that people wrote in one language. */
const asWritten = (text: string): LocalizedText => ({ zh: text, en: text });

/** A thing by its id; null where it is gone, which says less and refuses nothing. */
async function one<Stored>(
  { database, session }: Reading,
  model: ModelOf<Stored>,
  id: string,
): Promise<Stored | null> {
  return model(database).findById(id).session(session).lean();
}

const roundName = async (reading: Reading, id: string): Promise<Name> =>
  (await one<StoredRound>(reading, rounds, id))?.title ?? null;

const projectName = async (reading: Reading, id: string): Promise<Name> =>
  (await one<Project>(reading, projects, id))?.title ?? null;

const partyName = async (reading: Reading, id: string): Promise<Name> =>
  (await one<StoredParty>(reading, parties, id))?.name ?? null;

async function awardNames(reading: Reading, id: string): Promise<Name[]> {
  const award = await one<StoredAward>(reading, awards, id);
  if (award === null) return [];
  return [await projectName(reading, award.project), await partyName(reading, award.grantee)];
}

async function runNames(reading: Reading, id: string): Promise<Name[]> {
  const run = await one<StoredAllocationRun>(reading, allocationRuns, id);
  return run === null ? [] : [await roundName(reading, run.round)];
}

async function disbursementNames(reading: Reading, id: string): Promise<Name[]> {
  const paid = await one<StoredDisbursement>(reading, disbursements, id);
  if (paid === null) return [];
  const award = await one<StoredAward>(reading, awards, paid.award);
  const milestone = award?.milestones.find((each) => each.id === paid.milestone);
  return [await projectName(reading, paid.project), milestone?.title ?? null];
}

async function writeOffNames(reading: Reading, id: string): Promise<Name[]> {
  const writeOff = await one<StoredWriteOff>(reading, pledgeWriteOffs, id);
  const pledge = writeOff === null ? null : await one<StoredPledge>(reading, pledges, writeOff.pledge);
  if (pledge === null) return [];
  return [await partyName(reading, pledge.party), asWritten(pledge.agreementReference)];
}

async function reportNames(reading: Reading, id: string): Promise<Name[]> {
  const report = await one<StoredReport>(reading, reports, id);
  if (report === null) return [];
  const number = asWritten(`${report.number} v${report.version}`);
  return [number, await roundName(reading, report.round)];
}

/** By the name under which a transfer was announced, where there is one: refunds have no names of their own. */
async function refundNames(reading: Reading, id: string): Promise<Name[]> {
  const refund = await one<StoredGiftRefund>(reading, giftRefunds, id);
  if (refund === null) return [];
  const gift = await one<StoredDonation>(reading, donations, refund.donationId);
  const reference = gift?.transfer?.reference;
  return [reference === undefined ? null : asWritten(reference), asWritten(refund.reason)];
}

async function closingNames(reading: Reading, id: string): Promise<Name[]> {
  const closing = await one<StoredAwardClosing>(reading, awardClosings, id);
  return closing === null ? [] : awardNames(reading, closing.award);
}

async function payeeChangeNames(reading: Reading, id: string): Promise<Name[]> {
  const change = await one<StoredPayeeChange>(reading, payeeChanges, id);
  return change === null ? [] : [await partyName(reading, change.party)];
}

async function periodNames(reading: Reading, id: string): Promise<Name[]> {
  const decision = await one<StoredPeriodDecision>(reading, periodDecisions, id);
  return decision === null ? [] : [asWritten(decision.period)];
}

const named = (name: Name | undefined): Name[] => (name === undefined ? [] : [name]);

const written = (text: string | undefined): Name[] => (text === undefined ? [] : [asWritten(text)]);

const NAMES: Readonly<
  Record<Exclude<ControlledKind, 'policy'>, (reading: Reading, id: string) => Promise<Name[]>>
> = {
  allocation: runNames,
  override: runNames,
  award: awardNames,
  'award-closing': closingNames,
  disbursement: disbursementNames,
  'payee-change': payeeChangeNames,
  'write-off': writeOffNames,
  report: reportNames,
  'period-close': periodNames,
  'period-reopen': periodNames,
  'manual-entry': async (reading, id) =>
    written((await one<StoredHandEntry>(reading, handEntries, id))?.narrative),
  compensation: async (reading, id) =>
    named((await one<StoredCompensation>(reading, compensations, id))?.title),
  'gift-refund': refundNames,
  'management-cost': async (reading, id) =>
    written((await one<StoredManagementCost>(reading, managementCosts, id))?.purpose),
};

/** What a version says, whatever a version from before some term leaves out. */
const policyOf = (kind: ControlledKind, version: StoredPolicy | null): ApprovalPolicy => ({
  ...APPROVAL_POLICIES[kind],
  ...version?.policy,
});

/** A policy says which kind of thing it will govern; a limit of management cost is proposed and approved in the same way. */
async function policySubject(reading: Reading, id: string): Promise<StepSubject> {
  const policy = await one<StoredPolicy>(reading, policies, id);
  if (policy !== null) {
    const { kind, reason, replaces = null } = policy;
    const replaced = replaces === null ? null : await one<StoredPolicy>(reading, policies, replaces);
    const terms = termsOfPolicy(policyOf(kind, replaced), policyOf(kind, policy));
    return { names: [asWritten(reason)], governs: kind, terms };
  }
  const limit = await one<StoredManagementLimit>(reading, managementLimits, id);
  if (limit === null) return { names: [], governs: null, terms: [] };
  const { effectiveOn, source } = limit.limit;
  const known = await readLimits(reading.database, reading.session);
  const terms = termsOfLimit(limitOfYear(known, Number(effectiveOn.slice(0, 4))), limit.limit);
  return { names: [source, asWritten(limit.reason)], governs: 'management-limit', terms };
}

/** Reads what a step on this thing is about, in the transaction of the step. */
export async function subjectOfMatter(
  database: Database,
  session: ClientSession,
  { kind, id }: { readonly kind: ControlledKind; readonly id: string },
): Promise<StepSubject> {
  const reading = { database, session };
  if (kind === 'policy') return policySubject(reading, id);
  const names = await NAMES[kind](reading, id);
  return { names: names.filter((name) => name !== null), governs: null, terms: [] };
}
