/** Writing off what will not come: proposing it, and deciding on what somebody else proposed. */
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { Amount } from '../../../components/amount.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { TextAreaField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { formatExact } from '../../../lib/format.ts';
import type { MoneyValue } from '../../../lib/format.ts';
import type { ControlAnswer } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useSession } from '../../../lib/session.tsx';

const ProposeWriteOff = graphql(
  `
    mutation ProposeWriteOff($id: ID!, $pledge: ID!, $reason: String!) {
      proposeWriteOff(id: $id, pledge: $pledge, reason: $reason) {
        __typename
        ... on MutationProposeWriteOffSuccess {
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

const ApproveWriteOff = graphql(
  `
    mutation ApproveWriteOff($id: ID!, $digest: String!) {
      approveWriteOff(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveWriteOffSuccess {
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

const ExecuteWriteOff = graphql(
  `
    mutation ExecuteWriteOff($id: ID!, $digest: String!) {
      executeWriteOff(id: $id, digest: $digest) {
        __typename
        ... on MutationExecuteWriteOffSuccess {
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

const WithdrawWriteOff = graphql(
  `
    mutation WithdrawWriteOff($id: ID!) {
      withdrawWriteOff(id: $id) {
        __typename
        ... on MutationWithdrawWriteOffSuccess {
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

export interface WriteOff {
  readonly id: string;
  readonly status: 'PROPOSED' | 'EXECUTED' | 'WITHDRAWN';
  readonly reason: string;
  readonly amount: MoneyValue;
  readonly control: ControlAnswer;
}

/** The write-off that waits for a decision, or the form that proposes one; nothing for those who may do neither. */
export function WriteOffSection(props: { readonly pledge: string; readonly writeOffs: readonly WriteOff[] }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const waiting = props.writeOffs.find(({ status }) => status === 'PROPOSED');
  if (waiting === undefined && !may('pledge.propose-write-off')) return null;
  return (
    <section className="section" aria-labelledby="write-off">
      <h2 id="write-off">{t('pledges:writeOff.title')}</h2>
      <p className="section-lead">{t('pledges:writeOff.hint')}</p>
      {waiting === undefined ? <ProposeForm pledge={props.pledge} /> : <Decision writeOff={waiting} />}
    </section>
  );
}

function ProposeForm({ pledge }: { pledge: string }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<{ readonly reason: string }, { readonly id: string }>({
    draft: `write-off-${pledge}`,
    defaults: { reason: '' },
    send: ({ reason }, id) => runMutation(client, ProposeWriteOff, { id, pledge, reason }),
    done: () => notifyDone(t('pledges:writeOff.done')),
  });
  return (
    <ActionForm state={state} submit={t('pledges:writeOff.propose')}>
      <TextAreaField {...state.field('reason')} label={t('pledges:writeOff.reason')} rows={2} />
    </ActionForm>
  );
}

function Decision({ writeOff }: { writeOff: WriteOff }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, control, amount } = writeOff;
  const seen = { id, digest: control.digest };
  return (
    <>
      <p>{writeOff.reason}</p>
      <ControlPanel
        title={t('pledges:writeOff.decide')}
        control={control}
        changes={[
          {
            id: 'receivable',
            what: t('pledges:writeOff.what'),
            before: <Amount money={amount} as="exact" />,
            after: <Amount money={{ ...amount, amountMinor: '0' }} as="exact" />,
          },
        ]}
        approve={
          may('pledge.approve-write-off') ? (
            <ActionButton
              label={t('workspace:control.approve')}
              question={t('pledges:writeOff.approveQuestion', { amount: formatExact(amount) })}
              kind="urgent"
              run={() => runMutation(client, ApproveWriteOff, seen)}
            />
          ) : null
        }
        execute={
          may('pledge.execute-write-off') ? (
            <ActionButton
              label={t('pledges:writeOff.execute')}
              question={t('pledges:writeOff.executeQuestion')}
              kind="urgent"
              run={() => runMutation(client, ExecuteWriteOff, seen)}
            />
          ) : null
        }
        {...(may('pledge.propose-write-off')
          ? {
              withdraw: (
                <ActionButton
                  label={t('pledges:writeOff.withdraw')}
                  kind="quiet"
                  run={() => runMutation(client, WithdrawWriteOff, { id })}
                />
              ),
            }
          : {})}
      />
    </>
  );
}
