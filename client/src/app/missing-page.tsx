/** An address that names no screen. */
import { useLanguage } from '../../components/locale-context.tsx';
import { EmptyState } from '../../components/state-panel.tsx';
import { WorkspacePage } from '../../components/workspace-page.tsx';
import { workspacePaths } from '../../lib/workspace-paths.ts';

export function MissingPage() {
  const { t } = useLanguage();
  return (
    <WorkspacePage title={t('error:notFound.title')}>
      <EmptyState
        title={t('workspace:read.missing')}
        action={
          <a className="button" href={workspacePaths.queue()}>
            {t('workspace:nav.queue')}
          </a>
        }
      >
        {t('workspace:read.missingNext')}
      </EmptyState>
    </WorkspacePage>
  );
}
