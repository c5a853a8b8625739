/** Reversing an entry by hand (手工冲销): which entries, once each, and what is said about a wrong day. */
import { DomainError, type InputFault } from './errors.ts';
import type { EntryKind } from './journal.ts';
import { checkDay, checkNarrative, type Fault, type HandFacts } from './manual-entry.ts';

/** What a reversal by hand needs: the day is open and has come, a reason. */
export function faultsOfReversal(
  input: { readonly effectiveOn: string; readonly narrative: string },
  facts: Pick<HandFacts, 'today' | 'closedThrough'>,
): InputFault[] {
  const faults: InputFault[] = [];
  const fault: Fault = (path, reason, message) => faults.push({ path, reason, message });
  checkDay(input.effectiveOn, facts, fault);
  checkNarrative(input.narrative, fault);
  return faults;
}

/** Kinds that a person may reverse: every other entry is undone by the event that undoes its cause. */
const REVERSIBLE_BY_HAND: ReadonlySet<EntryKind> = new Set<EntryKind>([
  'manual',
  'opening-balance',
  'management-cost',
]);

export class NotReversibleByHand extends DomainError {
  readonly code = 'NOT_REVERSIBLE_BY_HAND';

  constructor(kind: EntryKind) {
    super(
      `An entry of kind "${kind}" follows from a record of its own. Undo it there (refund, write off, withdraw), so that record and ledger stay one.`,
      { kind },
    );
  }
}

/** An entry is reversed once. */
export class AlreadyReversed extends DomainError {
  readonly code = 'ALREADY_REVERSED';

  constructor(entry: string) {
    super(`The entry "${entry}" is reversed already, or its reversal waits for a decision.`, { entry });
  }
}

/** @throws NotReversibleByHand */
export function assertReversible({ kind }: { readonly kind: EntryKind }): void {
  if (!REVERSIBLE_BY_HAND.has(kind)) throw new NotReversibleByHand(kind);
}
