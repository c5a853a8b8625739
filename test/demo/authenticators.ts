/**
 * The phones of the demo's people: their second factors, kept between plays, because a round may be played on and
 * whoever looks around wants to sign in. A real installation keeps nothing of the kind.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Authenticator } from '../support/authenticator.ts';

interface Kept {
  readonly secret: string;
  readonly lastStep: number;
  readonly recoveryCodes: readonly string[];
}

export class Authenticators {
  readonly #path: string | null;
  readonly #byEmail = new Map<string, Authenticator>();

  /** @param path where they are kept; null: in memory alone */
  constructor(path: string | null) {
    this.#path = path;
    for (const [email, kept] of Object.entries(this.#read())) {
      const authenticator = new Authenticator(kept.secret, kept.lastStep);
      authenticator.recoveryCodes = [...kept.recoveryCodes];
      this.#byEmail.set(email, authenticator);
    }
  }

  of(email: string): Authenticator {
    const known = this.#byEmail.get(email) ?? new Authenticator();
    this.#byEmail.set(email, known);
    return known;
  }

  /** Everybody who has set one up. */
  entries(): readonly (readonly [string, Authenticator])[] {
    return [...this.#byEmail].filter(([, { secret }]) => secret !== '');
  }

  save(): void {
    if (this.#path === null) return;
    const kept = Object.fromEntries(
      this.entries().map(([email, { secret, lastStep, recoveryCodes }]) => [
        email,
        { secret, lastStep, recoveryCodes },
      ]),
    );
    writeFileSync(this.#path, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  }

  #read(): Readonly<Record<string, Kept>> {
    if (this.#path === null) return {};
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as Record<string, Kept>;
    } catch {
      return {};
    }
  }
}
