/** The second factor: refusals of codes, and what a confirmation with a fresh code is bound to. */
import type { ChangedTerm } from './changed-terms.ts';
import { DomainError } from './errors.ts';
import type { ControlledKind } from './four-eyes.ts';
import type { LocalizedText } from './localized-text.ts';

/** One step on one thing, as it was seen: the digest stands for its amount, payee and sources. */
export interface ControlledStep {
  readonly kind: ControlledKind;
  readonly thing: string;
  readonly step: 'approve' | 'execute';
  readonly digest: string;
}

/** Which thing a step is about, in words that its reader knows it by. */
export interface StepSubject {
  /** From the whole to the part: the project, then its milestone. Empty where the thing is gone. */
  readonly names: readonly LocalizedText[];
  /** Of a policy: what is approved under it. */
  readonly governs: ControlledKind | 'management-limit' | null;
  /** Of a policy or a limit: what it says before and after. Empty for everything else. */
  readonly terms: readonly ChangedTerm[];
}

/** What a code is asked for and counts for. */
export interface StepShown {
  readonly amountMinor: bigint | null;
  readonly payee: string | null;
  readonly subject: StepSubject;
}

/** How long a confirmation may be used after the code was entered. */
export const CONFIRMATION_MINUTES = 10;

export const MAX_STEPS_AT_ONCE = 100;

/** The step needs a fresh code of the second factor, in this session, for exactly this. */
export class ConfirmationNeeded extends DomainError {
  readonly code = 'CONFIRMATION_NEEDED';

  constructor({ kind, thing, step, digest }: ControlledStep, { amountMinor, payee, subject }: StepShown) {
    super(
      'Confirm this step with a new code of your second factor. The code counts for this amount and payee alone.',
      {
        kind,
        thing,
        step,
        digest,
        ...(amountMinor === null ? {} : { amountMinor }),
        ...(payee === null ? {} : { payee }),
        subjectZh: subject.names.map(({ zh }) => zh),
        subjectEn: subject.names.map(({ en }) => en),
        ...(subject.governs === null ? {} : { governs: subject.governs }),
        ...(subject.terms.length === 0 ? {} : { terms: subject.terms.map(({ term }) => term) }),
        ...Object.fromEntries(
          subject.terms.flatMap(({ term, before, after }) => [
            [`${term}Before`, before],
            [`${term}After`, after],
          ]),
        ),
      },
    );
  }
}

/** The code is wrong, too old, or was used before. */
export class WrongCode extends DomainError {
  readonly code = 'WRONG_CODE';

  constructor() {
    super('This code is wrong, too old or was used before. Wait for the next one and enter that.');
  }
}

export class TooManyTries extends DomainError {
  readonly code = 'TOO_MANY_TRIES';

  constructor(waitSeconds: number) {
    super(`Too many tries: wait ${waitSeconds} seconds and try again.`, { waitSeconds });
  }
}

/** Somebody without a second factor tries what needs one. */
export class SecondFactorMissing extends DomainError {
  readonly code = 'SECOND_FACTOR_MISSING';

  constructor() {
    super('This needs a second factor. Set one up on the page of your account, then try again.');
  }
}
