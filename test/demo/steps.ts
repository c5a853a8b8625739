/** What the steps of a played round share: who acts, what they sign, and that a step done before is no failure. */
import { type ApiClient, Refused } from './api-client.ts';

/** Runs a step; one that was done before by the same round is no failure. */
export async function unlessDone<Result>(
  step: () => Promise<Result>,
  doneCodes: readonly string[],
): Promise<Result | null> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Refused && doneCodes.includes(error.code)) return null;
    throw error;
  }
}

/** The refusals of a step of four eyes that was done before. */
export const ALREADY = ['SAME_PERSON_TWICE', 'WRONG_STATE'];

export interface Controlled {
  readonly id: string;
  readonly status: string;
  readonly control: { readonly digest: string };
}

export const CONTROL = 'id status control { digest }';

export const SIGNED = { id: 'ID!', digest: 'String!' };

/** What whoever approves or executes names: the thing and exactly what was seen of it. */
export const signedAs = ({ id, control: { digest } }: Controlled) => ({ id, digest });

export type Staff = Readonly<Record<string, ApiClient>>;

/** The staff of a round, by what they do in it. */
export function crew(staff: Staff) {
  const person = (key: string): ApiClient => {
    const client = staff[key];
    if (client === undefined) throw new Error(`Nobody plays the ${key}.`);
    return client;
  };
  return {
    programme: person('programme'),
    finance: person('finance'),
    approver: person('approver'),
    council: person('council'),
    auditor: person('auditor'),
  };
}
