/**
 * Absence (缺勤): somebody is away from one day to another, and names who fills their roles meanwhile. A stand-in may do
 * nothing that the absent person could not do, nothing that they themselves could not do, and passes nothing on.
 */
import type { Person, Role } from './access.ts';
import type { InputFault } from './errors.ts';
import type { Principal, Signature } from './four-eyes.ts';
import { isCalendarDate, type CalendarDate } from './time.ts';

export interface Absence {
  readonly _id: string;
  readonly personId: string;
  readonly name: string;
  /** What is handed over; each a role of the absent person's own. */
  readonly roles: readonly Role[];
  /** Null: away, and nobody fills in. */
  readonly standIn: Principal | null;
  /** First and last day, both included, on the region's calendar. */
  readonly startsOn: CalendarDate;
  readonly endsOn: CalendarDate;
  readonly reason: string;
  readonly recordedBy: Signature;
  readonly endedBy: Signature | null;
}

/** Roles that may be handed over: those that take part in four eyes. */
export const FILLABLE_ROLES: readonly Role[] = [
  'programme-officer',
  'finance-officer',
  'approver',
  'council',
];

const MAX_DAYS = 180;

export const isAway = ({ startsOn, endsOn, endedBy }: Absence, today: CalendarDate): boolean =>
  endedBy === null && startsOn <= today && today <= endsOn;

const fault = (path: string, reason: string, message: string): InputFault => ({ path, reason, message });

const daysBetween = (from: string, to: string): number =>
  (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;

/** What is wrong with an absence as the person recorded it, if anything. */
export function faultsOfAbsence(
  person: Person,
  absence: Pick<Absence, 'roles' | 'startsOn' | 'endsOn' | 'reason'> & {
    readonly standIn: { readonly personId: string; readonly roles: readonly Role[] } | null;
  },
  today: CalendarDate,
): InputFault[] {
  const faults: InputFault[] = [];
  const { roles, standIn, startsOn, endsOn } = absence;
  if (!isCalendarDate(startsOn) || !isCalendarDate(endsOn) || endsOn < startsOn || endsOn < today) {
    faults.push(fault('endsOn', 'wrong-period', 'The last day is not before the first, and not past.'));
  } else if (daysBetween(startsOn, endsOn) > MAX_DAYS) {
    faults.push(
      fault('endsOn', 'too-long-absence', `An absence lasts at most ${MAX_DAYS} days; change roles instead.`),
    );
  }
  roles.forEach((role, index) => {
    if (!person.roles.includes(role) || !FILLABLE_ROLES.includes(role)) {
      const message = 'Hand over roles of your own, and none that you fill for somebody else.';
      faults.push(fault(`roles[${index}]`, 'not-your-role', message));
    }
  });
  if (standIn !== null && (standIn.personId === person.personId || standIn.roles.length === 0)) {
    faults.push(
      fault('standIn', 'not-a-colleague', 'Choose a colleague who has a role in the foundation already.'),
    );
  }
  if (standIn !== null && roles.length === 0) {
    faults.push(fault('roles', 'empty-list', 'Say which roles your stand-in fills.'));
  }
  if (absence.reason.trim() === '') faults.push(fault('reason', 'empty', 'Say why you are away.'));
  return faults;
}
