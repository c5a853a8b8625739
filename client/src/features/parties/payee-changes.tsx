/** Where a party is paid, and changing that under four eyes. */
import { Fragment } from 'react';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { formatDate } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useSession } from '../../../lib/session.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import {
  ApprovePayeeChange,
  ExecutePayeeChange,
  ProposePayeeChange,
  WithdrawPayeeChange,
} from './party.query.ts';
import type { Party, PayeeChange } from './party.query.ts';

/** Digits in groups of four, as people read them out and compare them. */
const inFours = (text: string): string => text.replaceAll(/(\d{4})(?=\d)/g, '$1 ');

const shown = (account: Party['bankAccount']): string =>
  account === null ? '—' : inFours(`${account.bankName} ${account.accountNumber}`);

export function PayeeChanges({ party }: { readonly party: Party }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const open = party.payeeChanges.filter(({ status }) => status === 'PROPOSED');
  return (
    <section className="section" aria-labelledby="payee">
      <h2 id="payee">{t('parties:payee.title')}</h2>
      <p className="code">{shown(party.bankAccount)}</p>
      <Doubt party={party} />
      {open.map((change) => (
        <Fragment key={change.id}>
          <p>{t('parties:payee.restsOn', { reason: change.reason })}</p>
          <Decision change={change} />
        </Fragment>
      ))}
      {open.length === 0 && may('payee.propose') && <ProposeForm party={party} />}
    </section>
  );
}

/** The bank sent a payment to this account back: nothing is paid to it until it is changed, or proposed again as it is. */
function Doubt({ party: { accountDoubt } }: { readonly party: Party }) {
  const { t, locale } = useLanguage();
  if (accountDoubt === null) return null;
  const { on, reason, disbursement } = accountDoubt;
  return (
    <div className="note">
      <StatusBadge tone="wrong">{t('parties:payee.inDoubt')}</StatusBadge>
      <p>
        {t('parties:payee.sentBack', {
          on: formatDate(on, locale),
          reason: reason === '' ? t('disbursements:sentBack.noReason') : reason,
        })}{' '}
        <a href={paths.disbursement(disbursement)}>{t('parties:payee.whichPayment')}</a>
      </p>
      <p>{t('parties:payee.whatNow')}</p>
    </div>
  );
}

function Decision({ change }: { readonly change: PayeeChange }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, control } = change;
  const signed = { id, digest: control.digest };
  return (
    <ControlPanel
      title={t('parties:payee.change')}
      control={control}
      changes={(['bankName', 'accountNumber'] as const).map((part) => ({
        ...{ id: part, what: t(`parties:${part}`) },
        ...{ before: inFours(change.before?.[part] ?? '—'), after: inFours(change.after[part]) },
      }))}
      approve={
        may('payee.approve') ? (
          <ActionButton
            label={t('workspace:control.approve')}
            question={t('parties:payee.question')}
            kind="urgent"
            run={() => runMutation(client, ApprovePayeeChange, signed)}
          />
        ) : null
      }
      execute={
        may('payee.execute') ? (
          <ActionButton
            label={t('parties:payee.execute')}
            question={t('parties:payee.question')}
            kind="urgent"
            run={() => runMutation(client, ExecutePayeeChange, signed)}
          />
        ) : null
      }
      withdraw={
        may('payee.propose') ? (
          <ActionButton
            label={t('parties:payee.withdraw')}
            kind="quiet"
            run={() => runMutation(client, WithdrawPayeeChange, { id })}
          />
        ) : null
      }
    />
  );
}

function ProposeForm({ party }: { readonly party: Party }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm({
    draft: `payee-${party.id}`,
    defaults: { account: { bankName: '', accountNumber: '' }, reason: '' },
    send: ({ account, reason }, id) =>
      runMutation(client, ProposePayeeChange, { input: { id, party: party.id, account, reason } }),
    done: () => undefined,
  });
  return (
    <ActionForm state={state} submit={t('parties:payee.propose')}>
      <div className="field-row">
        <TextField {...state.field('account.bankName')} label={t('parties:bankName')} autoComplete="off" />
        <TextField
          {...state.field('account.accountNumber')}
          label={t('parties:accountNumber')}
          inputMode="numeric"
          autoComplete="off"
        />
      </div>
      <TextField {...state.field('reason')} label={t('parties:payee.reason')} autoComplete="off" />
    </ActionForm>
  );
}
