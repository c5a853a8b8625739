/** Shows data once it is there: the page's shape while it comes, the reason and a retry when it does not. */
import type { ReactNode } from 'react';
import type { Reading } from '../lib/use-data.ts';
import { useLanguage } from './locale-context.tsx';
import { ErrorState, LoadingState } from './state-panel.tsx';

interface DataViewProps<Data> {
  readonly reading: Reading<Data>;
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

export function DataView<Data>({ reading, lines = 6, children }: DataViewProps<Data>) {
  const { t } = useLanguage();
  const { data, error, again } = reading;
  if (data !== undefined) return <>{children(data)}</>;
  if (error === undefined) return <LoadingState lines={lines} />;
  const refused = error.graphQLErrors.some(({ extensions }) => extensions.code === 'NOT_PERMITTED');
  const offline = error.networkError !== undefined;
  const kind = refused ? 'refused' : offline ? 'offline' : 'failed';
  return (
    <ErrorState
      title={t(`workspace:read.${kind}`)}
      action={
        refused ? undefined : (
          <button type="button" className="button button-quiet" onClick={again}>
            {t('workspace:read.again')}
          </button>
        )
      }
    >
      {t(`workspace:read.${kind}Next`)}
    </ErrorState>
  );
}
