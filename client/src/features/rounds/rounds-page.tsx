/** The rounds, newest first. */
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const Rounds = graphql(`
  query Rounds {
    rounds {
      id
      code
      status
      opensOn
      closesOn
      title {
        zh
        en
      }
    }
  }
`);

export function RoundsPage() {
  const { t, read, locale } = useLanguage();
  const { may } = useSession();
  const reading = useData(Rounds, {});
  return (
    <WorkspacePage
      title={t('workspace:nav.rounds')}
      {...(may('round.open')
        ? {
            actions: (
              <a className="button" href={paths.openRound()}>
                {t('rounds:open.title')}
              </a>
            ),
          }
        : {})}
    >
      <DataView reading={reading}>
        {({ rounds }) => (
          <DataTable
            caption={t('workspace:nav.rounds')}
            captionHidden
            rows={rounds}
            rowKey={(round) => round.id}
            empty={<EmptyState title={t('rounds:empty')}>{t('rounds:emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'title',
                heading: t('rounds:column.title'),
                cell: (round) => (
                  <div>
                    <a href={paths.round(round.code)}>{read(round.title)}</a>
                    <span className="under code">{round.code}</span>
                  </div>
                ),
              },
              {
                key: 'status',
                heading: t('rounds:column.status'),
                cell: ({ status }) => (
                  <StatusBadge tone={status === 'OPEN' ? 'moving' : 'done'}>
                    {t(`rounds:status.${status}`)}
                  </StatusBadge>
                ),
              },
              {
                key: 'opens',
                heading: t('rounds:column.opensOn'),
                cell: ({ opensOn }) => formatDate(opensOn, locale),
              },
              {
                key: 'closes',
                heading: t('rounds:column.closesOn'),
                cell: ({ closesOn }) => formatDate(closesOn, locale),
              },
            ]}
          />
        )}
      </DataView>
    </WorkspacePage>
  );
}
