/** Absences: recording that one is away and who fills in, ending it, and what somebody fills in for today. */
import { randomUUID } from 'node:crypto';
import type { Role, StandIn } from '../../domain/access.ts';
import { faultsOfAbsence, isAway, type Absence } from '../../domain/absence.ts';
import { IdAlreadyUsed, InvalidInput, NotFound, SignInRequired } from '../../domain/errors.ts';
import { signatureOf } from '../../domain/four-eyes.ts';
import { dayOf, type CalendarDate } from '../../domain/time.ts';
import { inTransaction, operators, type Database } from '../../db/database.ts';
import { absences, type StoredAbsence } from '../../db/models/control.ts';
import { people, type StoredPerson } from '../../db/models/person.ts';
import type { Clock } from '../../gateways/clock.ts';
import type { ServiceContext } from '../context.ts';
import { assertUuid, digestOf, findCreated } from '../create-once.ts';
import { loadRegion } from '../region.ts';

interface RecordAbsenceInput {
  readonly id: string | null;
  readonly roles: readonly Role[];
  /** Id of the colleague; null: nobody fills in. */
  readonly standIn: string | null;
  readonly startsOn: CalendarDate;
  readonly endsOn: CalendarDate;
  readonly reason: string;
}

export const recordAbsenceErrors = [InvalidInput, SignInRequired, IdAlreadyUsed] as const;

/** Records that whoever asks is away. A stand-in starts and ends by the calendar, without anybody's doing. */
export async function recordAbsence(context: ServiceContext, input: RecordAbsenceInput): Promise<Absence> {
  const { database, clock, actor: person } = context;
  if (person.kind !== 'person') throw new SignInRequired();
  const id = input.id ?? randomUUID();
  assertUuid(id);
  const requestDigest = digestOf({ ...input, id });
  const { timeZone } = await loadRegion(database);
  const now = clock.now();
  return inTransaction(database, async (session) => {
    const created = await findCreated(absences(database), 'absence', id, requestDigest, session);
    if (created !== null) return created;
    const colleague =
      input.standIn === null
        ? null
        : await people(database)
            .findOne({ _id: input.standIn, closedAt: null })
            .session(session)
            .lean<StoredPerson>();
    const standIn =
      input.standIn === null
        ? null
        : { personId: input.standIn, name: colleague?.name ?? '', roles: colleague?.roles ?? [] };
    const faults = faultsOfAbsence(person, { ...input, standIn }, dayOf(now, timeZone));
    if (faults.length > 0) throw new InvalidInput(faults);
    const absence: StoredAbsence = {
      _id: id,
      personId: person.personId,
      name: person.name,
      roles: input.roles,
      standIn: standIn === null ? null : { personId: standIn.personId, name: standIn.name },
      startsOn: input.startsOn,
      endsOn: input.endsOn,
      reason: input.reason.trim(),
      recordedBy: signatureOf(person, now),
      endedBy: null,
      requestDigest,
    };
    await absences(database).create([absence], { session });
    return absence;
  });
}

export const endAbsenceErrors = [NotFound, SignInRequired] as const;

/** Ends an absence early: by the one who was away, or by an administrator. */
export async function endAbsence(context: ServiceContext, id: string): Promise<Absence> {
  const { database, clock, actor: person } = context;
  if (person.kind !== 'person') throw new SignInRequired();
  return inTransaction(database, async (session) => {
    const absence = await absences(database).findById(id).session(session).lean<StoredAbsence>();
    const mayEnd = absence?.personId === person.personId || person.roles.includes('administrator');
    // The same answer for a colleague's absence and for none.
    if (absence === null || !mayEnd) throw new NotFound('absence', id);
    if (absence.endedBy !== null) return absence;
    const endedBy = signatureOf(person, clock.now());
    await absences(database).updateOne({ _id: id }, { $set: { endedBy } }, { session });
    return { ...absence, endedBy };
  });
}

const MAX_ABSENCES = 200;

/** Absences that are not over, soonest to end first. */
export async function listAbsences(context: ServiceContext): Promise<Absence[]> {
  if (context.actor.kind !== 'person') return [];
  const { timeZone } = await loadRegion(context.database);
  const today = dayOf(context.clock.now(), timeZone);
  return absences(context.database)
    .find({ endsOn: operators({ $gte: today }), endedBy: null })
    .sort({ endsOn: 1 })
    .limit(MAX_ABSENCES)
    .lean<StoredAbsence[]>();
}

/** The roles that somebody fills today: those of colleagues who are away and hold them still. */
export async function standInsOf(database: Database, clock: Clock, personId: string): Promise<StandIn[]> {
  const upcoming = await absences(database)
    .find({ 'standIn.personId': personId, endsOn: operators({ $gte: earliestToday(clock) }) })
    .limit(MAX_ABSENCES)
    .lean<StoredAbsence[]>();
  if (upcoming.length === 0) return [];
  const { timeZone } = await loadRegion(database);
  const now = upcoming.filter((absence) => isAway(absence, dayOf(clock.now(), timeZone)));
  const away = await people(database)
    .find({ _id: operators({ $in: now.map((absence) => absence.personId) }), closedAt: null })
    .limit(MAX_ABSENCES)
    .lean<StoredPerson[]>();
  return now.flatMap((absence) => {
    const held = away.find(({ _id }) => _id === absence.personId)?.roles ?? [];
    return absence.roles
      .filter((role) => held.includes(role))
      .map((role) => ({ role, personId: absence.personId, name: absence.name }));
  });
}

/** A day that is not after today anywhere on earth, for a first look in the index. */
const earliestToday = (clock: Clock): CalendarDate =>
  dayOf(new Date(clock.now().getTime() - 86_400_000), 'UTC');
