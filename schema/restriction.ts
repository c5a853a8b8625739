/** Restriction: what a giver allows; null means any. */
import type { Restriction } from '../server/domain/restriction.ts';
import { builder } from './builder.ts';

const codes = (list: readonly string[] | null) => (list === null ? null : [...list]);

export const RestrictionType = builder.objectRef<Restriction>('Restriction').implement({
  readers: 'everyone',
  description: 'The sectors, localities or projects that a giver allows (限定用途); null means any.',
  fields: (t) => ({
    sectors: t.stringList({ nullable: true, resolve: (restriction) => codes(restriction.sectors) }),
    localities: t.stringList({ nullable: true, resolve: (restriction) => codes(restriction.localities) }),
    projects: t.stringList({ nullable: true, resolve: (restriction) => codes(restriction.projects) }),
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
