/** Opening rounds, changing their rules for the days to come, and reading them. */
import { requireRight } from '../domain/access.ts';
import {
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
  WrongState,
  type InputFault,
} from '../domain/errors.ts';
import { localityWeightsOf } from '../domain/locality-weights.ts';
import type { Region } from '../domain/region.ts';
import { faultsOfRound, type Round } from '../domain/round.ts';
import {
  ANY_PROJECT,
  DEFAULT_REFUND_WINDOW_DAYS,
  faultsOfAmendment,
  faultsOfRules,
  latestRules,
  type RoundRules,
  type RuleChoices,
} from '../domain/round-rules.ts';
import { dayOf, type CalendarDate } from '../domain/time.ts';
import type { Database } from '../db/database.ts';
import { inTransaction, operators } from '../db/database.ts';
import { rounds, type StoredRound } from '../db/models/round.ts';
import { batched } from './batch.ts';
import type { ServiceContext } from './context.ts';
import { assertUuid, digestOf, findCreated } from './create-once.ts';
import { loadRegion } from './region.ts';

/** The choices of the rules that may be left out have a default: no cap, any project, a window of two weeks. */
type RuleInput = Pick<RuleChoices, 'level' | 'weightPolicy'> &
  Partial<Pick<RuleChoices, 'capPerProjectMinor' | 'eligibility' | 'refundWindowDays'>>;

export type OpenRoundInput = Pick<
  Round,
  'code' | 'title' | 'batch' | 'sectors' | 'localities' | 'needs' | 'opensOn' | 'closesOn'
> &
  Partial<Pick<Round, 'pledgesUntil' | 'proposalsUntil'>> &
  RuleInput & { readonly id: string };

export const openRoundErrors = [InvalidInput, NotPermitted, SignInRequired, IdAlreadyUsed] as const;

const choicesOf = (input: RuleInput): RuleChoices => ({
  level: input.level,
  weightPolicy: input.weightPolicy,
  capPerProjectMinor: input.capPerProjectMinor ?? null,
  eligibility: input.eligibility ?? ANY_PROJECT,
  refundWindowDays: input.refundWindowDays ?? DEFAULT_REFUND_WINDOW_DAYS,
});

/** A version of the rules with its weights, computed once from the published figures and stored with them. */
function rulesOf(
  choices: RuleChoices,
  given: { readonly region: Region; readonly localities: readonly string[] },
  version: Pick<RoundRules, 'version' | 'effectiveOn' | 'reason'>,
): { rules: RoundRules; faults: InputFault[] } {
  const { weights, figures, faults } = localityWeightsOf(
    given.region,
    given.localities,
    choices.weightPolicy,
  );
  return {
    rules: { ...version, ...choices, figures, localityWeights: weights },
    faults: [...faultsOfRules(choices), ...faults],
  };
}

/** Opens a round with the first version of its rules. */
export async function openRound(context: ServiceContext, input: OpenRoundInput): Promise<Round> {
  requireRight(context.actor, 'round.open');
  assertUuid(input.id);
  const { database, clock } = context;
  const region = await loadRegion(database);
  const { id, code, title, batch, sectors, localities, needs, opensOn, closesOn } = input;
  const terms = {
    ...{ code, title, batch, sectors, localities, needs, opensOn, closesOn },
    pledgesUntil: input.pledgesUntil ?? closesOn,
    proposalsUntil: input.proposalsUntil ?? closesOn,
  };
  const faults = faultsOfRound(terms, region);
  const sameCode = await rounds(database).exists({ code, _id: operators({ $ne: id }) });
  if (sameCode !== null) {
    faults.push({
      path: 'code',
      reason: 'taken',
      message: `A round "${code}" exists already. Choose another code.`,
    });
  }
  const first = rulesOf(
    choicesOf(input),
    { region, localities },
    { version: 1, effectiveOn: opensOn, reason: '' },
  );
  faults.push(...first.faults);
  if (faults.length > 0) throw new InvalidInput(faults);
  const requestDigest = digestOf(input);
  const created = await findCreated(rounds(database), 'round', id, requestDigest);
  if (created !== null) return created;
  const round: StoredRound = {
    _id: id,
    ...terms,
    rules: [first.rules],
    status: 'open',
    openedAt: clock.now(),
    requestDigest,
  };
  await inTransaction(database, (session) => rounds(database).create([round], { session }));
  return round;
}

export interface AmendRoundInput extends RuleChoices {
  readonly round: string;
  readonly effectiveOn: CalendarDate;
  readonly reason: string;
}

export const amendRoundErrors = [InvalidInput, NotPermitted, SignInRequired, NotFound, WrongState] as const;

/**
 * Makes new rules that hold from a later day. What was given before keeps its rules, and the versions before stay
 * readable. Weights are computed anew from the figures published by now.
 */
export async function amendRound(context: ServiceContext, input: AmendRoundInput): Promise<Round> {
  const { database, clock, actor } = context;
  requireRight(actor, 'round.open');
  const region = await loadRegion(database);
  const { round: id, effectiveOn, reason, ...choices } = input;
  return inTransaction(database, async (session) => {
    const round = await rounds(database).findById(id).session(session).lean<StoredRound>();
    if (round === null) throw new NotFound('round', id);
    if (round.status !== 'open') throw new WrongState('round', round.code, round.status, ['open']);
    const latest = latestRules(round);
    if (latest.effectiveOn === effectiveOn && latest.reason === reason.trim()) return round;
    const next = rulesOf(
      choices,
      { region, localities: round.localities },
      { version: latest.version + 1, effectiveOn, reason: reason.trim() },
    );
    const today = dayOf(clock.now(), region.timeZone);
    const faults = [...faultsOfAmendment({ effectiveOn, reason }, round.rules, today), ...next.faults];
    if (faults.length > 0) throw new InvalidInput(faults);
    const rules = [...round.rules, next.rules];
    await rounds(database).updateOne({ _id: id }, { $set: { rules } }, { session });
    return { ...round, rules };
  });
}

export async function findRound(database: Database, id: string): Promise<Round> {
  const round = await rounds(database).findById(id).lean<StoredRound>();
  if (round === null) throw new NotFound('round', id);
  return round;
}

/** What a round is called, or null where there is none. */
export const findRoundTitle = batched(async (database, ids) => {
  const found = await rounds(database)
    .find({ _id: operators({ $in: [...ids] }) })
    .select({ title: 1 })
    .limit(ids.length)
    .lean<Pick<StoredRound, '_id' | 'title'>[]>();
  return new Map(found.map(({ _id, title }) => [_id, title]));
});

/** By its public code, as it stands in addresses. */
export async function findRoundByCode(database: Database, code: string): Promise<Round | null> {
  return rounds(database).findOne({ code }).lean<StoredRound>();
}

const MAX_ROUNDS = 100;

/** The latest rounds, newest first. */
export async function listRounds(database: Database): Promise<Round[]> {
  return rounds(database).find().sort({ openedAt: -1 }).limit(MAX_ROUNDS).lean<StoredRound[]>();
}
