/**
 * Settling the conditional pledges of a round after its deadline, once and for all, and looking ahead before it: what
 * would come of every pledge, what hangs on each party, and what one's own pledge comes to if the others do not come.
 */
import { holdsRight, requireRight } from '../domain/access.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import {
  absencesOf,
  outlookOf,
  settleProblem,
  type Absence,
  type PledgeToSettle,
  type RoundOutlook,
} from '../domain/conditional-pledge.ts';
import { NotFound } from '../domain/errors.ts';
import { planInstalments } from '../domain/instalments.ts';
import { settle } from '../domain/matching/settle.ts';
import { parseMinor } from '../domain/money.ts';
import { receivedMinor, type Pledge } from '../domain/pledge.ts';
import { dayOf } from '../domain/time.ts';
import { inTransaction, operators, type ClientSession, type Database } from '../db/database.ts';
import { pledgeSettlements, type PledgeSettlement } from '../db/models/pledge-settlement.ts';
import { pledges, type StoredPledge } from '../db/models/pledge.ts';
import { rounds, type StoredRound } from '../db/models/round.ts';
import type { Platform, ServiceContext } from './context.ts';
import { findParties } from './parties.ts';
import { bindPledge } from './pledges.ts';
import { loadRegion } from './region.ts';

const MAX_PLEDGES = 5_000;
const MAX_ROUNDS = 100;

async function loadPledges(
  database: Database,
  round: string,
  session: ClientSession | null = null,
): Promise<Pledge[]> {
  return pledges(database)
    .find({ round, pool: null })
    .sort({ _id: 1 })
    .limit(MAX_PLEDGES)
    .session(session)
    .lean<StoredPledge[]>();
}

/** A lapsed pledge promises nothing more; of one that was written off only what came counts. */
const toSettle = (pledge: Pledge): PledgeToSettle => ({
  _id: pledge._id,
  party: pledge.party,
  amountMinor: pledge.status === 'written-off' ? receivedMinor(pledge) : pledge.amountMinor,
  open: pledge.status === 'conditional' ? pledge.condition : null,
});

/** @returns how many pledges became binding and how many lapsed, for the log */
export async function settlePledges(
  platform: Pick<Platform, 'database' | 'clock'>,
): Promise<{ binding: number; lapsed: number }> {
  const { database, clock } = platform;
  const region = await loadRegion(database);
  const today = dayOf(clock.now(), region.timeZone);
  const conditional = await pledges(database).distinct('round', { status: 'conditional' });
  const due = await rounds(database)
    .find({ _id: operators({ $in: conditional }), pledgesUntil: operators({ $lt: today }) })
    .sort({ _id: 1 })
    .limit(MAX_ROUNDS)
    .lean<StoredRound[]>();
  const total = { binding: 0, lapsed: 0 };
  for (const { _id } of due) {
    const done = await settleRound(platform, _id);
    total.binding += done.binding;
    total.lapsed += done.lapsed;
  }
  return total;
}

async function settleRound(
  { database, clock }: Pick<Platform, 'database' | 'clock'>,
  round: string,
): Promise<{ binding: number; lapsed: number }> {
  const region = await loadRegion(database);
  const at = clock.now();
  return inTransaction(database, async (session) => {
    const all = await loadPledges(database, round, session);
    const open = all.filter(({ status }) => status === 'conditional');
    if (open.length === 0) return { binding: 0, lapsed: 0 };
    const problem = settleProblem(all.map(toSettle));
    const result = settle(problem);
    const amounts = new Map(result.pledges.map(({ id, amountMinor }) => [id, parseMinor(amountMinor)]));
    const known = await findParties(database, [...new Set(open.map(({ party }) => party))]);
    const partiesById = new Map(known.map((party) => [party._id, party]));
    let binding = 0;
    for (const pledge of open) {
      const amountMinor = amounts.get(pledge._id);
      const party = partiesById.get(pledge.party);
      if (amountMinor === undefined || party === undefined) throw new NotFound('pledge', pledge._id);
      const settled: Pledge = {
        ...pledge,
        amountMinor,
        instalments:
          pledge.instalmentPlan === null ? [] : planInstalments(amountMinor, pledge.instalmentPlan),
        status: amountMinor > 0n ? 'binding' : 'lapsed',
      };
      const { instalments, status } = settled;
      await pledges(database).updateOne(
        { _id: pledge._id, status: 'conditional' },
        { $set: { amountMinor, instalments, status } },
        { session },
      );
      if (status !== 'binding') continue;
      binding += 1;
      await bindPledge(database, session, settled, { region, party, at });
    }
    await pledgeSettlements(database).create(
      [
        {
          _id: round,
          problemJson: canonicalJson(problem),
          resultJson: canonicalJson(result),
          settledAt: at,
        },
      ],
      { session },
    );
    return { binding, lapsed: open.length - binding };
  });
}

/** The settlement of a round, with what it was computed from; null before its deadline and without conditions. */
export async function findSettlement(
  context: ServiceContext,
  round: string,
): Promise<PledgeSettlement | null> {
  requireRight(context.actor, 'pledge.read');
  return pledgeSettlements(context.database).findById(round).lean<PledgeSettlement>();
}

export interface PledgerOutlook extends RoundOutlook {
  /** For a party that asks: its own total if others stay away. */
  readonly absences: readonly Absence[];
}

/**
 * What the pledges of a round come to as things stand. Staff and everybody who pledged to the round may see it, so that
 * the conditions are known to those who are bound by one another.
 */
export async function readOutlook(
  context: ServiceContext,
  input: { readonly round: string; readonly party: string | null },
): Promise<PledgerOutlook> {
  const { database, actor } = context;
  const all = (await loadPledges(database, input.round)).filter(({ status }) => status !== 'lapsed');
  const own = input.party;
  requireRight(actor, 'pledge.read', own ?? undefined);
  const takesPart = all.some(({ party }) => party === own);
  if (!takesPart && !holdsRight(actor, 'pledge.read')) return { pledges: [], parties: [], absences: [] };
  const open = all.map(toSettle);
  return { ...outlookOf(open), absences: own === null ? [] : absencesOf(open, own) };
}
