/** The guard of giving: at which level online giving is and why, and opening it again with a reason. */
import { useState } from 'react';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatInstant } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useData } from '../../../lib/use-data.ts';
import { GivingGuard, ResetGivingGuard } from './giving-guard.query.ts';

type Guard = ResultOf<typeof GivingGuard>['givingGuard'];

const TONES = { OPEN: 'done', PROVING: 'waiting', PAUSED: 'stopped' } as const;

export function GivingGuardPage() {
  const { t } = useLanguage();
  return (
    <WorkspacePage title={t('workspace:nav.givingGuard')} lead={<p>{t('workspace:givingGuard.lead')}</p>}>
      <DataView reading={useData(GivingGuard, {})}>
        {({ givingGuard }) => <GuardState guard={givingGuard} />}
      </DataView>
    </WorkspacePage>
  );
}

function GuardState({ guard }: { guard: Guard }) {
  const { t, locale } = useLanguage();
  const [reason, setReason] = useState('');
  const client = useClient();
  const { level, since, facts, lately, windowMinutes } = guard;
  return (
    <>
      <p>
        <StatusBadge tone={TONES[level]}>{t(`workspace:givingGuard.levels.${level}`)}</StatusBadge>
      </p>
      <p>{t(`workspace:givingGuard.meaning.${level}`)}</p>
      <FactList
        facts={[
          ...(level === 'OPEN'
            ? []
            : [
                { name: t('workspace:givingGuard.since'), value: formatInstant(since, locale) },
                {
                  name: t('workspace:givingGuard.atChange'),
                  value: t('workspace:givingGuard.facts', { ...facts }),
                },
              ]),
          {
            name: t('workspace:givingGuard.lately', { minutes: windowMinutes }),
            value: t('workspace:givingGuard.facts', { ...lately }),
          },
        ]}
      />
      {level !== 'OPEN' && (
        <div className="form">
          <TextField
            id="guard-reason"
            label={t('workspace:givingGuard.reason')}
            hint={t('workspace:givingGuard.reasonHint')}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <ActionButton
            label={t('workspace:givingGuard.reset')}
            run={() => runMutation(client, ResetGivingGuard, { reason })}
          />
        </div>
      )}
    </>
  );
}
