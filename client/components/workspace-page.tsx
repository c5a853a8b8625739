/** The head of a screen in the workspaces, with the way back and what can be done there. */
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useLanguage } from './locale-context.tsx';
import { PageHeader } from './page-header.tsx';

interface WorkspacePageProps {
  readonly title: string;
  readonly back?: { readonly href: string; readonly name: string };
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function WorkspacePage({ title, back, lead, actions, children }: WorkspacePageProps) {
  const { t } = useLanguage();
  useEffect(() => {
    document.title = t('common:site.title', { page: title });
  }, [t, title]);
  return (
    <>
      <PageHeader
        title={title}
        {...(back === undefined ? {} : { above: <a href={back.href}>{back.name}</a> })}
        {...(lead === undefined ? {} : { lead })}
        {...(actions === undefined ? {} : { actions })}
      />
      {children}
    </>
  );
}
