/** Absences and who fills in, and one's own sessions. */
import type { Absence } from '../server/domain/absence.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import {
  endAbsence,
  endAbsenceErrors,
  listAbsences,
  recordAbsence,
  recordAbsenceErrors,
} from '../server/services/people/absences.ts';
import { listColleagues, type Colleague } from '../server/services/people/list-people.ts';
import {
  endOtherSessions,
  endSession,
  endSessionErrors,
  listOwnSessions,
  listSessionsOf,
  type OwnSession,
} from '../server/services/people/sessions.ts';
import { SignInRequired } from '../server/domain/errors.ts';
import { builder } from './builder.ts';
import { SignatureType } from './control.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { RoleType } from './person.ts';

const AbsenceType = builder.objectRef<Absence>('Absence').implement({
  readers: 'as-parent',
  description: 'Somebody is away, and who fills their roles meanwhile (缺勤).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    personId: t.exposeID('personId'),
    name: t.exposeString('name'),
    roles: t.field({ type: [RoleType], resolve: ({ roles }) => [...roles] }),
    standIn: t.string({
      nullable: true,
      description: 'Name of the colleague who fills in.',
      resolve: ({ standIn }) => standIn?.name,
    }),
    startsOn: t.expose('startsOn', { type: 'Date' }),
    endsOn: t.expose('endsOn', { type: 'Date' }),
    reason: t.exposeString('reason'),
    endedBy: t.field({ type: SignatureType, nullable: true, resolve: ({ endedBy }) => endedBy }),
  }),
});

const RecordAbsenceInput = builder.inputType('RecordAbsenceInput', {
  fields: (t) => ({
    id: t.id(),
    roles: t.field({ type: [RoleType], required: true, description: 'Roles of one’s own to hand over.' }),
    standIn: t.id({ description: 'Id of the colleague; left out: nobody fills in.' }),
    startsOn: t.field({ type: 'Date', required: true }),
    endsOn: t.field({ type: 'Date', required: true }),
    reason: t.string({ required: true }),
  }),
});

builder.mutationField('recordAbsence', (t) =>
  t.field({
    type: AbsenceType,
    authScopes: { self: true },
    errors: refusals(recordAbsenceErrors),
    args: { input: t.arg({ type: RecordAbsenceInput, required: true }) },
    resolve: (_root, { input }, context) =>
      recordAbsence(context, {
        ...{ id: input.id ?? null, roles: input.roles, standIn: input.standIn ?? null },
        startsOn: input.startsOn as CalendarDate,
        endsOn: input.endsOn as CalendarDate,
        reason: input.reason,
      }),
  }),
);

const ColleagueType = builder.objectRef<Colleague>('Colleague').implement({
  readers: 'as-parent',
  description: 'Somebody with a role in the foundation, as colleagues see them.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    name: t.exposeString('name'),
    roles: t.field({ type: [RoleType], resolve: ({ roles }) => [...roles] }),
  }),
});

builder.queryField('colleagues', (t) =>
  t.field({
    type: pageType(ColleagueType),
    authScopes: { right: 'absence.read' },
    description: 'Everybody with a role and an open account, by name.',
    args: {
      search: t.arg.string({ description: 'Words of the name or the address.' }),
      only: t.arg.id({ description: 'Only this one: to name what was chosen before.' }),
      first: t.arg.int({ defaultValue: 50, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { search, only, ...page }, context) =>
      listColleagues(context, { search: search ?? null, only: only ?? null }, pageOfArgs(page)),
  }),
);

builder.mutationField('endAbsence', (t) =>
  t.field({
    type: AbsenceType,
    authScopes: { self: true },
    description: 'By the one who was away, or by an administrator.',
    errors: refusals(endAbsenceErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => endAbsence(context, id),
  }),
);

builder.queryField('absences', (t) =>
  t.field({
    type: [AbsenceType],
    authScopes: { right: 'absence.read' },
    description: 'Those that are not over.',
    resolve: (_root, _args, context) => listAbsences(context),
  }),
);

export const OwnSessionType = builder.objectRef<OwnSession>('Session').implement({
  readers: 'as-parent',
  description: 'Where one is signed in.',
  fields: (t) => ({
    id: t.exposeID('id'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
    address: t.exposeString('address', { nullable: true }),
    device: t.exposeString('device', { nullable: true }),
    current: t.exposeBoolean('current', { description: 'The one that asks.' }),
  }),
});

builder.queryField('sessionsOf', (t) =>
  t.field({
    type: [OwnSessionType],
    authScopes: { right: 'account.manage' },
    description: 'Where somebody is signed in, newest first.',
    args: { person: t.arg.id({ required: true }) },
    resolve: (_root, { person }, context) => listSessionsOf(context, person),
  }),
);

builder.mutationField('endSession', (t) =>
  t.field({
    type: [OwnSessionType],
    authScopes: { self: true },
    description: 'Ends one of one’s own sessions and gives those that are left.',
    errors: refusals(endSessionErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => endSession(context, id),
  }),
);

builder.mutationField('endOtherSessions', (t) =>
  t.field({
    type: [OwnSessionType],
    authScopes: { self: true },
    errors: refusals([SignInRequired]),
    resolve: (_root, _args, context) => endOtherSessions(context),
  }),
);

builder.queryField('sessions', (t) =>
  t.field({
    type: [OwnSessionType],
    authScopes: { self: true },
    description: 'One’s own, newest first; none for a visitor.',
    resolve: (_root, _args, context) => listOwnSessions(context),
  }),
);
