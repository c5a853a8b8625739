/** Saying by hand which payment to a grantee a line brings back, and undoing it. */
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { formatDate, formatExact } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { workspacePaths } from '../../../lib/workspace-paths.ts';
import { ConfirmBankLine, PaymentsSentBackBy, type BankLine } from './bank.query.ts';
import { ChooseSentBack } from './choose-sent-back.tsx';

export function ChoosePayment({ line }: { readonly line: BankLine }) {
  const { t, read, locale } = useLanguage();
  return (
    <ChooseSentBack
      name="choosePayment"
      line={line.id}
      query={PaymentsSentBackBy}
      found={({ paymentsSentBackBy }) => paymentsSentBackBy}
      wordsOf={({ grantee, project, bankReference, executedOn, amount }) =>
        t('bank:choosePayment.option', {
          amount: formatExact(amount),
          payee: grantee === null ? '—' : read(grantee.name),
          project: project === null ? '—' : read(project.title),
          reference: bankReference ?? '—',
          day: executedOn === null ? '—' : formatDate(executedOn, locale),
        })
      }
      pathOf={workspacePaths.disbursement}
      confirm={({ id, amount }) => <ConfirmSentBack line={line} payment={id} paid={amount} />}
    />
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
