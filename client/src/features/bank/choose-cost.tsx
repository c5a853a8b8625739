/** Saying by hand which management cost a line brings back, where the bank gives no hint of it. */
import { useDeferredValue, useState } from 'react';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { formatDate, formatExact } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths } from '../../../lib/workspace-paths.ts';
import { ConfirmBankLine, CostsSentBackBy, type BankLine } from './bank.query.ts';

/** The costs are read when somebody opens it. */
export function ChooseCost({ line }: { readonly line: BankLine }) {
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('bank:chooseCost.title')}</summary>
      {isOpen && <Choose line={line} />}
    </details>
  );
}

function Choose({ line }: { readonly line: BankLine }) {
  const { t } = useLanguage();
  const [search, setSearch] = useState('');
  const sought = useDeferredValue(search.trim());
  return (
    <>
      <TextField
        id={`cost-search-${line.id}`}
        label={t('bank:chooseCost.search')}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        autoComplete="off"
      />
      <DataView
        reading={useData(CostsSentBackBy, { line: line.id, search: sought === '' ? null : sought })}
        lines={1}
      >
        {({ costsSentBackBy }) =>
          costsSentBackBy.length === 0 ? (
            <p>{t(sought === '' ? 'bank:chooseCost.none' : 'bank:chooseCost.notFound')}</p>
          ) : (
            <Found key={sought} line={line} costs={costsSentBackBy} />
          )
        }
      </DataView>
    </>
  );
}

type Costs = ResultOf<typeof CostsSentBackBy>['costsSentBackBy'];

function Found({ line, costs }: { readonly line: BankLine; readonly costs: Costs }) {
  const { t, locale } = useLanguage();
  const client = useClient();
  const [id, setId] = useState('');
  const chosen = costs.find((cost) => cost.id === id);
  const wordsOf = ({ amount, payee, purpose, bankReference, paidOn }: Costs[number]) =>
    t('bank:chooseCost.option', {
      amount: formatExact(amount),
      payee: payee.accountName,
      purpose,
      reference: bankReference ?? '—',
      day: paidOn === null ? '—' : formatDate(paidOn, locale),
    });
  return (
    <>
      <SelectField
        id={`cost-${line.id}`}
        label={t('bank:chooseCost.which')}
        value={id}
        onChange={(event) => setId(event.target.value)}
        options={[
          { value: '', label: t('bank:choosePayment.choose') },
          ...costs.map((cost) => ({ value: cost.id, label: wordsOf(cost) })),
        ]}
      />
      {chosen !== undefined && (
        <div className="suggestion">
          <p>
            <a href={workspacePaths.managementCost(id)}>{wordsOf(chosen)}</a>
          </p>
          <ActionButton
            label={t('bank:chooseCost.confirm')}
            question={t('bank:chooseCost.question', { amount: formatExact(chosen.amount) })}
            run={() =>
              runMutation(client, ConfirmBankLine, {
                line: line.id,
                match: { kind: 'MANAGEMENT_COST', id },
              })
            }
          />
        </div>
      )}
    </>
  );
}
