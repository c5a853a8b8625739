/** Puts a kept draft forward for approval, with what is changed by hand in it and why. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useFieldArray } from 'react-hook-form';
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { explainLine } from '../../../../server/domain/allocation-lab.ts';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextAreaField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { MovedFields, movedOf, Movements, type Moved } from '../../../components/movements.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { useKeptFocus } from '../../../components/use-kept-focus.ts';
import { parseYuan } from '../../../lib/amount-input.ts';
import { formatExact } from '../../../lib/format.ts';
import { graphql } from '../../../lib/graphql.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import type { Names } from './trial-outcome.tsx';
import type { Computed } from './use-trials.ts';

const PutDraftForward = graphql(
  `
    mutation PutDraftForward($input: PutDraftForwardInput!) {
      putDraftForward(input: $input) {
        __typename
        ... on MutationPutDraftForwardSuccess {
          data {
            id
          }
        }
        ...RefusalFields
        ...MovedFields
      }
    }
  `,
  [RefusalFields, MovedFields],
);

interface PutForwardProps {
  readonly draft: { readonly id: string; readonly name: string };
  /** Whether it computes what the round has published. */
  readonly follows: boolean;
  /** Whether its settings on the bench are no longer those that were kept. */
  readonly changedOnBench: boolean;
  readonly rulesVersion: number;
  /** The draft as it was kept. */
  readonly trial: Computed;
  readonly names: Names;
}

interface ChangeFields {
  readonly fund: string;
  readonly project: string;
  readonly amount: string;
}

export function PutForward(props: PutForwardProps) {
  const { draft, follows, changedOnBench, rulesVersion } = props;
  const { t } = useLanguage();
  const { may } = useSession();
  if (!may('allocation.propose')) return null;
  return (
    <section className="section" aria-labelledby="forward">
      <h2 id="forward">{t('lab:forward.title', { name: draft.name })}</h2>
      <p className="section-lead">{t('lab:forward.lead')}</p>
      {changedOnBench && <p className="note">{t('lab:forward.changedOnBench')}</p>}
      {follows ? (
        <ForwardForm {...props} />
      ) : (
        <p className="note">{t('lab:forward.departs', { version: rulesVersion })}</p>
      )}
    </section>
  );
}

function ForwardForm({ draft, trial, names }: PutForwardProps) {
  const { t } = useLanguage();
  const client = useClient();
  const navigate = useNavigate();
  const [moved, setMoved] = useState<Moved>([]);
  const first = {
    fund: trial.problem.funds[0]?.id ?? '',
    project: trial.problem.projects[0]?.id ?? '',
    amount: '',
  };
  const state = useActionForm({
    draft: null,
    defaults: { reason: '', changes: [] as ChangeFields[] },
    fieldOf: (path) =>
      path.replace(/^changes\[(\d+)\](?:\.(\w+))?$/, (_path, index: string, name?: string) =>
        ['changes', index, name === 'fund' || name === 'project' ? name : 'amount'].join('.'),
      ),
    send: async (values, id) => {
      const changes = values.changes.map(({ fund, project, amount }) => ({
        ...{ fund, project },
        amountMinor: parseYuan(amount),
      }));
      const wrong = changes.findIndex(({ amountMinor }) => amountMinor === null);
      if (wrong >= 0) return faultOf(`changes[${wrong}].amountMinor`, 'not-an-amount');
      const outcome = await runMutation(client, PutDraftForward, {
        input: {
          ...{ id, draft: draft.id, reason: values.reason },
          changes: changes.map((change) => ({ ...change, amountMinor: change.amountMinor ?? '0' })),
        },
      });
      setMoved(movedOf(outcome));
      return outcome;
    },
    done: ({ id }) => void navigate(`/allocations/${id}`),
  });
  const rows = useFieldArray({ control: state.form.control, name: 'changes' });
  return (
    <>
      <ActionForm state={state} submit={t('lab:forward.submit')}>
        {rows.fields.map(({ id }, index) => (
          <ChangeFrame key={id} number={index + 1} remove={() => rows.remove(index)}>
            <SelectField
              label={t('lab:line.project')}
              options={trial.problem.projects.map((one) => ({ value: one.id, label: names.project(one.id) }))}
              {...state.field(`changes.${index}.project`)}
            />
            <SelectField
              label={t('lab:why.fund')}
              options={trial.problem.funds.map((one) => ({ value: one.id, label: names.fund(one.id) }))}
              {...state.field(`changes.${index}.fund`)}
            />
            <TextField
              label={t('lab:forward.amount')}
              hint={<AsComputed trial={trial} change={state.form.watch(`changes.${index}`)} />}
              inputMode="decimal"
              {...state.field(`changes.${index}.amount`)}
            />
          </ChangeFrame>
        ))}
        <p>
          <button type="button" className="button button-quiet" onClick={() => rows.append(first)}>
            {t('lab:forward.add')}
          </button>
        </p>
        {rows.fields.length > 0 && (
          <TextAreaField
            label={t('lab:forward.reason')}
            hint={t('lab:forward.reasonHint')}
            rows={3}
            {...state.field('reason')}
          />
        )}
      </ActionForm>
      <Movements moved={moved} />
    </>
  );
}

interface ChangeFrameProps {
  readonly number: number;
  readonly remove: () => void;
  readonly children: ReactNode;
}

function ChangeFrame({ number, remove, children }: ChangeFrameProps) {
  const { t } = useLanguage();
  const part = useKeptFocus<HTMLFieldSetElement>();
  return (
    <fieldset className="panel trial" ref={part}>
      <legend>{t('lab:forward.change', { number })}</legend>
      {children}
      <button type="button" className="link-button" onClick={remove}>
        {t('lab:forward.remove', { number })}
      </button>
    </fieldset>
  );
}

/** What the draft gives where a change is being typed, and what is left to give. */
function AsComputed({ trial, change }: { trial: Computed; change: ChangeFields | undefined }) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  const line = explainLine(trial.problem, trial.result, change?.project ?? '');
  if (line === null) return null;
  const exact = (amountMinor: bigint) => formatExact({ amountMinor: String(amountMinor), currency });
  const fund = line.funds.find((one) => one.fund === change?.fund);
  if (fund === undefined) return <>{t('lab:forward.mayNotPay')}</>;
  return (
    <>
      {t('lab:forward.asComputed', {
        given: exact(fund.givenMinor),
        left: exact(fund.leftMinor),
        lacking: exact(line.needMinor - line.fundedMinor),
      })}
    </>
  );
}
