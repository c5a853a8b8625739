/**
 * What came of a mutation: its data, a refusal by rule with everything its sentence needs, no answer at all, or a
 * code that was asked for and not given, which is nobody's fault. Callers handle each; none of them is an exception.
 */
import type { AnyVariables, Client, TypedDocumentNode } from 'urql';
import { confirmStep } from './confirmation.ts';

export interface Refusal {
  readonly code: string;
  /** In English, for a code that the catalogue does not know yet. */
  readonly message: string;
  readonly details: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly faults: readonly Fault[];
}

/** One thing wrong with the input, with the path of its place in the input. */
export interface Fault {
  readonly path: string;
  readonly reason: string;
  readonly message: string;
}

export type Outcome<Data> =
  | { readonly kind: 'done'; readonly data: Data }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'unanswered'; readonly reference: string | null };

type AnswerOf<Result> = Result[keyof Result];
export type DataOf<Result> = Extract<AnswerOf<Result>, { readonly data: unknown }>['data'];

/**
 * Runs a mutation of one root field whose result is a union of its success and of refusals. A step that needs a fresh
 * code is confirmed and tried again.
 */
export async function runMutation<Result extends object, Variables extends AnyVariables>(
  client: Client,
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Outcome<DataOf<Result>>> {
  const { data, error } = await client.mutation(document, variables).toPromise();
  const answer: unknown = data === undefined ? undefined : Object.values(data)[0];
  if (isRecord(answer) && 'data' in answer) return { kind: 'done', data: answer.data as DataOf<Result> };
  if (isRefusal(answer)) {
    const asked = answer.code === 'CONFIRMATION_NEEDED' ? await confirmStep(client, answer) : 'unasked';
    if (asked === 'confirmed') return runMutation(client, document, variables);
    return asked === 'cancelled' ? { kind: 'cancelled' } : { kind: 'refused', refusal: answer };
  }
  const [first] = error?.graphQLErrors ?? [];
  if (first?.extensions.code === 'TOO_MANY_OPERATIONS') {
    return { kind: 'refused', refusal: tooMany(first.message, first.extensions) };
  }
  return { kind: 'unanswered', reference: referenceOf(first?.extensions) };
}

/** The limit on operations is refused beside the answer, because it holds for the whole document. */
function tooMany(message: string, { details }: Record<string, unknown>): Refusal {
  return { code: 'TOO_MANY_OPERATIONS', message, details: (details ?? []) as Refusal['details'], faults: [] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isRefusal(value: unknown): value is Refusal {
  return isRecord(value) && typeof value.code === 'string' && Array.isArray(value.faults);
}

/** The number under which the server logged a defect. */
function referenceOf(extensions: Record<string, unknown> | undefined): string | null {
  const reference = extensions?.reference ?? extensions?.id;
  return typeof reference === 'string' ? reference : null;
}

/** A fault found before anything was sent, in the shape of the server's own. */
export function faultOf(path: string, reason: string): Outcome<never> {
  return {
    kind: 'refused',
    refusal: {
      code: 'INVALID_INPUT',
      message: reason,
      details: [],
      faults: [{ path, reason, message: reason }],
    },
  };
}
