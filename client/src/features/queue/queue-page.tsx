/** What waits for whoever is at work: proposals, allocations, awards, milestones and payments that need their step. */
import { Amount } from '../../../components/amount.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState, LoadingState } from '../../../components/state-panel.tsx';
import { useRound } from '../../../components/use-round.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { Queue } from './queue.query.ts';
import { tasksOf } from './tasks.ts';

export function QueuePage() {
  const { t } = useLanguage();
  const { may, person } = useSession();
  const { round } = useRound();
  const concerned = may('award.read') || person.memberships.length > 0;
  return (
    <WorkspacePage title={t('workspace:nav.queue')}>
      {!concerned && <NothingWaits />}
      {concerned && round === undefined && <LoadingState />}
      {concerned && round === null && (
        <EmptyState title={t('rounds:empty')}>{t('rounds:emptyNext')}</EmptyState>
      )}
      {concerned && round !== undefined && round !== null && <Tasks round={round.id} />}
    </WorkspacePage>
  );
}

function NothingWaits() {
  const { t } = useLanguage();
  return <EmptyState title={t('queue:empty')}>{t('queue:emptyNext')}</EmptyState>;
}

function Tasks({ round }: { round: string }) {
  const { t, read } = useLanguage();
  const session = useSession();
  const staff = session.may('award.read');
  const grantee = staff ? null : (session.person.memberships[0]?.partyId ?? null);
  const reading = useData(Queue, { round, grantee, staff });
  return (
    <DataView reading={reading}>
      {(answer) => {
        const tasks = tasksOf(answer, session);
        return tasks.length === 0 ? (
          <NothingWaits />
        ) : (
          <ul className="queue">
            {tasks.map((task) => (
              <li key={task.key} className="queue-item">
                <div>
                  <p className="queue-what">{t(`queue:${task.what}`)}</p>
                  <p className="queue-title">
                    <a href={task.href}>{task.title === null ? t(`queue:${task.what}`) : read(task.title)}</a>
                  </p>
                </div>
                {task.amount !== null && <Amount money={task.amount} />}
              </li>
            ))}
          </ul>
        );
      }}
    </DataView>
  );
}
