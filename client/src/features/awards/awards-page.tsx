/** Awards, and preparing one for each project that was allocated money and has none. */
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { useFilter } from '../../../components/list-search.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { OwnPartyChooser, useOwnParty } from '../../../components/own-party.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { decimalOf } from '../../../lib/csv.ts';
import { formatInstantDate } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useSession } from '../../../lib/session.tsx';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { AWARD_TONES } from './award-status.ts';

const Awards = graphql(`
  query Awards($grantee: ID, $status: AwardStatus, $first: Int!, $after: ID) {
    awards(grantee: $grantee, status: $status, first: $first, after: $after) {
      items {
        id
        status
        amount {
          amountMinor
          currency
        }
        control {
          proposedBy {
            at
          }
        }
        grantee {
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
      }
      next
    }
  }
`);

const ProjectsToAward = graphql(`
  query ProjectsToAward($first: Int!, $after: ID) {
    projects(status: FUNDED, first: $first, after: $after) {
      items {
        id
        title {
          zh
          en
        }
        toAward {
          amountMinor
          currency
        }
      }
      next
    }
  }
`);

type Award = ResultOf<typeof Awards>['awards']['items'][number];

const pageOfAwards = ({ awards }: ResultOf<typeof Awards>) => awards;
const pageOfProjects = ({ projects }: ResultOf<typeof ProjectsToAward>) => projects;

const STATUSES = Object.keys(AWARD_TONES) as Award['status'][];

const PrepareAward = graphql(
  `
    mutation PrepareAward($id: ID!, $project: ID!) {
      prepareAward(id: $id, project: $project) {
        __typename
        ... on MutationPrepareAwardSuccess {
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

export function AwardsPage() {
  const { t } = useLanguage();
  const { may } = useSession();
  return (
    <WorkspacePage title={t('workspace:nav.awards')} lead={<p>{t('awards:lead')}</p>}>
      {may('award.prepare') && <ToPrepare />}
      <OwnPartyChooser right="award.read" />
      <section className="section">
        <AllAwards />
      </section>
    </WorkspacePage>
  );
}

/** Projects that were allocated money and have no award. */
function ToPrepare() {
  const { t, read } = useLanguage();
  const client = useClient();
  const pages = usePages(
    { query: ProjectsToAward, variables: {}, page: pageOfProjects },
    { place: 'projects' },
  );
  // Its award may be prepared and not signed yet.
  const waiting = (pages.data ?? []).filter(({ toAward }) => toAward.amountMinor !== '0');
  if (waiting.length === 0 && pages.more === null) return null;
  return (
    <section className="section" aria-labelledby="to-award">
      <h2 id="to-award">{t('awards:toPrepare')}</h2>
      <ul className="queue">
        {waiting.map((project) => (
          <li key={project.id} className="queue-item">
            <div>
              <p className="queue-title">{read(project.title)}</p>
              <Amount money={project.toAward} as="exact" />
            </div>
            <ActionButton
              label={t('awards:prepare')}
              about={read(project.title)}
              run={() => runMutation(client, PrepareAward, { id: crypto.randomUUID(), project: project.id })}
              done={() => notifyDone(t('awards:prepared', { project: read(project.title) }))}
            />
          </li>
        ))}
      </ul>
      {pages.more !== null && <ListEnd pages={pages} shown={waiting.length} />}
    </section>
  );
}

function AllAwards() {
  const { t, read, locale } = useLanguage();
  const grantee = useOwnParty('award.read');
  const status = useFilter('status', STATUSES);
  const pages = usePages({ query: Awards, variables: { grantee, status }, page: pageOfAwards });
  const projectOf = ({ id, project }: Award) => (project === null ? id : read(project.title));
  const granteeOf = (award: Award) => (award.grantee === null ? '—' : read(award.grantee.name));
  return (
    <DataView reading={pages}>
      {(awards) => (
        <ListTable
          caption={t('workspace:nav.awards')}
          file="awards"
          rows={awards}
          pages={pages}
          rowKey={({ id }) => id}
          empty={<EmptyState title={t('awards:empty')}>{t('awards:emptyNext')}</EmptyState>}
          filters={[
            {
              key: 'status',
              label: t('awards:status.heading'),
              options: STATUSES.map((value) => ({ value, label: t(`awards:status.${value}`) })),
            },
          ]}
          columns={[
            {
              key: 'project',
              heading: t('common:disbursement.project'),
              value: projectOf,
              cell: (award) => <a href={paths.award(award.id)}>{projectOf(award)}</a>,
            },
            { key: 'grantee', heading: t('awards:grantee'), value: granteeOf, cell: granteeOf },
            {
              key: 'prepared',
              heading: t('awards:preparedOn'),
              value: ({ control }) => control.proposedBy.at,
              cell: ({ control }) => formatInstantDate(control.proposedBy.at, locale),
            },
            {
              key: 'status',
              heading: t('awards:status.heading'),
              value: (award) => t(`awards:status.${award.status}`),
              cell: (award) => (
                <StatusBadge tone={AWARD_TONES[award.status]}>
                  {t(`awards:status.${award.status}`)}
                </StatusBadge>
              ),
            },
            {
              key: 'amount',
              heading: t('common:disbursement.amount'),
              numeric: true,
              value: ({ amount }) => BigInt(amount.amountMinor),
              exported: ({ amount }) => decimalOf(amount.amountMinor),
              cell: ({ amount }) => <Amount money={amount} as="exact" />,
            },
          ]}
        />
      )}
    </DataView>
  );
}
