/** Whoever is asking. */
import type { Actor } from '../server/domain/access.ts';
import { findViewer } from '../server/services/people/list-people.ts';
import { builder } from './builder.ts';
import { PersonType } from './person.ts';

const ViewerType = builder.objectRef<Actor>('Viewer').implement({
  description: 'Whoever is asking, signed in or not.',
  fields: (t) => ({
    person: t.field({
      type: PersonType,
      nullable: true,
      description: 'Null for a visitor who is not signed in.',
      resolve: (_actor, _args, context) => findViewer(context),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: ViewerType, authScopes: { public: true }, resolve: (_root, _args, { actor }) => actor }),
);
