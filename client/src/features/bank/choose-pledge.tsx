/** Saying by hand of which pledge a line is a receipt, where none is suggested or another is right. */
import { useState } from 'react';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { SelectField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { formatExact } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useData } from '../../../lib/use-data.ts';
import { ConfirmBankLine, PledgesDue, type BankLine } from './bank.query.ts';

/** The pledges are read when somebody opens it. */
export function ChoosePledge({ line }: { readonly line: BankLine }) {
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('bank:choosePledge.title')}</summary>
      {isOpen && <Choose line={line} />}
    </details>
  );
}

function Choose({ line: { id, amount } }: { readonly line: BankLine }) {
  const { t, read } = useLanguage();
  const client = useClient();
  const [pledge, setPledge] = useState('');
  return (
    <DataView reading={useData(PledgesDue, { amountMinor: amount.amountMinor })} lines={1}>
      {({ pledgesDue }) =>
        pledgesDue.length === 0 ? (
          <p>{t('bank:choosePledge.none')}</p>
        ) : (
          <>
            <SelectField
              id={`pledge-${id}`}
              label={t('bank:choosePledge.which')}
              value={pledge}
              onChange={(event) => setPledge(event.target.value)}
              options={[
                { value: '', label: t('bank:choosePledge.choose') },
                ...pledgesDue.map((one) => ({
                  value: one.id,
                  label: t('bank:choosePledge.option', {
                    party: read(one.party.name),
                    reference: one.agreementReference,
                    amount: formatExact(one.outstanding),
                  }),
                })),
              ]}
            />
            {pledge !== '' && (
              <ActionButton
                label={t('bank:choosePledge.confirm')}
                run={() =>
                  runMutation(client, ConfirmBankLine, { line: id, match: { kind: 'PLEDGE', id: pledge } })
                }
              />
            )}
          </>
        )
      }
    </DataView>
  );
}
