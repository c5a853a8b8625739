/** One award: its sources, its signatures, and its milestones from report to tranche. */
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { Amount } from '../../../components/amount.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { TextAreaField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { Signers, SignersFields } from '../../../components/signers.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { Timeline } from '../../../components/timeline.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { ControlFields } from '../../../lib/control-fragment.ts';
import { formatExact } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import {
  AcceptMilestone,
  ApproveAward,
  PrepareDisbursement,
  ReportMilestone,
  SignAward,
} from './award-mutations.ts';
import { AwardPayments, useAwardPayments } from './award-payments.tsx';
import type { AwardPayment } from './award-payments.tsx';
import { ClosingSection } from './close-award.tsx';
import { AWARD_TONES, MILESTONE_STEPS } from './award-status.ts';

const OneAward = graphql(
  `
    query OneAward($id: ID!) {
      award(id: $id) {
        __typename
        ... on QueryAwardSuccess {
          data {
            id
            status
            amount {
              amountMinor
              currency
            }
            grantee {
              id
              name {
                zh
                en
              }
            }
            project {
              id
              title {
                zh
                en
              }
            }
            sources {
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
            rest {
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
            closings {
              id
              status
              reason
              amount {
                amountMinor
                currency
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
              }
            }
            milestones {
              id
              dueOn
              status
              title {
                zh
                en
              }
              tranche {
                amountMinor
                currency
              }
              report {
                evidence
              }
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [ControlFields, RefusalFields, SignersFields],
);

export type Award = Extract<ResultOf<typeof OneAward>['award'], { data: unknown }>['data'];

export function AwardPage() {
  const { t, locale } = useLanguage();
  const { id = '' } = useParams();
  const reading = useData(OneAward, { id });
  return (
    <DataView reading={reading}>
      {({ award }) =>
        'data' in award ? (
          <AwardBody award={award.data} />
        ) : (
          <ErrorState title={refusalSentence(award, t, locale)} />
        )
      }
    </DataView>
  );
}

function AwardBody({ award }: { award: Award }) {
  const { t, read } = useLanguage();
  const payments = useAwardPayments(award.id, award.grantee?.id);
  return (
    <WorkspacePage
      title={award.project === null ? t('workspace:nav.awards') : read(award.project.title)}
      back={{ href: paths.awards(), name: t('workspace:nav.awards') }}
      lead={
        <div className="page-facts">
          <StatusBadge tone={AWARD_TONES[award.status]}>{t(`awards:status.${award.status}`)}</StatusBadge>
          {award.grantee !== null && <span>{read(award.grantee.name)}</span>}
          <Amount money={award.amount} as="exact" />
          {award.project !== null && (
            <a href={paths.proposal(award.project.id)}>{t('awards:showProposal')}</a>
          )}
        </div>
      }
    >
      {(award.status === 'PREPARED' || award.status === 'APPROVED') && <Signatures award={award} />}
      <section className="section" aria-labelledby="milestones">
        <h2 id="milestones">{t('proposals:field.milestones')}</h2>
        <Timeline
          label={t('proposals:field.milestones')}
          steps={award.milestones.map((milestone) => ({
            id: milestone.id,
            title: read(milestone.title),
            on: milestone.dueOn,
            state: MILESTONE_STEPS[milestone.status],
            detail: (
              <MilestoneDetail
                award={award}
                milestone={milestone}
                payment={payments.data?.find((one) => one.milestone === milestone.id)}
              />
            ),
          }))}
        />
      </section>
      <AwardPayments pages={payments} />
      <ClosingSection award={award} />
      {award.control.executedBy !== null && (
        <Signers
          control={award.control}
          prepared={t('awards:signers.prepared')}
          executed={t('awards:signers.executed')}
        />
      )}
    </WorkspacePage>
  );
}

function Signatures({ award }: { award: Award }) {
  const { t, read } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, control, grantee } = award;
  const digest = control.digest;
  const words = {
    project: award.project === null ? '—' : read(award.project.title),
    grantee: grantee === null ? '—' : read(grantee.name),
    amount: formatExact(award.amount),
  };
  return (
    <ControlPanel
      title={t('awards:decide')}
      control={control}
      changes={award.sources.map(({ fundId, fundName, amount }) => ({
        id: fundId,
        what: fundName === null ? fundId : read(fundName),
        before: '—',
        after: <Amount money={amount} as="exact" />,
      }))}
      approve={
        may('award.approve') ? (
          <ActionButton
            label={t('workspace:control.approve')}
            question={t('awards:approveQuestion', words)}
            kind="urgent"
            run={() => runMutation(client, ApproveAward, { id, digest })}
          />
        ) : null
      }
      execute={
        grantee !== null && may('award.sign', grantee.id) ? (
          <ActionButton
            label={t('awards:sign')}
            question={t('awards:signQuestion', words)}
            kind="urgent"
            run={() => runMutation(client, SignAward, { id, digest })}
          />
        ) : null
      }
      executor={t('awards:signedByGrantee')}
    />
  );
}

interface MilestoneDetailProps {
  readonly award: Award;
  readonly milestone: Award['milestones'][number];
  /** The latest that was prepared for it. */
  readonly payment: AwardPayment | undefined;
}

function MilestoneDetail({ award, milestone, payment }: MilestoneDetailProps) {
  const { t, read } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const place = { award: award.id, milestone: milestone.id };
  const mayReport = award.grantee !== null && may('milestone.report', award.grantee.id);
  return (
    <>
      <p>
        {t('awards:tranche')} <Amount money={milestone.tranche} as="exact" /> ·{' '}
        {t(`awards:milestone.${milestone.status}`)}
        {payment !== undefined && (
          <>
            {' · '}
            <a href={paths.disbursement(payment.id)}>{t('awards:payments.open')}</a>
          </>
        )}
      </p>
      {milestone.report !== null && <p>{milestone.report.evidence}</p>}
      {award.status === 'SIGNED' && milestone.status === 'PLANNED' && mayReport && <ReportForm {...place} />}
      {milestone.status === 'REPORTED' && may('milestone.accept') && (
        <ActionButton
          label={t('awards:accept')}
          question={t('awards:acceptQuestion', {
            milestone: read(milestone.title),
            amount: formatExact(milestone.tranche),
          })}
          run={() => runMutation(client, AcceptMilestone, place)}
        />
      )}
      {milestone.status === 'ACCEPTED' && may('disbursement.prepare') && (
        <ActionButton
          label={t('awards:prepareDisbursement')}
          run={() => runMutation(client, PrepareDisbursement, { id: crypto.randomUUID(), ...place })}
        />
      )}
    </>
  );
}

function ReportForm({ award, milestone }: { award: string; milestone: string }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<{ readonly evidence: string }, unknown>({
    draft: `milestone-${award}-${milestone}`,
    defaults: { evidence: '' },
    send: ({ evidence }) => runMutation(client, ReportMilestone, { award, milestone, evidence }),
    done: () => undefined,
  });
  const field = state.field('evidence');
  return (
    <ActionForm state={state} submit={t('awards:report')}>
      <TextAreaField
        {...field}
        id={`evidence-${milestone}`}
        rows={3}
        label={t('awards:evidence')}
        hint={t('awards:evidenceHint')}
      />
    </ActionForm>
  );
}
