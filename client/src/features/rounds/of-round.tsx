/** Reads the round that the address names, for each screen that is about one. */
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { useData } from '../../../lib/use-data.ts';
import { OneRound, type Round } from './round.query.ts';

export function OfRound({ children }: { readonly children: (round: Round) => ReactNode }) {
  const { t } = useLanguage();
  const { code = '' } = useParams();
  return (
    <DataView reading={useData(OneRound, { code })}>
      {({ round }) =>
        round === null ? (
          <ErrorState title={t('workspace:read.missing')}>{t('workspace:read.missingNext')}</ErrorState>
        ) : (
          children(round)
        )
      }
    </DataView>
  );
}
