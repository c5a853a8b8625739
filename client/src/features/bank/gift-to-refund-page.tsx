/** One gift: what is left of it, its refunds by transfer or the way it came, and proposing and deciding one. */
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { Amount } from '../../../components/amount.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { TextAreaField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { RestrictionChips } from '../../../components/restriction-chips.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { parseYuan } from '../../../lib/amount-input.ts';
import { formatExact, formatInstantDate } from '../../../lib/format.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useRegion } from '../../../lib/region.tsx';
import { namedRestriction } from '../../../lib/restriction-input.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { OtherReturns, Refunds, usePayeeOf } from './refund-tables.tsx';
import {
  ApproveGiftRefund,
  ExecuteGiftRefund,
  OneGiftToRefund,
  ProposeGiftRefund,
  WithdrawGiftRefund,
  type GiftToRefund,
  type GiftRefund,
} from './gift-to-refund.query.ts';

export function GiftToRefundPage() {
  const { t, locale } = useLanguage();
  const { id = '' } = useParams();
  return (
    <DataView reading={useData(OneGiftToRefund, { id })}>
      {({ giftToRefund }) =>
        'data' in giftToRefund ? (
          <Gift gift={giftToRefund.data} />
        ) : (
          <ErrorState title={refusalSentence(giftToRefund, t, locale)} />
        )
      }
    </DataView>
  );
}

function Gift({ gift }: { readonly gift: GiftToRefund }) {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  const region = useRegion();
  const { reference, isOnline, settledAt, total, left, restriction, refunds, others } = gift;
  const open = refunds.filter(({ status }) => status === 'PROPOSED');
  const decided = refunds.filter(({ status }) => status !== 'PROPOSED');
  const isUnderWay = decided.some((one) => one.isOnline && one.status === 'EXECUTED' && !one.isTaken);
  const mayPropose = open.length === 0 && !isUnderWay && left.amountMinor !== '0' && may('refund.propose');
  return (
    <WorkspacePage
      title={t(isOnline ? 'bank:refund.onlineGift' : 'bank:refund.gift')}
      back={
        may('donation.read')
          ? { href: paths.gifts(), name: t('workspace:nav.gifts') }
          : { href: paths.bank(), name: t('workspace:nav.bank') }
      }
      lead={<RestrictionChips restriction={namedRestriction(restriction, region)} />}
    >
      <FactList
        facts={[
          ...(isOnline
            ? []
            : [{ name: t('bank:refund.reference'), value: reference ?? t('bank:refund.unannounced') }]),
          {
            name: t('bank:refund.settledOn'),
            value: settledAt === null ? '—' : formatInstantDate(settledAt, locale),
          },
          { name: t('bank:refund.total'), value: <Amount money={total} as="exact" /> },
          { name: t('bank:refund.left'), value: <Amount money={left} as="exact" /> },
        ]}
      />
      <section className="section" aria-labelledby="refunds">
        <h2 id="refunds">{t('bank:refund.title')}</h2>
        <p className="section-lead">{t(isOnline ? 'bank:refund.onlineLead' : 'bank:refund.lead')}</p>
        {open.map((refund) => (
          <Decision key={refund.id} refund={refund} />
        ))}
        {decided.length > 0 && <Refunds refunds={decided} />}
        {isUnderWay && <p>{t('bank:refund.underWay')}</p>}
        {mayPropose && <ProposeForm gift={gift} />}
        {others.length > 0 && <OtherReturns others={others} />}
      </section>
    </WorkspacePage>
  );
}

function Decision({ refund }: { readonly refund: GiftRefund }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const payeeOf = usePayeeOf();
  const { id, control, amount, reason, isOnline } = refund;
  const seen = { id, digest: control.digest };
  return (
    <>
      <p>{reason}</p>
      <ControlPanel
        title={t('bank:refund.decide')}
        control={control}
        changes={[
          {
            id: 'amount',
            what: t('bank:column.amount'),
            before: '—',
            after: <Amount money={amount} as="exact" />,
          },
          { id: 'payee', what: t('bank:refund.payee'), before: '—', after: payeeOf(refund) },
        ]}
        approve={
          may('refund.approve') ? (
            <ActionButton
              label={t('workspace:control.approve')}
              question={t('bank:refund.approveQuestion', {
                amount: formatExact(amount),
                payee: payeeOf(refund),
              })}
              kind="urgent"
              run={() => runMutation(client, ApproveGiftRefund, seen)}
            />
          ) : null
        }
        execute={
          may('refund.execute') ? (
            <ActionButton
              label={t('bank:refund.execute')}
              question={t(isOnline ? 'bank:refund.executeOnlineQuestion' : 'bank:refund.executeQuestion', {
                amount: formatExact(amount),
                payee: payeeOf(refund),
              })}
              kind="urgent"
              run={() => runMutation(client, ExecuteGiftRefund, seen)}
            />
          ) : null
        }
        {...(may('refund.propose')
          ? {
              withdraw: (
                <ActionButton
                  label={t('bank:refund.withdraw')}
                  kind="quiet"
                  run={() => runMutation(client, WithdrawGiftRefund, { id })}
                />
              ),
            }
          : {})}
      />
    </>
  );
}

interface Values {
  readonly amountMinor: string;
  readonly accountName: string;
  readonly bankName: string;
  readonly accountNumber: string;
  readonly reason: string;
}

const NOTHING: Values = { amountMinor: '', accountName: '', bankName: '', accountNumber: '', reason: '' };

function ProposeForm({ gift: { id: donation, left, isOnline } }: { readonly gift: GiftToRefund }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<Values, unknown>({
    draft: `refund-${donation}`,
    defaults: NOTHING,
    fieldOf: (path) => path.replace(/^payee\./, ''),
    send: async ({ amountMinor: typed, reason, ...payee }, id) => {
      const amountMinor = parseYuan(typed);
      if (amountMinor === null) return faultOf('amountMinor', 'not-an-amount');
      return runMutation(client, ProposeGiftRefund, {
        input: { id, donation, amountMinor, reason, payee: isOnline ? null : payee },
      });
    },
    done: () => {
      state.form.reset(NOTHING);
      notifyDone(t('bank:refund.proposed'));
    },
  });
  return (
    <ActionForm state={state} submit={t('bank:refund.propose')}>
      <TextField
        {...state.field('amountMinor')}
        label={t('workspace:field.amountYuan')}
        hint={t('bank:refund.atMost', { amount: formatExact(left) })}
        before="¥"
        inputMode="decimal"
        autoComplete="off"
      />
      {!isOnline && (
        <div className="field-row">
          <TextField
            {...state.field('accountName')}
            label={t('bank:refund.accountName')}
            autoComplete="off"
          />
          <TextField {...state.field('bankName')} label={t('bank:refund.bankName')} autoComplete="off" />
          <TextField
            {...state.field('accountNumber')}
            label={t('bank:refund.accountNumber')}
            autoComplete="off"
          />
        </div>
      )}
      <TextAreaField {...state.field('reason')} label={t('bank:refund.reason')} rows={2} />
    </ActionForm>
  );
}
