/** Puts a kept draft forward for approval, with what is changed by hand in it and why. */
import { useState } from 'react';
import { useFieldArray } from 'react-hook-form';
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextAreaField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { MovedFields, movedOf, Movements, type Moved } from '../../../components/movements.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { parseYuan } from '../../../lib/amount-input.ts';
import { graphql } from '../../../lib/graphql.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
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
  readonly draft: string;
  readonly trial: Computed;
  readonly names: Names;
}

interface ChangeFields {
  readonly fund: string;
  readonly project: string;
  readonly amount: string;
}

export function PutForward({ draft, trial, names }: PutForwardProps) {
  const { t } = useLanguage();
  const { may } = useSession();
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
          ...{ id, draft, reason: values.reason },
          changes: changes.map((change) => ({ ...change, amountMinor: change.amountMinor ?? '0' })),
        },
      });
      setMoved(movedOf(outcome));
      return outcome;
    },
    done: ({ id }) => void navigate(`/allocations/${id}`),
  });
  const rows = useFieldArray({ control: state.form.control, name: 'changes' });
  if (!may('allocation.propose')) return null;
  return (
    <section className="section" aria-labelledby="forward">
      <h2 id="forward">{t('lab:forward.title')}</h2>
      <p className="section-lead">{t('lab:forward.lead')}</p>
      <ActionForm state={state} submit={t('lab:forward.submit')}>
        {rows.fields.map(({ id }, index) => (
          <fieldset className="panel trial" key={id}>
            <legend>{t('lab:forward.change', { number: index + 1 })}</legend>
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
              inputMode="decimal"
              {...state.field(`changes.${index}.amount`)}
            />
            <button type="button" className="link-button" onClick={() => rows.remove(index)}>
              {t('lab:forward.remove', { number: index + 1 })}
            </button>
          </fieldset>
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
    </section>
  );
}
