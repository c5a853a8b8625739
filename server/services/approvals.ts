/** What four-eyes control needs from a use case: the approval of a person, and that the thing is what was signed. */
import { RIGHTS, type Person, type Right } from '../domain/access.ts';
import { ChangedSinceSeen, signatureOf, type Approval, type Control } from '../domain/four-eyes.ts';
import { digestOf } from './create-once.ts';

/** The approval of what was seen (`digest`), under the first of the person's roles that holds the right. */
export function approvalOf(person: Person, right: Right, digest: string, at: Date): Approval {
  const role = RIGHTS[right].roles.find((holder) => person.roles.includes(holder));
  if (role === undefined) throw new RangeError(`${person.personId} does not hold the right "${right}".`);
  return { ...signatureOf(person, at), role, digest };
}

/**
 * Compares what the person saw, what the others signed and what is stored now.
 * @throws ChangedSinceSeen when one of them differs
 */
export function assertUnchanged(control: Control, terms: object, seenDigest: string): void {
  if (seenDigest !== control.digest || digestOf(terms) !== control.digest) throw new ChangedSinceSeen();
}
