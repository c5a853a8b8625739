/** The guard of online giving: at which level it is and why, and how staff open giving again. */
import { GUARD_POLICY, type GuardFacts, type GuardLevel } from '../server/domain/giving-guard.ts';
import {
  readGuard,
  resetGuard,
  resetGuardErrors,
  type GuardState,
} from '../server/services/giving/guard-giving.ts';
import { builder } from './builder.ts';
import { refusals } from './errors.ts';

const GuardLevelType = builder.enumType('GivingGuardLevel', {
  values: {
    OPEN: { value: 'open', description: 'Anybody may give.' },
    PROVING: { value: 'proving', description: 'A browser first proves a little work for each gift.' },
    PAUSED: { value: 'paused', description: 'No online gift begins.' },
  } satisfies Record<string, { value: GuardLevel; description: string }>,
});

const GuardFactsType = builder.objectRef<GuardFacts>('GivingGuardFacts').implement({
  readers: 'as-parent',
  fields: (t) => ({
    begun: t.exposeInt('begun'),
    paid: t.exposeInt('paid'),
    declined: t.exposeInt('declined', { description: 'Tries to pay that were declined.' }),
  }),
});

const GivingGuardType = builder.objectRef<GuardState>('GivingGuard').implement({
  readers: 'as-parent',
  fields: (t) => ({
    level: t.expose('level', { type: GuardLevelType }),
    since: t.expose('since', { type: 'DateTime' }),
    facts: t.expose('facts', { type: GuardFactsType, description: 'At the last change of the level.' }),
    lately: t.expose('lately', { type: GuardFactsType }),
    windowMinutes: t.int({ resolve: () => GUARD_POLICY.windowMinutes }),
  }),
});

builder.queryField('givingGuard', (t) =>
  t.field({
    type: GivingGuardType,
    authScopes: { right: 'giving.guard' },
    resolve: (_root, _args, context) => readGuard(context),
  }),
);

builder.mutationField('resetGivingGuard', (t) =>
  t.field({
    type: GivingGuardType,
    authScopes: { right: 'giving.guard' },
    description: 'Opens online giving again; what happened before does not count any more.',
    errors: refusals(resetGuardErrors),
    args: { reason: t.arg.string({ required: true, description: 'Kept in the audit log.' }) },
    resolve: (_root, { reason }, context) => resetGuard(context, reason),
  }),
);
