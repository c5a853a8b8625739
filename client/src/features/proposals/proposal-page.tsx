/** One proposal: what is asked for; its organization completes and submits it, a programme officer decides. */
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { Timeline } from '../../../components/timeline.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatShare } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { faultSentence, refusalSentence } from '../../../lib/refusal-sentence.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { DecideProposal } from './decide-proposal.tsx';
import { DraftForm } from './draft-form.tsx';
import { PROPOSAL_TONES } from './proposal-status.ts';
import { OneProposal } from './proposal.query.ts';
import type { Proposal } from './proposal.query.ts';

const SubmitProposal = graphql(
  `
    mutation SubmitProposal($id: ID!) {
      submitProposal(id: $id) {
        __typename
        ... on MutationSubmitProposalSuccess {
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

export function ProposalPage() {
  const { t, locale } = useLanguage();
  const { id = '' } = useParams();
  const reading = useData(OneProposal, { id });
  return (
    <DataView reading={reading}>
      {({ proposal }) =>
        'data' in proposal ? (
          <ProposalBody proposal={proposal.data} />
        ) : (
          <ErrorState title={refusalSentence(proposal, t, locale)} />
        )
      }
    </DataView>
  );
}

function ProposalBody({ proposal }: { proposal: Proposal }) {
  const { t, read } = useLanguage();
  const { may } = useSession();
  const mayEdit =
    proposal.status === 'DRAFT' && proposal.grantee !== null && may('proposal.submit', proposal.grantee.id);
  return (
    <WorkspacePage
      title={read(proposal.title) === '' ? t('proposals:untitled') : read(proposal.title)}
      back={{ href: paths.proposals(), name: t('workspace:nav.proposals') }}
      lead={
        <div className="page-facts">
          <StatusBadge tone={PROPOSAL_TONES[proposal.status]}>
            {t(`proposals:status.${proposal.status}`)}
          </StatusBadge>
          {proposal.grantee !== null && <span>{read(proposal.grantee.name)}</span>}
        </div>
      }
    >
      {proposal.decision !== null && (
        <p className="note">
          <strong>{t('proposals:decision.title')}</strong> {proposal.decision.reason}{' '}
          {proposal.decision.score !== null &&
            t('proposals:decision.scored', { score: proposal.decision.score })}
        </p>
      )}
      {mayEdit ? (
        <>
          <Completeness proposal={proposal} />
          <DraftForm key={proposal.revision} proposal={proposal} />
        </>
      ) : (
        <Plan proposal={proposal} />
      )}
      {proposal.status === 'SUBMITTED' && may('proposal.decide') && <DecideProposal id={proposal.id} />}
    </WorkspacePage>
  );
}

/** What is missing before the draft can be submitted, and submitting it once nothing is. */
function Completeness({ proposal }: { proposal: Proposal }) {
  const { t } = useLanguage();
  const client = useClient();
  if (proposal.gaps.length === 0) {
    return (
      <div className="panel">
        <p>{t('proposals:gaps.none')}</p>
        <div className="page-actions">
          <ActionButton
            label={t('proposals:submit')}
            question={t('proposals:submitQuestion')}
            run={() => runMutation(client, SubmitProposal, { id: proposal.id })}
          />
        </div>
      </div>
    );
  }
  return (
    <div className="note">
      <p>{t('proposals:gaps.some', { count: proposal.gaps.length })}</p>
      <ul className="gaps">
        {proposal.gaps.map((gap) => {
          const field = gap.path.replace(/[.[].*$/, '');
          return (
            <li key={`${gap.path} ${gap.reason}`}>
              {isNamed(field)
                ? t('proposals:gaps.one', {
                    field: t(`proposals:field.${field}`),
                    fault: faultSentence(gap, t),
                  })
                : faultSentence(gap, t)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const NAMED = [
  'title',
  'summary',
  'sector',
  'locality',
  'serviceItem',
  'localTerm',
  'needMinor',
  'minimumMinor',
  'openTo',
  'milestones',
] as const;

function isNamed(field: string): field is (typeof NAMED)[number] {
  return NAMED.some((name) => name === field);
}

function Plan({ proposal }: { proposal: Proposal }) {
  const { t, read } = useLanguage();
  const region = useRegion();
  const amount = (amountMinor: string | null) =>
    amountMinor === null ? '—' : <Amount money={{ amountMinor, currency: region.currency }} as="exact" />;
  const facts = [
    {
      name: t('proposals:column.place'),
      value: t('common:project.place', {
        locality: proposal.locality === null ? '—' : read(nameOfCode(region.localities, proposal.locality)),
        sector: proposal.sector === null ? '—' : read(nameOfCode(region.sectors, proposal.sector)),
      }),
    },
    { name: t('proposals:field.needMinor'), value: amount(proposal.needMinor) },
    { name: t('proposals:field.minimumMinor'), value: amount(proposal.minimumMinor) },
    {
      name: t('proposals:field.openTo'),
      value: proposal.openTo === null ? '—' : t(`proposals:openTo.${proposal.openTo}`),
    },
    { name: t('proposals:field.localTerm'), value: proposal.localTerm?.label ?? '—' },
  ];
  return (
    <>
      <section className="section">
        <div className="prose">
          <p>{read(proposal.summary)}</p>
        </div>
        <dl className="facts">
          {facts.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="section" aria-labelledby="milestones">
        <h2 id="milestones">{t('proposals:field.milestones')}</h2>
        <Timeline
          label={t('proposals:field.milestones')}
          steps={proposal.milestones.map((milestone) => ({
            id: milestone.id,
            title: read(milestone.title),
            on: milestone.dueOn,
            state: 'ahead',
            detail: t('project:milestones.releases', { share: formatShare(milestone.shareBasisPoints) }),
          }))}
        />
      </section>
    </>
  );
}
