/** Whoever is asking. */
import type { Actor } from '../server/domain/access.ts';
import { listOwnOrganizations } from '../server/services/parties.ts';
import { findViewer } from '../server/services/people/list-people.ts';
import { listWaiting } from '../server/services/waiting.ts';
import { WAITING_KINDS, WAITING_STEPS, type WaitingItem } from '../server/services/waiting-steps.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';
import { OrganizationType, PersonType } from './person.ts';
import { LocalizedTextType } from './scalars.ts';

const WaitingKindType = builder.enumType('WaitingKind', { values: enumValues(WAITING_KINDS) });

const WaitingStepType = builder.enumType('WaitingStep', { values: enumValues(WAITING_STEPS) });

const WaitingItemType = builder.objectRef<WaitingItem>('WaitingItem').implement({
  readers: 'as-parent',
  description: 'Something whose next step the viewer may take (待办).',
  fields: (t) => ({
    kind: t.expose('kind', { type: WaitingKindType }),
    id: t.exposeID('id', {
      description:
        'Of the thing; of the award for a milestone or a closing, the party for a payee change, the pledge for a write-off, the month for a period.',
    }),
    step: t.expose('step', { type: WaitingStepType }),
    round: t.exposeID('round', { nullable: true, description: 'Null for what belongs to no round.' }),
    title: t.expose('title', { type: LocalizedTextType, description: 'Of the project, or of the round.' }),
    since: t.expose('since', { type: 'DateTime' }),
  }),
});

const ViewerType = builder.objectRef<Actor>('Viewer').implement({
  readers: 'everyone',
  description: 'Whoever is asking, signed in or not.',
  fields: (t) => ({
    person: t.field({
      type: PersonType,
      authScopes: { self: true },
      nullable: true,
      description: 'Null for a visitor who is not signed in.',
      resolve: (_actor, _args, context) => findViewer(context),
    }),
    organizations: t.field({
      type: [OrganizationType],
      authScopes: { self: true },
      description: 'Those that the viewer is a member of, by name; none for a visitor.',
      resolve: (_actor, _args, context) => listOwnOrganizations(context),
    }),
    waitingForMe: t.field({
      type: [WaitingItemType],
      authScopes: { self: true },
      description: 'What the viewer can do next, oldest first.',
      resolve: (_actor, _args, context) => listWaiting(context),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: ViewerType, authScopes: { public: true }, resolve: (_root, _args, { actor }) => actor }),
);
