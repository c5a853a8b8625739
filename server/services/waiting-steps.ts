/** What a waiting step is, and which one a person may take next of a thing under four eyes. */
import { holdsRight, roleFor, type Person, type Right } from '../domain/access.ts';
import { isSamePerson, standingApprovals } from '../domain/four-eyes.ts';
import type { LocalizedText } from '../domain/localized-text.ts';
import type { Database } from '../db/database.ts';
import { isMatterApproved, readPolicy, standingControl, type Matter } from './approvals.ts';

export const WAITING_KINDS = [
  'proposal',
  'allocation',
  'project',
  'award',
  'milestone',
  'disbursement',
  'report',
  'payee-change',
  'write-off',
  'policy',
  'manual-entry',
  'period',
  'compensation',
  'gift-refund',
  'award-closing',
  'management-cost',
  'bank-lines',
  'ledger-check',
] as const;

export const WAITING_STEPS = [
  'complete',
  'decide',
  'approve',
  'execute',
  'prepare-award',
  'sign',
  'report',
  'accept',
  'prepare-disbursement',
  'publish',
  'reconcile',
  'look-into',
] as const;

export interface WaitingItem {
  readonly kind: (typeof WAITING_KINDS)[number];
  /** Of the thing; of the award for a milestone or a closing, the party for a payee change, the pledge for a write-off, the month for a period, the gift for a refund, the account for bank lines, the check for books that are not sound. */
  readonly id: string;
  readonly step: (typeof WAITING_STEPS)[number];
  /** Null for what belongs to no round. */
  readonly round: string | null;
  readonly title: LocalizedText;
  /** Since the thing was proposed, submitted or reported. */
  readonly since: Date;
}

export type Untitled = Omit<WaitingItem, 'title'> & { readonly titleOf: string | LocalizedText };

export const MAX_OF_A_KIND = 100;

/**
 * The step that this person may take next under four eyes, or null: whoever acted before is out, for themselves and for
 * whom they stand in.
 */
export async function stepOf(
  database: Database,
  person: Person,
  matter: Matter,
  rights: { readonly approve: Right; readonly execute: Right },
  partyId?: string,
): Promise<'approve' | 'execute' | null> {
  const control = await standingControl(database, matter.control);
  const step = (await isMatterApproved(database, null, matter)) ? 'execute' : 'approve';
  if (!holdsRight(person, rights[step], partyId)) return null;
  const { approvers } = await readPolicy(database, matter.kind);
  const held = roleFor(person, rights[step], step === 'approve' ? { among: approvers } : {});
  if (step === 'approve' && held === null) return null;
  const onBehalfOf = held?.for ?? null;
  const signer = { personId: person.personId, onBehalfOf };
  const acted = [control.proposedBy, ...standingApprovals(control)];
  return acted.some((signature) => isSamePerson(signer, signature)) ? null : step;
}

/** Each with its step, where the person may take one. */
export async function withSteps<Thing>(
  things: readonly Thing[],
  stepFor: (thing: Thing) => Promise<'approve' | 'execute' | null>,
): Promise<{ thing: Thing; step: 'approve' | 'execute' }[]> {
  const steps = await Promise.all(things.map(stepFor));
  return things.flatMap((thing, index) => {
    const step = steps[index] ?? null;
    return step === null ? [] : [{ thing, step }];
  });
}
