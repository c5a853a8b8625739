/** Records money that reached the bank for a pledge. */
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { parseYuan } from '../../../lib/amount-input.ts';
import { formatExact } from '../../../lib/format.ts';
import type { MoneyValue } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { today } from '../../../lib/today.ts';

const RecordPledgeReceipt = graphql(
  `
    mutation RecordPledgeReceipt($input: RecordPledgeReceiptInput!) {
      recordPledgeReceipt(input: $input) {
        __typename
        ... on MutationRecordPledgeReceiptSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

interface Values {
  readonly amountMinor: string;
  readonly receivedOn: string;
  readonly bankReference: string;
}

export function RecordReceipt({ pledge, outstanding }: { pledge: string; outstanding: MoneyValue }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<Values, unknown>({
    draft: `receipt-${pledge}`,
    defaults: { amountMinor: '', receivedOn: today(), bankReference: '' },
    send: async ({ amountMinor: typed, receivedOn, bankReference }, id) => {
      const amountMinor = parseYuan(typed);
      if (amountMinor === null) return faultOf('amountMinor', 'not-an-amount');
      return runMutation(client, RecordPledgeReceipt, {
        input: { id, pledge, amountMinor, receivedOn, bankReference },
      });
    },
    done: () => {
      state.form.reset({ amountMinor: '', receivedOn: today(), bankReference: '' });
      notifyDone(t('pledges:receipt.done'));
    },
  });
  return (
    <section className="section" aria-labelledby="record-receipt">
      <h2 id="record-receipt">{t('pledges:receipt.title')}</h2>
      <ActionForm state={state} submit={t('pledges:receipt.submit')}>
        <div className="field-row">
          <TextField
            {...state.field('amountMinor')}
            label={t('workspace:field.amountYuan')}
            hint={t('pledges:receipt.outstanding', { amount: formatExact(outstanding) })}
            before="¥"
            inputMode="decimal"
            autoComplete="off"
          />
          <TextField {...state.field('receivedOn')} type="date" label={t('pledges:receipts.on')} />
          <TextField
            {...state.field('bankReference')}
            label={t('pledges:receipts.reference')}
            autoComplete="off"
          />
        </div>
      </ActionForm>
    </section>
  );
}
