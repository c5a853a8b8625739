/** Saying by hand of which pledge a line is a receipt, where none is suggested or another is right. */
import { useDeferredValue, useState } from 'react';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { formatExact } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
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

/** As many as the server lists. */
const LISTED = 20;

function Choose({ line: { id, amount } }: { readonly line: BankLine }) {
  const { t } = useLanguage();
  const [search, setSearch] = useState('');
  const sought = useDeferredValue(search.trim());
  return (
    <>
      <TextField
        id={`pledge-search-${id}`}
        label={t('bank:choosePledge.search')}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        autoComplete="off"
      />
      <DataView
        reading={useData(PledgesDue, {
          amountMinor: amount.amountMinor,
          search: sought === '' ? null : sought,
        })}
        lines={1}
      >
        {({ pledgesDue }) =>
          pledgesDue.length === 0 ? (
            <p>{t(sought === '' ? 'bank:choosePledge.none' : 'bank:choosePledge.notFound')}</p>
          ) : (
            <Found key={sought} line={id} pledges={pledgesDue} />
          )
        }
      </DataView>
    </>
  );
}

type Due = ResultOf<typeof PledgesDue>['pledgesDue'];

function Found({ line, pledges }: { readonly line: string; readonly pledges: Due }) {
  const { t, read } = useLanguage();
  const client = useClient();
  const [pledge, setPledge] = useState('');
  return (
    <>
      <SelectField
        id={`pledge-${line}`}
        label={t('bank:choosePledge.which')}
        {...(pledges.length < LISTED ? {} : { hint: t('bank:choosePledge.many', { count: LISTED }) })}
        value={pledge}
        onChange={(event) => setPledge(event.target.value)}
        options={[
          { value: '', label: t('bank:choosePledge.choose') },
          ...pledges.map((one) => ({
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
          run={() => runMutation(client, ConfirmBankLine, { line, match: { kind: 'PLEDGE', id: pledge } })}
        />
      )}
    </>
  );
}
