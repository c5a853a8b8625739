/** One month of the books: its checklist, closing or reopening it under four eyes, and what was decided before. */
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatInstant } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { DECISION_TONES, PERIOD_TONES } from './books-status.ts';
import { PeriodChecklist } from './period-checklist.tsx';
import {
  ApprovePeriodDecision,
  ExecutePeriodDecision,
  OneAccountingPeriod,
  WithdrawPeriodDecision,
  type PeriodDecision,
  type PeriodDetail,
} from './periods.query.ts';
import { ProposeClosing, ProposeReopening } from './propose-period-decision.tsx';

export function PeriodPage() {
  const { t, locale } = useLanguage();
  const { period = '' } = useParams();
  const reading = useData(OneAccountingPeriod, { period });
  return (
    <DataView reading={reading}>
      {({ accountingPeriod }) =>
        'data' in accountingPeriod ? (
          <PeriodBody detail={accountingPeriod.data} />
        ) : (
          <ErrorState title={refusalSentence(accountingPeriod, t, locale)} />
        )
      }
    </DataView>
  );
}

function PeriodBody({ detail }: { detail: PeriodDetail }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const { period, status, decisions } = detail;
  const waiting = decisions.find((decision) => decision.status === 'PROPOSED');
  const mayPropose = waiting === undefined && may('period.propose');
  return (
    <WorkspacePage
      title={t('books:periods.title', { period })}
      back={{ href: paths.periods(), name: t('workspace:nav.periods') }}
      lead={
        <div className="page-facts">
          <StatusBadge tone={PERIOD_TONES[status]}>{t(`books:periods.status.${status}`)}</StatusBadge>
        </div>
      }
    >
      {detail.checklist.length > 0 && <PeriodChecklist detail={detail} />}
      {waiting !== undefined && <Decision detail={detail} decision={waiting} />}
      {mayPropose && status === 'NEXT' && <ProposeClosing detail={detail} />}
      {mayPropose && status === 'CLOSED' && <ProposeReopening period={period} />}
      <History
        decisions={decisions.filter((decision) => decision.status !== 'PROPOSED')}
        currency={detail.currency}
      />
    </WorkspacePage>
  );
}

function Decision({ detail, decision }: { detail: PeriodDetail; decision: PeriodDecision }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, action, control, statements, reason } = decision;
  const seen = { id, digest: control.digest };
  const { currency } = detail;
  const figure = (amountMinor: string) => <Amount money={{ amountMinor, currency }} as="exact" />;
  const compared = (
    [
      ['bank', detail.bankMinor, statements?.bank],
      ['clearing', detail.clearingMinor, statements?.clearing],
    ] as const
  ).flatMap(([name, ledgerMinor, stated]) =>
    stated === undefined
      ? []
      : [
          {
            name: t(`books:periods.stated.${name}`),
            value: (
              <>
                {figure(stated.statedMinor)} · {t('books:periods.byBooks')} {figure(ledgerMinor)}
                {stated.explanation !== '' && ` · ${stated.explanation}`}
              </>
            ),
          },
        ],
  );
  const becomes = action === 'CLOSE' ? ('CLOSED' as const) : ('OPEN' as const);
  return (
    <section className="section" aria-labelledby="decision">
      <h2 id="decision">{t(`books:periods.action.${action}`)}</h2>
      {reason !== '' && <p>{reason}</p>}
      {compared.length > 0 && <FactList facts={compared} />}
      <ControlPanel
        title={t('books:periods.decide')}
        control={control}
        changes={[
          {
            id: 'period',
            what: t('books:periods.title', { period: detail.period }),
            before: t(`books:periods.status.${detail.status}`),
            after: t(`books:periods.status.${becomes}`),
          },
        ]}
        approve={
          may('period.approve') ? (
            <ActionButton
              label={t('workspace:control.approve')}
              question={t(`books:periods.approveQuestion.${action}`, { period: detail.period })}
              kind="urgent"
              run={() => runMutation(client, ApprovePeriodDecision, seen)}
            />
          ) : null
        }
        execute={
          may('period.execute') ? (
            <ActionButton
              label={t(`books:periods.execute.${action}`)}
              question={t(`books:periods.executeQuestion.${action}`, { period: detail.period })}
              kind="urgent"
              run={() => runMutation(client, ExecutePeriodDecision, seen)}
            />
          ) : null
        }
        executor={t('books:periods.executedByOthers')}
        {...(may('period.propose')
          ? {
              withdraw: (
                <ActionButton
                  label={t('books:entry.withdraw')}
                  kind="quiet"
                  run={() => runMutation(client, WithdrawPeriodDecision, { id })}
                />
              ),
            }
          : {})}
      />
    </section>
  );
}

/** What the statements of the month's end said when the books were closed over them. */
function StatedFigures({ statements, currency }: Pick<PeriodDecision, 'statements'> & { currency: string }) {
  const { t } = useLanguage();
  if (statements === null) return null;
  return (
    <ul className="plain-list">
      {(['bank', 'clearing'] as const).map((name) => {
        const { statedMinor, explanation } = statements[name];
        return (
          <li key={name}>
            {t(`books:periods.statedShort.${name}`)}{' '}
            <Amount money={{ amountMinor: statedMinor, currency }} as="exact" />
            {explanation !== '' && ` · ${explanation}`}
          </li>
        );
      })}
    </ul>
  );
}

interface HistoryProps {
  readonly decisions: readonly PeriodDecision[];
  readonly currency: string;
}

function History({ decisions, currency }: HistoryProps) {
  const { t, locale } = useLanguage();
  if (decisions.length === 0) return null;
  return (
    <section className="section" aria-labelledby="decided">
      <h2 id="decided">{t('books:periods.history')}</h2>
      <DataTable
        caption={t('books:periods.history')}
        captionHidden
        rows={decisions}
        rowKey={({ id }) => id}
        empty={null}
        columns={[
          {
            key: 'what',
            heading: t('books:periods.waiting'),
            cell: ({ action }) => t(`books:periods.action.${action}`),
          },
          {
            key: 'status',
            heading: t('books:entry.statusLabel'),
            cell: ({ status }) => (
              <StatusBadge tone={DECISION_TONES[status]}>{t(`books:periods.decided.${status}`)}</StatusBadge>
            ),
          },
          {
            key: 'who',
            heading: t('books:periods.who'),
            cell: ({ control }) =>
              [
                control.proposedBy,
                ...control.approvals,
                ...(control.executedBy === null ? [] : [control.executedBy]),
              ]
                .map(({ name }) => name)
                .join(' → '),
          },
          {
            key: 'when',
            heading: t('books:periods.executedAt'),
            cell: ({ executedAt }) => (executedAt === null ? '' : formatInstant(executedAt, locale)),
          },
          {
            key: 'stated',
            heading: t('books:periods.statements'),
            cell: ({ statements }) => <StatedFigures statements={statements} currency={currency} />,
          },
          { key: 'reason', heading: t('books:periods.reason'), cell: ({ reason }) => reason },
        ]}
      />
    </section>
  );
}
