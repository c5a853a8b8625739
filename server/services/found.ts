/** One answer for a thing of somebody else and for a thing that does not exist, so that a refusal never says which. */
import { requireRight, type Actor, type Person, type Right } from '../domain/access.ts';
import { NotFound } from '../domain/errors.ts';

/**
 * Asks for the right over the organization that the found thing belongs to. Whoever holds it through a role is told
 * when there is no such thing; everybody else gets the same refusal either way.
 * @throws NotPermitted, SignInRequired, NotFound
 */
export function requireRightOver<Thing>(
  actor: Actor,
  right: Right,
  found: Thing | null,
  of: { readonly concept: string; readonly id: string; readonly owner?: (thing: Thing) => string },
): { readonly person: Person; readonly thing: Thing } {
  const person = requireRight(actor, right, found === null ? undefined : of.owner?.(found));
  if (found === null) throw new NotFound(of.concept, of.id);
  return { person, thing: found };
}
