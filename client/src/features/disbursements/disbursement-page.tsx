/** One payment: to whom, out of which funds, and approving and executing it. */
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { Amount } from '../../../components/amount.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { Signers, SignersFields } from '../../../components/signers.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { ControlFields } from '../../../lib/control-fragment.ts';
import { formatDate, formatInstant } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useSession } from '../../../lib/session.tsx';
import { today } from '../../../lib/today.ts';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { DISBURSEMENT_TONES } from '../../../components/disbursement-tones.ts';

const OneDisbursement = graphql(
  `
    query OneDisbursement($id: ID!) {
      disbursement(id: $id) {
        __typename
        ... on QueryDisbursementSuccess {
          data {
            id
            status
            award
            bankReference
            executedOn
            entry
            milestoneTitle {
              zh
              en
            }
            cancellation {
              reason
              cancelledAt
            }
            sentBack {
              on
              reason
              confirmedBy
              kept {
                amountMinor
                currency
              }
            }
            grantee {
              id
            }
            amount {
              amountMinor
              currency
            }
            project {
              title {
                zh
                en
              }
            }
            payee {
              accountName
              accountNumber
              bankName
            }
            parts {
              fundId
              fundName {
                zh
                en
              }
              amount {
                amountMinor
                currency
              }
            }
            control {
              ...ControlFields
              ...SignersFields
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [ControlFields, RefusalFields, SignersFields],
);

const ApproveDisbursement = graphql(
  `
    mutation ApproveDisbursement($id: ID!, $digest: String!) {
      approveDisbursement(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveDisbursementSuccess {
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

const ExecuteDisbursement = graphql(
  `
    mutation ExecuteDisbursement($input: ExecuteDisbursementInput!) {
      executeDisbursement(input: $input) {
        __typename
        ... on MutationExecuteDisbursementSuccess {
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

type Disbursement = Extract<ResultOf<typeof OneDisbursement>['disbursement'], { data: unknown }>['data'];

export function DisbursementPage() {
  const { t, locale } = useLanguage();
  const { id = '' } = useParams();
  const reading = useData(OneDisbursement, { id });
  return (
    <DataView reading={reading}>
      {({ disbursement }) =>
        'data' in disbursement ? (
          <DisbursementBody disbursement={disbursement.data} />
        ) : (
          <ErrorState title={refusalSentence(disbursement, t, locale)} />
        )
      }
    </DataView>
  );
}

function DisbursementBody({ disbursement }: { disbursement: Disbursement }) {
  const { t, read, locale } = useLanguage();
  const { may } = useSession();
  const { payee, project, status, milestoneTitle } = disbursement;
  return (
    <WorkspacePage
      title={project === null ? t('workspace:nav.disbursements') : read(project.title)}
      back={{ href: paths.disbursements(), name: t('workspace:nav.disbursements') }}
      lead={
        <div className="page-facts">
          <StatusBadge tone={DISBURSEMENT_TONES[status]}>{t(`disbursements:status.${status}`)}</StatusBadge>
          {milestoneTitle !== null && <span>{read(milestoneTitle)}</span>}
          <Amount money={disbursement.amount} as="exact" />
          <a href={paths.award(disbursement.award)}>{t('disbursements:award')}</a>
          {disbursement.entry !== null && may('ledger.read') && (
            <a href={paths.entry(disbursement.entry)}>{t('disbursements:entry')}</a>
          )}
        </div>
      }
    >
      {(status === 'PREPARED' || status === 'APPROVED') && <Decision disbursement={disbursement} />}
      <SentBack disbursement={disbursement} />
      <Cancelled cancellation={disbursement.cancellation} />
      <section className="section" aria-labelledby="payee">
        <h2 id="payee">{t('disbursements:payee')}</h2>
        <FactList
          facts={[
            { name: t('disbursements:accountName'), value: payee.accountName },
            { name: t('parties:bankName'), value: payee.bankName },
            {
              name: t('parties:accountNumber'),
              value: <span className="code">{payee.accountNumber}</span>,
            },
            ...(disbursement.executedOn === null
              ? []
              : [
                  {
                    name: t('disbursements:executedOn'),
                    value: formatDate(disbursement.executedOn, locale),
                  },
                ]),
            ...(disbursement.bankReference === null
              ? []
              : [
                  {
                    name: t('pledges:receipts.reference'),
                    value: <span className="code">{disbursement.bankReference}</span>,
                  },
                ]),
          ]}
        />
      </section>
      <Signers
        control={disbursement.control}
        prepared={t('disbursements:signers.prepared')}
        executed={t('disbursements:signers.executed')}
      />
    </WorkspacePage>
  );
}

function Cancelled({ cancellation }: Pick<Disbursement, 'cancellation'>) {
  const { t, locale } = useLanguage();
  if (cancellation === null) return null;
  return (
    <section className="section" aria-labelledby="cancelled">
      <h2 id="cancelled">{t('disbursements:cancelled.title')}</h2>
      <FactList
        facts={[
          { name: t('disbursements:cancelled.reason'), value: cancellation.reason },
          { name: t('disbursements:cancelled.on'), value: formatInstant(cancellation.cancelledAt, locale) },
        ]}
      />
    </section>
  );
}

/** That the money came back, why, and how it is paid anew. */
function SentBack({ disbursement: { sentBack, award, grantee } }: { disbursement: Disbursement }) {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  if (sentBack === null) return null;
  const { on, reason, kept, confirmedBy } = sentBack;
  return (
    <section className="section" aria-labelledby="sent-back">
      <h2 id="sent-back">{t('disbursements:sentBack.title')}</h2>
      <FactList
        facts={[
          { name: t('disbursements:sentBack.on'), value: formatDate(on, locale) },
          {
            name: t('disbursements:sentBack.reason'),
            value: reason === '' ? t('disbursements:sentBack.noReason') : reason,
          },
          ...(kept.amountMinor === '0'
            ? []
            : [{ name: t('disbursements:sentBack.kept'), value: <Amount money={kept} as="exact" /> }]),
          { name: t('disbursements:sentBack.confirmedBy'), value: confirmedBy },
        ]}
      />
      <p>{t('disbursements:sentBack.next')}</p>
      {may('party.read') && grantee !== null && (
        <p>
          <a href={paths.party(grantee.id)}>{t('disbursements:sentBack.account')}</a>
          {' · '}
          <a href={paths.award(award)}>{t('disbursements:award')}</a>
        </p>
      )}
    </section>
  );
}

function Decision({ disbursement }: { disbursement: Disbursement }) {
  const { t, read } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, control, parts } = disbursement;
  return (
    <ControlPanel
      title={t('disbursements:decide')}
      control={control}
      changes={parts.map(({ fundId, fundName, amount }) => ({
        id: fundId,
        what: fundName === null ? fundId : read(fundName),
        before: '—',
        after: (
          <>
            − <Amount money={amount} as="exact" />
          </>
        ),
      }))}
      approve={
        may('disbursement.approve') ? (
          <ActionButton
            label={t('workspace:control.approve')}
            question={t('disbursements:approveQuestion')}
            kind="urgent"
            run={() => runMutation(client, ApproveDisbursement, { id, digest: control.digest })}
          />
        ) : null
      }
      execute={may('disbursement.execute') ? <ExecuteForm id={id} digest={control.digest} /> : null}
    />
  );
}

function ExecuteForm({ id, digest }: { id: string; digest: string }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm({
    draft: `execute-${id}`,
    defaults: { executedOn: today(), bankReference: '' },
    send: ({ executedOn, bankReference }) =>
      runMutation(client, ExecuteDisbursement, { input: { id, digest, executedOn, bankReference } }),
    done: () => undefined,
  });
  return (
    <ActionForm state={state} submit={t('disbursements:execute')}>
      <div className="field-row">
        <TextField {...state.field('executedOn')} type="date" label={t('disbursements:executedOn')} />
        <TextField
          {...state.field('bankReference')}
          label={t('pledges:receipts.reference')}
          autoComplete="off"
        />
      </div>
    </ActionForm>
  );
}
