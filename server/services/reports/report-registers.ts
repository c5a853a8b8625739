/** Loads what a report's figures are told with: names and descriptions, never amounts. */
import { resultOf, type AllocationRun } from '../../domain/allocation-run.ts';
import type { Award } from '../../domain/award.ts';
import type { Disbursement } from '../../domain/disbursement.ts';
import type { Fund } from '../../domain/fund.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import type { Party, PartyKind } from '../../domain/party.ts';
import type { Pledge } from '../../domain/pledge.ts';
import type { Project } from '../../domain/project.ts';
import type { Region } from '../../domain/region.ts';
import type { ReportRegisters } from '../../domain/report.ts';
import type { Round } from '../../domain/round.ts';
import { rulesOn } from '../../domain/round-rules.ts';
import { dayOf } from '../../domain/time.ts';
import { operators, type Database } from '../../db/database.ts';
import { allocationRuns } from '../../db/models/allocation-run.ts';
import { awards } from '../../db/models/award.ts';
import { disbursements } from '../../db/models/disbursement.ts';
import { funds } from '../../db/models/fund.ts';
import { parties } from '../../db/models/party.ts';
import { pledges } from '../../db/models/pledge.ts';
import { projects } from '../../db/models/project.ts';

const MAX_ROWS = 50_000;

const UNKNOWN: LocalizedText = { zh: '（未知）', en: '(unknown)' };

function registersOfRuns(runs: readonly AllocationRun[]): ReportRegisters['runs'] {
  return runs.map((run) => {
    const result = resultOf(run);
    return {
      id: run._id,
      rule: result.rule,
      inputHash: run.inputHash,
      bottlenecks: result.bottlenecks.map(({ level, projects: stopped, exhaustedFunds, relief }) => ({
        level,
        projects: stopped,
        exhaustedFunds,
        reliefMinor: relief.amountMinor,
        nextLevel: relief.nextLevel,
      })),
    };
  });
}

/** The tranche of a disbursement is that of the milestone that released it. */
function tranchesOf(paid: readonly Disbursement[], agreed: readonly Award[]): ReportRegisters['tranches'] {
  const awardsById = new Map(agreed.map((award) => [award._id, award]));
  return new Map(
    paid.map((disbursement) => {
      const milestones = awardsById.get(disbursement.award)?.milestones ?? [];
      const index = milestones.findIndex(({ id }) => id === disbursement.milestone);
      return [disbursement._id, { title: milestones[index]?.title ?? UNKNOWN, number: index + 1 }];
    }),
  );
}

/** An individual who pledges is not named in a report. */
const publicName = (party: Party | undefined): LocalizedText => {
  if (party === undefined) return UNKNOWN;
  return party.kind === 'individual' ? { zh: '个人', en: 'An individual' } : party.name;
};

function describeFunds(
  listed: readonly Fund[],
  promised: readonly Pledge[],
  partiesById: ReadonlyMap<string, Party>,
): ReportRegisters['funds'] {
  const pledgeByFund = new Map(promised.map((pledge) => [pledge.fundId, pledge]));
  return new Map(
    listed.map((fund) => {
      const pledge = pledgeByFund.get(fund._id);
      const giver: PartyKind = pledge?.partyKind ?? 'individual';
      const name = pledge?.partyKind === 'individual' ? publicName(partiesById.get(pledge.party)) : fund.name;
      return [fund._id, { name, giver }];
    }),
  );
}

const namesOf = (things: readonly { readonly code: string; readonly name: LocalizedText }[]) =>
  Object.fromEntries(things.map(({ code, name }) => [code, name]));

/** Everything that the report of a round is told with, as of an instant, in a stable order. */
export async function loadReportRegisters(
  database: Database,
  region: Region,
  round: Round,
  header: Pick<ReportRegisters, 'schemaVersion' | 'number' | 'version' | 'corrects'>,
  recordedUntil: Date,
): Promise<ReportRegisters> {
  const inRound = { round: round._id };
  const [promised, accepted, runs, agreed, paid, listed] = await Promise.all([
    pledges(database)
      .find({ ...inRound, status: operators({ $nin: ['conditional', 'lapsed'] }) })
      .sort({ _id: 1 })
      .limit(MAX_ROWS)
      .lean<Pledge[]>(),
    projects(database)
      .find({ ...inRound, acceptedAt: operators({ $lte: recordedUntil }) })
      .sort({ _id: 1 })
      .limit(MAX_ROWS)
      .lean<Project[]>(),
    allocationRuns(database)
      .find({ ...inRound, status: 'executed' })
      .sort({ proposedAt: 1 })
      .limit(MAX_ROWS)
      .lean<AllocationRun[]>(),
    awards(database).find(inRound).sort({ _id: 1 }).limit(MAX_ROWS).lean<Award[]>(),
    disbursements(database)
      .find({ ...inRound, status: operators({ $in: ['executed', 'sent-back'] as const }) })
      .sort({ _id: 1 })
      .limit(MAX_ROWS)
      .lean<Disbursement[]>(),
    funds(database).find().sort({ _id: 1 }).limit(MAX_ROWS).lean<Fund[]>(),
  ]);
  const involved = [
    ...new Set([...promised.map(({ party }) => party), ...accepted.map(({ grantee }) => grantee)]),
  ];
  const known = await parties(database)
    .find({ _id: operators({ $in: involved }) })
    .limit(involved.length)
    .lean<Party[]>();
  const partiesById = new Map(known.map((party) => [party._id, party]));
  const rules = rulesOn(round, dayOf(recordedUntil, region.timeZone));
  return {
    ...header,
    currency: region.currency,
    region: { code: region.code, name: region.name },
    roundId: round._id,
    round: {
      code: round.code,
      title: round.title,
      batch: round.batch,
      level: rules.level,
      localityWeights: rules.localityWeights,
    },
    needs: round.needs,
    pledges: promised.map(({ _id: id, party, partyKind: kind, restriction }) => ({
      id,
      party: publicName(partiesById.get(party)),
      kind,
      restriction,
    })),
    projects: accepted.map(({ _id: id, title, grantee, sector, locality, openTo, needMinor }) => ({
      id,
      title,
      grantee: publicName(partiesById.get(grantee)),
      sector,
      locality,
      openTo,
      needMinor,
    })),
    funds: describeFunds(listed, promised, partiesById),
    runs: registersOfRuns(runs),
    tranches: tranchesOf(paid, agreed),
    sectorNames: namesOf(region.sectors),
    localityNames: namesOf(region.localities),
    localityShortNames: Object.fromEntries(region.localities.map(({ code, shortName }) => [code, shortName])),
  };
}
