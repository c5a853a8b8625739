/** Proposing to close a month, with what the statements of the bank and the processor say, or to reopen one. */
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { Amount } from '../../../components/amount.tsx';
import { TextAreaField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { parseYuan } from '../../../lib/amount-input.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { ProposePeriodDecision, type PeriodDetail } from './periods.query.ts';

interface ClosingValues {
  readonly bank: string;
  readonly bankExplanation: string;
  readonly clearing: string;
  readonly clearingExplanation: string;
  readonly reason: string;
}

/** Amounts below zero are written with a minus: an account that is overdrawn. */
function parseStated(text: string): string | null {
  const typed = text.trim();
  const size = parseYuan(typed.replace(/^[-−]/, ''));
  return size === null ? null : /^[-−]/.test(typed) && size !== '0' ? `-${size}` : size;
}

const FIELDS: Readonly<Record<string, string>> = {
  'statements.bank.statedMinor': 'bank',
  'statements.bank.explanation': 'bankExplanation',
  'statements.clearing.statedMinor': 'clearing',
  'statements.clearing.explanation': 'clearingExplanation',
};

export function ProposeClosing({ detail }: { detail: PeriodDetail }) {
  const { t } = useLanguage();
  const client = useClient();
  const { period, currency } = detail;
  const state = useActionForm<ClosingValues, { readonly id: string }>({
    draft: `close-${period}`,
    defaults: { bank: '', bankExplanation: '', clearing: '', clearingExplanation: '', reason: '' },
    send: (values, id) => {
      const [bankMinor, clearingMinor] = [parseStated(values.bank), parseStated(values.clearing)];
      if (bankMinor === null) return Promise.resolve(faultOf('bank', 'not-an-amount'));
      if (clearingMinor === null) return Promise.resolve(faultOf('clearing', 'not-an-amount'));
      const statements = {
        bank: { statedMinor: bankMinor, explanation: values.bankExplanation },
        clearing: { statedMinor: clearingMinor, explanation: values.clearingExplanation },
      };
      const input = { id, period, action: 'CLOSE' as const, reason: values.reason, statements };
      return runMutation(client, ProposePeriodDecision, { input });
    },
    fieldOf: (path) => FIELDS[path] ?? path,
    done: () => notifyDone(t('books:periods.proposed')),
  });
  const yuan = { before: '¥', inputMode: 'decimal', autoComplete: 'off' } as const;
  const byBooks = (amountMinor: string) => (
    <>
      {t('books:periods.byBooks')} <Amount money={{ amountMinor, currency }} as="exact" />
    </>
  );
  return (
    <section className="section" aria-labelledby="close">
      <h2 id="close">{t('books:periods.action.CLOSE')}</h2>
      <p className="section-lead">{t('books:periods.closeLead')}</p>
      <ActionForm state={state} submit={t('books:periods.proposeClosing')}>
        <div className="field-row">
          <TextField
            {...state.field('bank')}
            label={t('books:periods.stated.bank')}
            hint={byBooks(detail.bankMinor)}
            {...yuan}
          />
          <TextField {...state.field('bankExplanation')} label={t('books:periods.bankExplanation')} />
        </div>
        <div className="field-row">
          <TextField
            {...state.field('clearing')}
            label={t('books:periods.stated.clearing')}
            hint={byBooks(detail.clearingMinor)}
            {...yuan}
          />
          <TextField {...state.field('clearingExplanation')} label={t('books:periods.clearingExplanation')} />
        </div>
        <TextAreaField {...state.field('reason')} label={t('books:periods.note')} rows={2} />
      </ActionForm>
    </section>
  );
}

export function ProposeReopening({ period }: { period: string }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<{ readonly reason: string }, { readonly id: string }>({
    draft: `reopen-${period}`,
    defaults: { reason: '' },
    send: ({ reason }, id) =>
      runMutation(client, ProposePeriodDecision, { input: { id, period, action: 'REOPEN', reason } }),
    done: () => notifyDone(t('books:periods.proposed')),
  });
  return (
    <section className="section" aria-labelledby="reopen">
      <h2 id="reopen">{t('books:periods.action.REOPEN')}</h2>
      <p className="section-lead">{t('books:periods.reopenLead')}</p>
      <ActionForm state={state} submit={t('books:periods.proposeReopening')}>
        <TextAreaField {...state.field('reason')} label={t('books:periods.reason')} rows={2} />
      </ActionForm>
    </section>
  );
}
