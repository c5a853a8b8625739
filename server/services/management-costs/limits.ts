/**
 * The limits of management cost as data: an administrator proposes a change with its legal source, the Council puts it in
 * force, and every version stays. A limit begins with a year that has not begun, so that no year is measured anew.
 */
import { requireRight } from '../../domain/access.ts';
import { IdAlreadyUsed, InvalidInput, NotPermitted, SignInRequired } from '../../domain/errors.ts';
import { ChangedSinceSeen, openControl, signatureOf } from '../../domain/four-eyes.ts';
import { faultsOfLimit, limitOfYear, type ManagementLimit } from '../../domain/management-limit.ts';
import { dayOf } from '../../domain/time.ts';
import { inTransaction } from '../../db/database.ts';
import { managementLimits, type StoredManagementLimit } from '../../db/models/management-limit.ts';
import type { ServiceContext } from '../context.ts';
import {
  approveControlled,
  approveControlledErrors,
  withdrawControlled,
  withdrawControlledErrors,
  type ControlledKindOfRecord,
  type Seen,
} from '../controlled-records.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { loadRegion } from '../region.ts';
import { limitsInForce, MAX_VERSIONS, readLimits } from './read-limits.ts';

export type LimitVersion = StoredManagementLimit;

/** A limit with whether it is the one by which this year is measured. */
export interface KnownLimit extends ManagementLimit {
  readonly measuresThisYear: boolean;
}

/** Every limit, the one that begins last first. */
export async function listLimits({ database, clock, actor }: ServiceContext): Promise<KnownLimit[]> {
  requireRight(actor, 'policy.read');
  const limits = await readLimits(database);
  const { timeZone } = await loadRegion(database);
  const now = limitOfYear(limits, Number(dayOf(clock.now(), timeZone).slice(0, 4)));
  return limits
    .map((limit) => ({ ...limit, measuresThisYear: limit === now }))
    .toReversed()
    .toSorted((one, other) =>
      one.effectiveOn > other.effectiveOn ? -1 : Number(one.effectiveOn < other.effectiveOn),
    );
}

/** Proposed and past versions, newest first. */
export async function listLimitVersions({ database, actor }: ServiceContext): Promise<LimitVersion[]> {
  requireRight(actor, 'policy.read');
  return managementLimits(database)
    .find({})
    .sort({ 'control.proposedBy.at': -1, _id: 1 })
    .limit(MAX_VERSIONS)
    .lean<StoredManagementLimit[]>();
}

export const proposeLimitErrors = [InvalidInput, NotPermitted, SignInRequired, IdAlreadyUsed] as const;

interface ProposeLimitInput extends ManagementLimit {
  readonly id: string;
  readonly reason: string;
}

/** Proposes another limit from the first day of a year to come. Nothing changes before the Council approves. */
export async function proposeLimit(context: ServiceContext, input: ProposeLimitInput): Promise<LimitVersion> {
  const person = requireRight(context.actor, 'policy.propose');
  assertUuid(input.id);
  const { database, clock } = context;
  const { id, effectiveOn, shareBasisPoints, exemptBelowMinor } = input;
  const source = { zh: input.source.zh.trim(), en: input.source.en.trim() };
  const limit = { effectiveOn, shareBasisPoints, exemptBelowMinor, source };
  const reason = input.reason.trim();
  const requestDigest = digestOf({ id, limit, reason });
  const { timeZone } = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const model = managementLimits(database);
    const created = await findCreated(model, 'limit', id, requestDigest, session);
    if (created !== null) return created;
    const now = clock.now();
    const faults = faultsOfLimit(limit, dayOf(now, timeZone));
    if (reason === '')
      faults.push({ path: 'reason', reason: 'missing', message: 'Say why; it stays in the history.' });
    if (faults.length > 0) throw new InvalidInput(faults);
    const replaces = (await limitsInForce(database, session)).at(-1)?._id ?? null;
    const version: StoredManagementLimit = {
      ...{ _id: id, limit, replaces, reason, status: 'proposed', inForceFrom: null, requestDigest },
      control: openControl(digestOf({ limit, replaces, reason }), signatureOf(person, now)),
    };
    await model.create([version], { session });
    return version;
  });
}

const LIMIT: ControlledKindOfRecord<StoredManagementLimit> = {
  ...{ name: 'limit', model: managementLimits, waiting: 'proposed' },
  ...{ approving: 'policy.approve', withdrawing: 'policy.propose' },
  matterOf: ({ _id: id, control }) => ({ kind: 'policy', id, control, amountMinor: null }),
  async assertStands({ limit, replaces }, { database, clock }, session) {
    const last = (await limitsInForce(database, session)).at(-1)?._id ?? null;
    if (last !== replaces) throw new ChangedSinceSeen();
    const { timeZone } = await loadRegion(database);
    const faults = faultsOfLimit(limit, dayOf(clock.now(), timeZone));
    if (faults.length > 0) throw new InvalidInput(faults);
  },
  approved: (now) => ({ status: 'in-force', inForceFrom: now }),
};

export const approveLimitErrors = [...approveControlledErrors, InvalidInput] as const;

/**
 * The Council's approval puts the limit in force, unless another one came into force since it was proposed, or its year
 * has begun meanwhile.
 */
export const approveLimit = (context: ServiceContext, seen: Seen): Promise<LimitVersion> =>
  approveControlled(context, LIMIT, seen);

export const withdrawLimitErrors = withdrawControlledErrors;

export const withdrawLimit = (context: ServiceContext, id: string): Promise<LimitVersion> =>
  withdrawControlled(context, LIMIT, { id });
