/** Closing an award with an unspent rest: what is left and where it goes back, proposing it, and deciding on it. */
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { Amount } from '../../../components/amount.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { TextAreaField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { formatExact } from '../../../lib/format.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useSession } from '../../../lib/session.tsx';
import type { Award } from './award-page.tsx';
import {
  ApproveAwardClosing,
  ExecuteAwardClosing,
  ProposeAwardClosing,
  WithdrawAwardClosing,
} from './close-award.query.ts';

type Closing = Award['closings'][number];
type Part = Award['rest'][number];

/** What was returned, what waits for a decision, or the form that proposes it; nothing for those who may do neither. */
export function ClosingSection({ award }: { readonly award: Award }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const executed = award.closings.find(({ status }) => status === 'EXECUTED');
  const waiting = award.closings.find(({ status }) => status === 'PROPOSED');
  const mayPropose = award.status === 'SIGNED' && may('award.propose-closing');
  if (executed === undefined && waiting === undefined && !mayPropose) return null;
  return (
    <section className="section" aria-labelledby="closing">
      <h2 id="closing">{t('awards:closing.title')}</h2>
      {executed !== undefined && (
        <>
          <p>{executed.reason}</p>
          <Parts parts={executed.parts} title={t('awards:closing.done')} />
        </>
      )}
      {executed === undefined && <p className="section-lead">{t('awards:closing.hint')}</p>}
      {waiting !== undefined && <Decision closing={waiting} />}
      {executed === undefined && waiting === undefined && <Proposal award={award} />}
    </section>
  );
}

function Parts({ parts, title }: { readonly parts: readonly Part[]; readonly title: string }) {
  const { read } = useLanguage();
  return (
    <>
      <h3>{title}</h3>
      <FactList
        facts={parts.map(({ fundId, fundName, amount }) => ({
          name: fundName === null ? fundId : read(fundName),
          value: <Amount money={amount} as="exact" />,
        }))}
      />
    </>
  );
}

function Proposal({ award }: { readonly award: Award }) {
  const { t } = useLanguage();
  const owed = award.milestones.some(({ status }) => status === 'ACCEPTED' || status === 'IN_PAYMENT');
  return (
    <>
      <Parts parts={award.rest} title={t('awards:closing.rest')} />
      {owed ? <p>{t('awards:closing.owedFirst')}</p> : <ProposeForm award={award.id} />}
    </>
  );
}

function ProposeForm({ award }: { readonly award: string }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<{ readonly reason: string }, { readonly id: string }>({
    draft: `close-award-${award}`,
    defaults: { reason: '' },
    send: ({ reason }, id) => runMutation(client, ProposeAwardClosing, { id, award, reason }),
    done: () => notifyDone(t('awards:closing.proposed')),
  });
  return (
    <ActionForm state={state} submit={t('awards:closing.propose')}>
      <TextAreaField {...state.field('reason')} label={t('awards:closing.reason')} rows={2} />
    </ActionForm>
  );
}

function Decision({ closing }: { readonly closing: Closing }) {
  const { t, read } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, control, parts, reason } = closing;
  const seen = { id, digest: control.digest };
  const amount = formatExact(closing.amount);
  return (
    <>
      <p>{reason}</p>
      <ControlPanel
        title={t('awards:closing.decide')}
        control={control}
        changes={parts.map((part) => ({
          id: part.fundId,
          what: part.fundName === null ? part.fundId : read(part.fundName),
          before: '—',
          after: (
            <>
              + <Amount money={part.amount} as="exact" />
            </>
          ),
        }))}
        approve={
          may('award.approve-closing') ? (
            <ActionButton
              label={t('workspace:control.approve')}
              question={t('awards:closing.approveQuestion', { amount })}
              kind="urgent"
              run={() => runMutation(client, ApproveAwardClosing, seen)}
            />
          ) : null
        }
        execute={
          may('award.execute-closing') ? (
            <ActionButton
              label={t('awards:closing.execute')}
              question={t('awards:closing.executeQuestion', { amount })}
              kind="urgent"
              run={() => runMutation(client, ExecuteAwardClosing, seen)}
            />
          ) : null
        }
        {...(may('award.propose-closing')
          ? {
              withdraw: (
                <ActionButton
                  label={t('awards:closing.withdraw')}
                  kind="quiet"
                  run={() => runMutation(client, WithdrawAwardClosing, { id })}
                />
              ),
            }
          : {})}
      />
    </>
  );
}
