/**
 * The only source of the present moment: services receive a `Clock` and never read the machine's time,
 * so that a test or a seeded simulation decides what time it is.
 */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is told to move; time never goes back by `advance`. */
export class SteppableClock implements Clock {
  #nowMs: number;

  constructor(start: Date) {
    this.#nowMs = requireInstant(start);
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  advance(milliseconds: number): void {
    if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) {
      throw new RangeError(`A clock advances by a whole number of milliseconds, not by ${milliseconds}.`);
    }
    this.#nowMs += milliseconds;
  }

  /** Sets any moment, also an earlier one: for the stories in which a machine's clock was wrong. */
  set(moment: Date): void {
    this.#nowMs = requireInstant(moment);
  }
}

function requireInstant(moment: Date): number {
  const ms = moment.getTime();
  if (Number.isNaN(ms)) throw new RangeError('A clock needs a valid date.');
  return ms;
}
