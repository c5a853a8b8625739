/** Awards, and preparing one for each project that was allocated money and has none. */
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { graphql } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { AWARD_TONES } from './award-status.ts';

const Awards = graphql(`
  query Awards($grantee: ID) {
    awards(first: 500, grantee: $grantee) {
      id
      status
      amount {
        amountMinor
        currency
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
    projects(first: 500) {
      id
      status
      title {
        zh
        en
      }
      funded {
        amountMinor
        currency
      }
    }
  }
`);

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
  const { t, read } = useLanguage();
  const { may, person } = useSession();
  const client = useClient();
  const own = may('award.read') ? null : (person.memberships[0]?.partyId ?? null);
  const reading = useData(Awards, { grantee: own });
  return (
    <WorkspacePage title={t('workspace:nav.awards')} lead={<p>{t('awards:lead')}</p>}>
      <DataView reading={reading}>
        {({ awards, projects }) => {
          const waiting = projects.filter(({ status }) => status === 'FUNDED');
          return (
            <>
              {may('award.prepare') && waiting.length > 0 && (
                <section className="section" aria-labelledby="to-award">
                  <h2 id="to-award">{t('awards:toPrepare')}</h2>
                  <ul className="queue">
                    {waiting.map((project) => (
                      <li key={project.id} className="queue-item">
                        <div>
                          <p className="queue-title">{read(project.title)}</p>
                          <Amount money={project.funded} as="exact" />
                        </div>
                        <ActionButton
                          label={t('awards:prepare')}
                          run={() =>
                            runMutation(client, PrepareAward, {
                              id: crypto.randomUUID(),
                              project: project.id,
                            })
                          }
                        />
                      </li>
                    ))}
                  </ul>
                </section>
              )}
              <section className="section">
                <DataTable
                  caption={t('workspace:nav.awards')}
                  captionHidden
                  rows={awards}
                  rowKey={({ id }) => id}
                  empty={<EmptyState title={t('awards:empty')}>{t('awards:emptyNext')}</EmptyState>}
                  columns={[
                    {
                      key: 'project',
                      heading: t('common:disbursement.project'),
                      cell: ({ id, project }) => (
                        <a href={paths.award(id)}>{project === null ? id : read(project.title)}</a>
                      ),
                    },
                    {
                      key: 'grantee',
                      heading: t('awards:grantee'),
                      cell: ({ grantee }) => (grantee === null ? '—' : read(grantee.name)),
                    },
                    {
                      key: 'status',
                      heading: t('awards:status.heading'),
                      cell: ({ status }) => (
                        <StatusBadge tone={AWARD_TONES[status]}>{t(`awards:status.${status}`)}</StatusBadge>
                      ),
                    },
                    {
                      key: 'amount',
                      heading: t('common:disbursement.amount'),
                      numeric: true,
                      cell: ({ amount }) => <Amount money={amount} as="exact" />,
                    },
                  ]}
                />
              </section>
            </>
          );
        }}
      </DataView>
    </WorkspacePage>
  );
}
