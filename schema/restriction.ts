/** Restriction: what a giver allows; null means any. */
import type { Restriction } from '../server/domain/restriction.ts';
import { findProject } from '../server/services/projects.ts';
import { builder } from './builder.ts';
import { LocalizedTextType } from './scalars.ts';

const codes = (list: readonly string[] | null) => (list === null ? null : [...list]);

export const RestrictionType = builder.objectRef<Restriction>('Restriction').implement({
  readers: 'everyone',
  description: 'The sectors, localities or projects that a giver allows (限定用途); null means any.',
  fields: (t) => ({
    sectors: t.stringList({ nullable: true, resolve: (restriction) => codes(restriction.sectors) }),
    localities: t.stringList({ nullable: true, resolve: (restriction) => codes(restriction.localities) }),
    projects: t.stringList({ nullable: true, resolve: (restriction) => codes(restriction.projects) }),
    projectTitles: t.field({
      type: [LocalizedTextType],
      nullable: true,
      description: 'What those projects are called, in the same order.',
      resolve: async ({ projects }, _args, context) =>
        projects === null
          ? null
          : Promise.all(
              projects.map(async (id) => (await findProject(context, id))?.title ?? { zh: id, en: id }),
            ),
    }),
  }),
});

export const RestrictionInput = builder.inputType('RestrictionInput', {
  description: 'Leave a list out to allow any.',
  fields: (t) => ({
    sectors: t.stringList({ required: false }),
    localities: t.stringList({ required: false }),
    projects: t.stringList({ required: false }),
  }),
});

/** What an input means: a list left out or null allows any. */
export function restrictionFromInput(
  input: typeof RestrictionInput.$inferInput | null | undefined,
): Restriction {
  return {
    sectors: input?.sectors ?? null,
    localities: input?.localities ?? null,
    projects: input?.projects ?? null,
  };
}
