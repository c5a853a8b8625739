/** Saying by hand which payment a line brings back, where the bank gives no hint of it. */
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
import { ConfirmBankLine, PaymentsSentBackBy, type BankLine } from './bank.query.ts';

/** The payments are read when somebody opens it. */
export function ChoosePayment({ line }: { readonly line: BankLine }) {
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('bank:choosePayment.title')}</summary>
      {isOpen && <Choose line={line} />}
    </details>
  );
}

/** As many as the server lists. */
const LISTED = 20;

function Choose({ line }: { readonly line: BankLine }) {
  const { t } = useLanguage();
  const [search, setSearch] = useState('');
  const sought = useDeferredValue(search.trim());
  return (
    <>
      <TextField
        id={`payment-search-${line.id}`}
        label={t('bank:choosePayment.search')}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        autoComplete="off"
      />
      <DataView
        reading={useData(PaymentsSentBackBy, { line: line.id, search: sought === '' ? null : sought })}
        lines={1}
      >
        {({ paymentsSentBackBy }) =>
          paymentsSentBackBy.length === 0 ? (
            <p>{t(sought === '' ? 'bank:choosePayment.none' : 'bank:choosePayment.notFound')}</p>
          ) : (
            <Found key={sought} line={line} payments={paymentsSentBackBy} />
          )
        }
      </DataView>
    </>
  );
}

type Payments = ResultOf<typeof PaymentsSentBackBy>['paymentsSentBackBy'];

function Found({ line, payments }: { readonly line: BankLine; readonly payments: Payments }) {
  const { t, read, locale } = useLanguage();
  const [id, setId] = useState('');
  const chosen = payments.find((payment) => payment.id === id);
  const wordsOf = ({ grantee, project, bankReference, executedOn, amount }: Payments[number]) =>
    t('bank:choosePayment.option', {
      amount: formatExact(amount),
      payee: grantee === null ? '—' : read(grantee.name),
      project: project === null ? '—' : read(project.title),
      reference: bankReference ?? '—',
      day: executedOn === null ? '—' : formatDate(executedOn, locale),
    });
  return (
    <>
      <SelectField
        id={`payment-${line.id}`}
        label={t('bank:choosePayment.which')}
        {...(payments.length < LISTED ? {} : { hint: t('bank:choosePayment.many', { count: LISTED }) })}
        value={id}
        onChange={(event) => setId(event.target.value)}
        options={[
          { value: '', label: t('bank:choosePayment.choose') },
          ...payments.map((payment) => ({ value: payment.id, label: wordsOf(payment) })),
        ]}
      />
      {chosen !== undefined && (
        <div className="suggestion">
          <p>
            <a href={workspacePaths.disbursement(id)}>{wordsOf(chosen)}</a>
          </p>
          <ConfirmSentBack line={line} payment={id} paid={chosen.amount} />
        </div>
      )}
    </>
  );
}

/** Undoes a payment because this line brought its money back; what is missing of it the bank kept. */
export function ConfirmSentBack({
  line: { id: line, amount },
  payment,
  paid,
}: {
  readonly line: BankLine;
  readonly payment: string;
  readonly paid: BankLine['amount'];
}) {
  const { t } = useLanguage();
  const client = useClient();
  const keptMinor = String(BigInt(paid.amountMinor) - BigInt(amount.amountMinor));
  const kept = formatExact({ amountMinor: keptMinor, currency: amount.currency });
  return (
    <ActionButton
      label={t('bank:sentBack.confirm')}
      question={
        keptMinor === '0'
          ? t('bank:sentBack.question', { amount: formatExact(paid) })
          : t('bank:sentBack.questionKept', { amount: formatExact(paid), kept })
      }
      run={() =>
        runMutation(client, ConfirmBankLine, {
          line,
          match: { kind: 'DISBURSEMENT', id: payment },
          keptMinor,
        })
      }
    />
  );
}
