/**
 * Steps under four eyes are confirmed with a fresh code. The server says which step, on what thing, amount and payee; whoever
 * shows dialogs asks for the code, and the step is then tried again.
 */
import type { Client } from 'urql';
import type { ChangedTerm, TermName } from '../../server/domain/changed-terms.ts';
import { graphql } from './graphql.ts';
import type { VariablesOf } from './graphql.ts';
import type { Refusal } from './outcome.ts';
import { RefusalFields } from './refusal-fragment.ts';

export const ConfirmSteps = graphql(
  `
    mutation ConfirmSteps($steps: [ControlledStepInput!]!, $code: String!) {
      confirmSteps(steps: $steps, code: $code) {
        __typename
        ... on MutationConfirmStepsSuccess {
          data {
            expiresAt
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export type ControlledStep = VariablesOf<typeof ConfirmSteps>['steps'][number];

/** What is to be confirmed, as the server has it. */
export interface StepToConfirm {
  readonly client: Client;
  readonly step: ControlledStep;
  /** Whole minor units; null where nothing moves. */
  readonly amountMinor: string | null;
  readonly payee: string | null;
  /** What the thing is called, from the whole to the part, in the two languages. */
  readonly subject: { readonly zh: readonly string[]; readonly en: readonly string[] };
  /** Of a policy: what is approved under it. */
  readonly governs: ControlledStep['kind'] | 'MANAGEMENT_LIMIT' | null;
  /** Of a policy or a limit: what it says before and after. */
  readonly terms: readonly ChangedTerm[];
}

type Asker = (step: StepToConfirm) => Promise<boolean>;

let asker: Asker | null = null;

/** The one dialog of the workspaces registers here while it stands. */
export function answerConfirmations(ask: Asker): () => void {
  asker = ask;
  return () => {
    if (asker === ask) asker = null;
  };
}

/**
 * Asks for the code of a step that the server refused for want of one.
 * @returns `cancelled` where whoever was asked would rather not; `unasked` where nobody could be
 */
export async function confirmStep(
  client: Client,
  refusal: Refusal,
): Promise<'confirmed' | 'cancelled' | 'unasked'> {
  const values = (name: string) => refusal.details.find((detail) => detail.name === name)?.values ?? [];
  const value = (name: string) => values(name)[0] ?? null;
  const [kind, thing, step, digest] = [value('kind'), value('thing'), value('step'), value('digest')];
  if (asker === null || kind === null || thing === null || step === null || digest === null) return 'unasked';
  const named = (code: string) => code.replaceAll('-', '_').toUpperCase();
  const governs = value('governs');
  const confirmed = await asker({
    client,
    step: {
      kind: named(kind) as ControlledStep['kind'],
      step: named(step) as ControlledStep['step'],
      thing,
      digest,
    },
    amountMinor: value('amountMinor'),
    payee: value('payee'),
    subject: { zh: values('subjectZh'), en: values('subjectEn') },
    governs: governs === null ? null : (named(governs) as StepToConfirm['governs']),
    terms: values('terms').map((term) => ({
      term: term as TermName,
      before: values(`${term}Before`),
      after: values(`${term}After`),
    })),
  });
  return confirmed ? 'confirmed' : 'cancelled';
}
