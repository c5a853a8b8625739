/** The platform's public API as a person with a browser and an account would use it. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Authenticator } from '../support/authenticator.ts';

/** A stable id for a thing of the demo, so that playing again continues instead of doubling. */
export function demoId(name: string): string {
  const hex = createHash('sha256').update(`supply-foundation demo ${name}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export class Refused extends Error {
  readonly code: string;

  constructor(operation: string, code: string, message: string) {
    super(`${operation}: ${message} (${code})`);
    this.code = code;
  }
}

interface Answer {
  readonly data?: Record<string, unknown>;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

const REFUSAL = '... on Refusal { code message faults { path message } }';

interface Confirmable {
  readonly kind: string;
  readonly id: string;
  readonly digest: string;
}

/** One visitor: anonymous, or signed in. */
export class ApiClient {
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();
  #authenticator: Authenticator | null = null;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** With the password, then the second factor; whoever has none sets it up, as at a first sign-in. */
  async signIn(email: string, password: string, authenticator: Authenticator): Promise<void> {
    this.#authenticator = authenticator;
    const response = await this.#send('/auth/sign-in/email', { email, password });
    if (!response.ok) throw new Refused('sign-in', String(response.status), await response.text());
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';', 1);
      const [name = '', ...value] = pair.split('=');
      this.#cookies.set(name, value.join('='));
    }
    const { secret } = await this.#post<{ secret?: string }>('/auth/second-factor/enrol', {}, [409]);
    if (secret !== undefined) {
      authenticator.secret = secret;
      const answer = await this.#post<{ recoveryCodes: string[] }>('/auth/second-factor/activate', {
        code: await this.#freshCode(),
      });
      authenticator.recoveryCodes = answer.recoveryCodes;
    } else {
      // Codes of the device are for confirming steps; a round that is played again signs in with what is left over.
      const code = authenticator.recoveryCodes.pop() ?? (await this.#freshCode());
      await this.#post('/auth/second-factor/verify', { code });
    }
  }

  /** Confirms that these steps may be taken, with one fresh code for all of them. */
  async confirm(
    kind: string,
    step: 'APPROVE' | 'EXECUTE',
    things: readonly { readonly id: string; readonly digest: string }[],
  ): Promise<void> {
    await this.confirmAll(
      step,
      things.map((thing) => ({ kind, ...thing })),
    );
  }

  /** Things of several kinds with one code. */
  async confirmAll(step: 'APPROVE' | 'EXECUTE', things: readonly Confirmable[]): Promise<void> {
    await this.confirmSteps(things.map((thing) => ({ ...thing, step })));
  }

  /** Steps of several kinds on several things with one code. */
  async confirmSteps(
    things: readonly (Confirmable & { readonly step: 'APPROVE' | 'EXECUTE' })[],
  ): Promise<void> {
    for (let start = 0; start < things.length; start += 100) {
      const steps = things
        .slice(start, start + 100)
        .map(({ kind, step, id: thing, digest }) => ({ kind, step, thing, digest }));
      const code = await this.#freshCode();
      const types = { steps: '[ControlledStepInput!]!', code: 'String!' };
      await this.mutate('confirmSteps', types, { steps, code }, 'expiresAt');
    }
  }

  /** Every code is taken once, so who is fast may have to wait for the next. */
  async #freshCode(): Promise<string> {
    if (this.#authenticator === null) throw new Error('Sign in first.');
    await sleep(this.#authenticator.waitMs());
    return this.#authenticator.nextCode();
  }

  async #post<Answer>(path: string, body: unknown, expected: readonly number[] = []): Promise<Answer> {
    const response = await this.#send(path, body);
    if (!response.ok && !expected.includes(response.status))
      throw new Refused(path, String(response.status), await response.text());
    return (await response.json()) as Answer;
  }

  /** The data of a query. */
  async query<Data>(document: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const response = await this.#send('/graphql', { query: document, variables });
    const answer = (await response.json()) as Answer;
    const error = answer.errors?.[0];
    if (error !== undefined)
      throw new Refused('query', error.extensions?.code ?? String(response.status), error.message);
    return answer.data as Data;
  }

  /**
   * What a mutation gives; a refusal is thrown with its sentence.
   * @param parameters GraphQL types of the arguments: `{ input: 'OpenRoundInput!' }`
   * @param selection the fields of the success type's `data`
   */
  async mutate<Data>(
    name: string,
    parameters: Readonly<Record<string, string>>,
    variables: Record<string, unknown>,
    selection: string,
  ): Promise<Data> {
    const declared = Object.entries(parameters).map(([key, type]) => `$${key}: ${type}`);
    const passed = Object.keys(parameters).map((key) => `${key}: $${key}`);
    const success = `Mutation${name.charAt(0).toUpperCase()}${name.slice(1)}Success`;
    const document = `mutation(${declared.join(', ')}) { ${name}(${passed.join(', ')}) { __typename ... on ${success} { data { ${selection} } } ${REFUSAL} } }`;
    const answer = await this.query<Record<string, { data?: Data; code?: string; message?: string }>>(
      document,
      variables,
    );
    const result = answer[name];
    if (result?.data !== undefined) return result.data;
    throw new Refused(name, result?.code ?? 'NO_ANSWER', result?.message ?? 'The API did not answer.');
  }

  /** Brings a document to where things are brought to. */
  async bring(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const response = await fetch(`${this.#origin}${path}`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/octet-stream',
        origin: this.#origin,
        cookie: this.#cookieHeader(),
      },
      body: bytes,
    });
    if (!response.ok) throw new Refused(path, String(response.status), await response.text());
  }

  #cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #send(path: string, body: unknown): Promise<Response> {
    const cookie = this.#cookieHeader();
    return fetch(`${this.#origin}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: this.#origin,
        'x-graphql-yoga-csrf': 'demo',
        ...(cookie === '' ? {} : { cookie }),
      },
      body: JSON.stringify(body),
    });
  }
}
