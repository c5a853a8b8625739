/** Requests of the sign-in page, as outcomes that a form can show. */
import type { Outcome } from '../../lib/outcome.ts';

const CODES: Readonly<Record<string, string>> = {
  TOO_MANY_TRIES: 'TOO_MANY_ATTEMPTS',
  WRONG_CODE: 'WRONG_CODE',
  LINK_EXPIRED: 'LINK_EXPIRED',
  INVALID_INPUT: 'PASSWORD_LENGTH',
};

export async function postSignIn<Data>(path: string, body: object): Promise<Outcome<Data>> {
  try {
    const response = await fetch(`/auth${path}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) return { kind: 'done', data: (await response.json()) as Data };
    if (response.status >= 500) return { kind: 'unanswered', reference: null };
    const { code: given = '' } = (await response.json()) as { code?: string };
    const code = response.status === 429 ? 'TOO_MANY_ATTEMPTS' : (CODES[given] ?? 'WRONG_CREDENTIALS');
    return { kind: 'refused', refusal: { code, message: code, details: [], faults: [] } };
  } catch {
    return { kind: 'unanswered', reference: null };
  }
}

export type SignInStep = 'password' | 'enrol' | 'verify' | 'done';

/** What is left to do in this session; the password where nobody answers. */
export async function readSignInStep(): Promise<SignInStep> {
  try {
    const response = await fetch('/auth/second-factor', { credentials: 'same-origin' });
    return ((await response.json()) as { step: SignInStep }).step;
  } catch {
    return 'password';
  }
}
