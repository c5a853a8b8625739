/** Taking a line from the open ones, with the reason that stays beside it. */
import { useState } from 'react';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { runMutation } from '../../../lib/outcome.ts';
import { SetAsideBankLine } from './bank.query.ts';

export function SetAside({ line }: { readonly line: string }) {
  const { t } = useLanguage();
  const client = useClient();
  const [reason, setReason] = useState('');
  return (
    <details>
      <summary>{t('bank:setAside.title')}</summary>
      <TextField
        id={`why-${line}`}
        label={t('bank:setAside.reason')}
        hint={t('bank:setAside.hint')}
        autoComplete="off"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <ActionButton
        kind="quiet"
        label={t('bank:setAside.submit')}
        run={() => runMutation(client, SetAsideBankLine, { line, reason })}
      />
    </details>
  );
}
