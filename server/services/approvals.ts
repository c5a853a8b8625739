/** Turning the act of a signed-in approver into the approval that four-eyes control keeps. */
import { RIGHTS, type Person, type Right } from '../domain/access.ts';
import { signatureOf, type Approval } from '../domain/four-eyes.ts';

/** The approval of what was seen (`digest`), under the first of the person's roles that holds the right. */
export function approvalOf(person: Person, right: Right, digest: string, at: Date): Approval {
  const role = RIGHTS[right].roles.find((holder) => person.roles.includes(holder));
  if (role === undefined) throw new RangeError(`${person.personId} does not hold the right "${right}".`);
  return { ...signatureOf(person, at), role, digest };
}
