/**
 * The refusals that users may meet. Every expected refusal is a subclass with a stable `code` and the data
 * that its sentence needs; it never carries an HTTP number, and anything that is not a `DomainError` is a defect.
 */

/** Values that a translated sentence may be filled with; amounts are minor units as `bigint`. */
export type ErrorData = Readonly<Record<string, string | number | bigint | readonly string[]>>;

export abstract class DomainError extends Error {
  abstract readonly code: string;
  /** What the sentence on the screen is filled with; never anything about another person. */
  readonly data: ErrorData;

  constructor(message: string, data: ErrorData = {}) {
    super(message);
    this.name = new.target.name;
    this.data = data;
  }
}

/** One thing wrong with an input, at a path such as `restriction.sectors[0]`. */
export interface InputFault {
  readonly path: string;
  /** Stable, translatable: `unknown-sector`, `not-positive`, … */
  readonly reason: string;
  readonly message: string;
}

/** The input breaks its own rules: every fault is listed, so that a form can show each beside its field. */
export class InvalidInput extends DomainError {
  readonly code = 'INVALID_INPUT';
  readonly faults: readonly InputFault[];

  constructor(faults: readonly InputFault[]) {
    super(faults.map((fault) => fault.message).join(' '), { paths: faults.map((fault) => fault.path) });
    this.faults = faults;
  }
}

/** The actor lacks the right; says which right and who has it. */
export class NotPermitted extends DomainError {
  readonly code = 'NOT_PERMITTED';

  constructor(right: string, heldBy: readonly string[]) {
    super(
      `This needs the right "${right}", which belongs to: ${heldBy.join(', ')}. Ask one of them to do it.`,
      {
        right,
        heldBy,
      },
    );
  }
}

/** Nobody is signed in, and the action needs somebody. */
export class SignInRequired extends DomainError {
  readonly code = 'SIGN_IN_REQUIRED';

  constructor() {
    super('Sign in first: this action is recorded under a name.');
  }
}

export class NotFound extends DomainError {
  readonly code = 'NOT_FOUND';

  constructor(concept: string, id: string) {
    super(`There is no ${concept} "${id}". Check the link or choose one from the list.`, { concept, id });
  }
}

/** A list was asked for the page after something that is no place in it. */
export class UnknownPage extends DomainError {
  readonly code = 'UNKNOWN_PAGE';

  constructor(after: string) {
    super(`This list has no page after "${after.slice(0, 40)}". Begin with its first page.`, {
      after: after.slice(0, 40),
    });
  }
}

/** The same id was used before for something else: a retry must repeat the same request. */
export class IdAlreadyUsed extends DomainError {
  readonly code = 'ID_ALREADY_USED';

  constructor(concept: string, id: string) {
    super(`The id "${id}" already names another ${concept}. Make a new id for a new ${concept}.`, {
      concept,
      id,
    });
  }
}

/** The thing is not in a state that allows the action (already approved, closed, executed, …). */
export class WrongState extends DomainError {
  readonly code = 'WRONG_STATE';

  constructor(concept: string, id: string, status: string, needed: readonly string[]) {
    super(
      `The ${concept} is "${status}"; this can only be done while it is ${needed.map((s) => `"${s}"`).join(' or ')}. Reload to see where it stands.`,
      {
        concept,
        id,
        status,
        needed,
      },
    );
  }
}
