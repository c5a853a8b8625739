/** One management cost: what it is for, who is paid from which fund, its documents, approving and paying it. */
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { Amount } from '../../../components/amount.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate, formatExact, formatFineShare, formatShare } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useSession } from '../../../lib/session.tsx';
import { today } from '../../../lib/today.ts';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import {
  ApproveManagementCost,
  COST_TONES,
  OneManagementCost,
  PayManagementCost,
  ThisManagementYear,
  WithdrawManagementCost,
  type ManagementCost,
} from './management-cost.query.ts';

export function ManagementCostPage() {
  const { t, locale } = useLanguage();
  const { id = '' } = useParams();
  return (
    <DataView reading={useData(OneManagementCost, { id })}>
      {({ managementCost }) =>
        'data' in managementCost ? (
          <CostBody cost={managementCost.data} />
        ) : (
          <ErrorState title={refusalSentence(managementCost, t, locale)} />
        )
      }
    </DataView>
  );
}

/** Digits in groups of four, as people read them out and compare them. */
const payeeOf = ({ payee }: ManagementCost): string =>
  `${payee.accountName} · ${payee.bankName} · ${payee.accountNumber.replaceAll(/(\d{4})(?=\d)/g, '$1 ')}`;

function CostBody({ cost }: { readonly cost: ManagementCost }) {
  const { t, read, locale } = useLanguage();
  const { status, reversed, control } = cost;
  return (
    <WorkspacePage
      title={cost.purpose}
      back={{ href: paths.managementCosts(), name: t('workspace:nav.managementCosts') }}
      lead={
        <div className="page-facts">
          <StatusBadge tone={reversed ? 'stopped' : COST_TONES[status]}>
            {reversed ? t('costs:reversed') : t(`costs:status.${status}`)}
          </StatusBadge>
          <Amount money={cost.amount} as="exact" />
        </div>
      }
    >
      <FactList
        facts={[
          { name: t('costs:fund'), value: cost.fundName === null ? cost.fundId : read(cost.fundName) },
          { name: t('costs:payee'), value: payeeOf(cost) },
          { name: t('costs:proposedBy'), value: control.proposedBy.name },
          ...(control.executedBy === null
            ? []
            : [{ name: t('costs:paidBy'), value: control.executedBy.name }]),
          ...(cost.paidOn === null
            ? []
            : [{ name: t('costs:paidOn'), value: formatDate(cost.paidOn, locale) }]),
          ...(cost.bankReference === null
            ? []
            : [
                { name: t('costs:bankReference'), value: <span className="code">{cost.bankReference}</span> },
              ]),
          ...(cost.journalEntry === null
            ? []
            : [
                {
                  name: t('costs:journal'),
                  value: <a href={paths.entry(cost.journalEntry)}>{cost.journalEntry}</a>,
                },
              ]),
        ]}
      />
      <section className="section" aria-labelledby="documents-of-cost">
        <h2 id="documents-of-cost">{t('costs:documents')}</h2>
        <ul className="plain-list">
          {cost.documents.map(({ id, title, path }) => (
            <li key={id}>
              <a href={path} download>
                {title}
              </a>
            </li>
          ))}
        </ul>
      </section>
      {cost.standingIfPaid?.isWithin === false && <LimitWarning standing={cost.standingIfPaid} />}
      {status === 'PROPOSED' && <Decision cost={cost} />}
    </WorkspacePage>
  );
}

/** The limit is one of the year's totals: whoever approves is told, and decides. */
function LimitWarning({ standing }: { readonly standing: NonNullable<ManagementCost['standingIfPaid']> }) {
  const { t, read } = useLanguage();
  return (
    <DataView reading={useData(ThisManagementYear, {})}>
      {({ managementYear }) => {
        const limit = 'data' in managementYear ? managementYear.data.limit : null;
        return limit === null ? null : (
          <p className="section note">
            {t('costs:aboveIfThis', {
              share: formatFineShare(standing.shareBasisPoints / 10_000),
              limit: formatShare(limit.shareBasisPoints),
              source: read(limit.source),
            })}
          </p>
        );
      }}
    </DataView>
  );
}

function Decision({ cost }: { readonly cost: ManagementCost }) {
  const { t, read } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, control, amount, fundId, fundName } = cost;
  return (
    <ControlPanel
      title={t('costs:decide')}
      control={control}
      changes={[
        {
          id: 'fund',
          what: fundName === null ? fundId : read(fundName),
          before: '—',
          after: (
            <>
              − <Amount money={amount} as="exact" />
            </>
          ),
        },
        { id: 'payee', what: t('costs:payee'), before: '—', after: payeeOf(cost) },
      ]}
      approve={
        may('cost.approve') ? (
          <ActionButton
            label={t('workspace:control.approve')}
            question={t('costs:approveQuestion', { amount: formatExact(amount), payee: payeeOf(cost) })}
            kind="urgent"
            run={() => runMutation(client, ApproveManagementCost, { id, digest: control.digest })}
          />
        ) : null
      }
      execute={may('cost.pay') ? <PayForm id={id} digest={control.digest} /> : null}
      {...(may('cost.propose')
        ? {
            withdraw: (
              <ActionButton
                label={t('costs:withdraw')}
                kind="quiet"
                run={() => runMutation(client, WithdrawManagementCost, { id })}
              />
            ),
          }
        : {})}
    />
  );
}

function PayForm({ id, digest }: { readonly id: string; readonly digest: string }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm({
    draft: `pay-cost-${id}`,
    defaults: { paidOn: today(), bankReference: '' },
    send: ({ paidOn, bankReference }) =>
      runMutation(client, PayManagementCost, { input: { id, digest, paidOn, bankReference } }),
    done: () => undefined,
  });
  return (
    <ActionForm state={state} submit={t('costs:pay')}>
      <div className="field-row">
        <TextField {...state.field('paidOn')} type="date" label={t('costs:paidOn')} />
        <TextField {...state.field('bankReference')} label={t('costs:bankReference')} autoComplete="off" />
      </div>
    </ActionForm>
  );
}
