/** What people have on their phones: makes the codes of a secret, each once. */
import { Secret, TOTP } from 'otpauth';

const PERIOD_MS = 30_000;
/** A code that is about to run out may do so on its way. */
const MARGIN_MS = 8_000;

const earliestStep = (now: number): number => Math.floor((now + MARGIN_MS) / PERIOD_MS) - 1;

export class Authenticator {
  secret: string;
  recoveryCodes: string[] = [];
  #lastStep: number;

  constructor(secret = '', lastStep = 0) {
    this.secret = secret;
    this.#lastStep = lastStep;
  }

  /** The time step of the last code; a code of it or before is refused. */
  get lastStep(): number {
    return this.#lastStep;
  }

  /** When `nextCode` will be taken, in milliseconds from now; 0 for at once. */
  waitMs(now = Date.now()): number {
    const step = Math.max(this.#lastStep + 1, earliestStep(now));
    return Math.max(0, (step - 1) * PERIOD_MS - now);
  }

  /** The earliest code that was not given yet: servers take one step before and one after the present one. */
  nextCode(now = Date.now()): string {
    const step = Math.max(this.#lastStep + 1, earliestStep(now));
    this.#lastStep = step;
    return this.codeAt(step * PERIOD_MS);
  }

  codeAt(timestamp: number): string {
    return new TOTP({ secret: Secret.fromBase32(this.secret), period: 30, digits: 6 }).generate({
      timestamp,
    });
  }
}
