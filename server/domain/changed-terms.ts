/**
 * What a change of a policy or of a limit says, term by term, before and after: whoever signs it must read the new values
 * and not only the reason.
 */
import type { ApprovalPolicy } from './four-eyes.ts';
import type { ManagementLimit } from './management-limit.ts';

export type TermName =
  | 'approvalsNeeded'
  | 'councilAboveMinor'
  | 'approvers'
  | 'effectiveOn'
  | 'shareBasisPoints'
  | 'exemptBelowMinor';

/** A term with its values as text: amounts in minor units, a share in basis points, roles by their codes. */
export interface ChangedTerm {
  readonly term: TermName;
  /** Empty: nothing, as where the Council is never asked or no limit held. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const amountOf = (amountMinor: bigint | null): string[] =>
  amountMinor === null ? [] : [String(amountMinor)];

/** Every term of a policy, those that stay too. */
export function termsOfPolicy(before: ApprovalPolicy, after: ApprovalPolicy): ChangedTerm[] {
  return [
    {
      term: 'approvalsNeeded',
      before: [String(before.approvalsNeeded)],
      after: [String(after.approvalsNeeded)],
    },
    {
      term: 'councilAboveMinor',
      before: amountOf(before.councilAboveMinor),
      after: amountOf(after.councilAboveMinor),
    },
    { term: 'approvers', before: before.approvers, after: after.approvers },
  ];
}

type LimitTerms = Omit<ManagementLimit, 'source'>;

/**
 * Every term of a limit beside the one that would hold in its first year; null where none would. The other keeps the day
 * from which it holds, so that this day is no change.
 */
export function termsOfLimit(before: LimitTerms | null, after: LimitTerms): ChangedTerm[] {
  return [
    { term: 'effectiveOn', before: [after.effectiveOn], after: [after.effectiveOn] },
    {
      term: 'shareBasisPoints',
      before: before === null ? [] : [String(before.shareBasisPoints)],
      after: [String(after.shareBasisPoints)],
    },
    {
      term: 'exemptBelowMinor',
      before: amountOf(before?.exemptBelowMinor ?? null),
      after: amountOf(after.exemptBelowMinor),
    },
  ];
}
