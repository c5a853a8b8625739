/** Speaks to the sandbox in plain HTTP, as no library would: for what is on the wire, headers and errors. */
import type { StripeSandbox } from '../../server/gateways/stripe-sandbox/start-stripe-sandbox.ts';

interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export class StripeWire {
  readonly #sandbox: Pick<StripeSandbox, 'url' | 'secretKey'>;

  constructor(sandbox: Pick<StripeSandbox, 'url' | 'secretKey'>) {
    this.#sandbox = sandbox;
  }

  async get(path: string): Promise<Record<string, unknown>> {
    return (await this.ask('GET', path)).body;
  }

  async post(path: string, params: Record<string, string>): Promise<Record<string, unknown>> {
    const answer = await this.ask('POST', path, params);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  }

  async ask(
    method: string,
    path: string,
    params: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<WireAnswer> {
    const response = await fetch(`${this.#sandbox.url}/v1/${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.#sandbox.secretKey}`, ...headers },
      ...(method === 'POST' ? { body: new URLSearchParams(params) } : {}),
    });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body };
  }
}
