/** Accepts a proposal as a project, or declines it; either with a reason that its organization reads. */
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextAreaField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { graphql } from '../../../lib/graphql.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

const AcceptProposal = graphql(
  `
    mutation AcceptProposal($id: ID!, $score: String!, $reason: String!) {
      acceptProposal(id: $id, score: $score, reason: $reason) {
        __typename
        ... on MutationAcceptProposalSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const DeclineProposal = graphql(
  `
    mutation DeclineProposal($id: ID!, $score: String, $reason: String!) {
      declineProposal(id: $id, score: $score, reason: $reason) {
        __typename
        ... on MutationDeclineProposalSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

interface Values {
  readonly decision: 'accept' | 'decline';
  readonly score: string;
  readonly reason: string;
}

export function DecideProposal({ id }: { id: string }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<Values, unknown>({
    draft: `decide-${id}`,
    defaults: { decision: 'accept', score: '', reason: '' },
    send: ({ decision, score, reason }) =>
      decision === 'accept'
        ? runMutation(client, AcceptProposal, { id, score, reason })
        : runMutation(client, DeclineProposal, { id, score: score === '' ? null : score, reason }),
    done: () => notifyDone(t('proposals:decide.done')),
  });
  return (
    <section className="section" aria-labelledby="decide">
      <h2 id="decide">{t('proposals:decide.title')}</h2>
      <ActionForm state={state} submit={t('proposals:decide.submit')}>
        <div className="field-row">
          <SelectField
            {...state.field('decision')}
            label={t('proposals:decide.decision')}
            options={(['accept', 'decline'] as const).map((value) => ({
              value,
              label: t(`proposals:decide.${value}`),
            }))}
          />
          <TextField
            {...state.field('score')}
            label={t('proposals:decide.score')}
            hint={t('proposals:decide.scoreHint')}
            inputMode="decimal"
            autoComplete="off"
          />
        </div>
        <TextAreaField
          {...state.field('reason')}
          rows={3}
          label={t('proposals:decide.reason')}
          hint={t('proposals:decide.reasonHint')}
        />
      </ActionForm>
    </section>
  );
}
