/** Saying by hand which management cost a line brings back, and undoing it. */
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { formatDate, formatExact } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { workspacePaths } from '../../../lib/workspace-paths.ts';
import { ConfirmBankLine, CostsSentBackBy } from './bank.query.ts';
import { ChooseSentBack } from './choose-sent-back.tsx';

export function ChooseCost({ line }: { readonly line: string }) {
  const { t, locale } = useLanguage();
  const client = useClient();
  return (
    <ChooseSentBack
      name="chooseCost"
      line={line}
      query={CostsSentBackBy}
      found={({ costsSentBackBy }) => costsSentBackBy}
      wordsOf={({ amount, payee, purpose, bankReference, paidOn }) =>
        t('bank:chooseCost.option', {
          ...{ amount: formatExact(amount), payee: payee.accountName, purpose },
          reference: bankReference ?? '—',
          day: paidOn === null ? '—' : formatDate(paidOn, locale),
        })
      }
      pathOf={workspacePaths.managementCost}
      confirm={({ id, amount }) => (
        <ActionButton
          label={t('bank:chooseCost.confirm')}
          question={t('bank:chooseCost.question', { amount: formatExact(amount) })}
          run={() => runMutation(client, ConfirmBankLine, { line, match: { kind: 'MANAGEMENT_COST', id } })}
        />
      )}
    />
  );
}
