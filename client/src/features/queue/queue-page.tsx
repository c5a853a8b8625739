/** What waits for whoever is at work, oldest first: each item leads to the screen where its step is taken. */
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatInstantDate } from '../../../lib/format.ts';
import { useWaiting, waitingKey } from '../../../lib/waiting.ts';
import type { WaitingItem } from '../../../lib/waiting.ts';
import { nameOfTask, placeOfTask } from './tasks.ts';

/** As many of each kind as the API gives, the oldest first. */
const MOST_OF_A_KIND = 100;

/** Whether of some kind there may be more than is shown; they come up as the older ones are done. */
function isCut(items: readonly WaitingItem[]): boolean {
  const counts = new Map<string, number>();
  for (const { kind } of items) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts.values()].some((count) => count >= MOST_OF_A_KIND);
}

export function QueuePage() {
  const { t } = useLanguage();
  const reading = useWaiting();
  return (
    <WorkspacePage title={t('workspace:nav.queue')} lead={<p>{t('queue:lead')}</p>}>
      <DataView reading={reading}>
        {({ viewer }) =>
          viewer.waitingForMe.length === 0 ? (
            <EmptyState title={t('queue:empty')}>{t('queue:emptyNext')}</EmptyState>
          ) : (
            <>
              <ul className="queue">
                {viewer.waitingForMe.map((item) => (
                  <Task key={waitingKey(item)} item={item} />
                ))}
              </ul>
              {isCut(viewer.waitingForMe) && (
                <p className="list-count">{t('queue:cut', { count: MOST_OF_A_KIND })}</p>
              )}
            </>
          )
        }
      </DataView>
    </WorkspacePage>
  );
}

function Task({ item }: { item: WaitingItem }) {
  const { t, read, locale } = useLanguage();
  return (
    <li className="queue-item">
      <p className="queue-title">
        <a href={placeOfTask(item)}>{read(item.title)}</a>
      </p>
      <p className="queue-what">{t(nameOfTask(item))}</p>
      <p className="queue-since">
        <time dateTime={item.since}>{t('queue:since', { date: formatInstantDate(item.since, locale) })}</time>
      </p>
    </li>
  );
}
