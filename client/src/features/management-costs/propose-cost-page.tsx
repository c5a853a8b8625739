/** Proposing a management cost with its documents: nothing is paid before others approve it. */
import { useRef } from 'react';
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { TextAreaField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { FormPicker } from '../../../components/search-picker.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { parseYuan } from '../../../lib/amount-input.ts';
import { formatExact } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { bringDocuments } from '../../../lib/bring-documents.ts';
import { CostBearers, ProposeManagementCost } from './management-cost.query.ts';

/** As many as the API gives at once; the others are found by their names. */
const MOST_BEARERS = 100;

type Bearers = ResultOf<typeof CostBearers>['costBearers'];

export function ProposeCostPage() {
  const { t } = useLanguage();
  return (
    <WorkspacePage
      title={t('costs:propose')}
      back={{ href: paths.managementCosts(), name: t('workspace:nav.managementCosts') }}
      lead={<p>{t('costs:proposeLead')}</p>}
    >
      <DataView reading={useData(CostBearers, { search: null, only: null })}>
        {({ costBearers }) =>
          costBearers.length === 0 ? (
            <EmptyState title={t('costs:noBearer')} />
          ) : (
            <ProposeForm bearers={costBearers} />
          )
        }
      </DataView>
    </WorkspacePage>
  );
}

function ProposeForm({ bearers }: { readonly bearers: Bearers }) {
  const { t, read } = useLanguage();
  const { currency } = useRegion();
  const client = useClient();
  const navigate = useNavigate();
  const files = useRef<HTMLInputElement>(null);
  const defaults = {
    ...{ fund: bearers[0]?.fund.id ?? '', amountMinor: '', purpose: '', documents: '' },
    ...{ accountName: '', bankName: '', accountNumber: '' },
  };
  const state = useActionForm<typeof defaults, { readonly id: string }>({
    draft: 'propose-cost',
    defaults,
    fieldOf: (path) => path.replace(/^payee\./, ''),
    send: async ({ fund, amountMinor: typed, purpose, accountName, bankName, accountNumber }, id) => {
      const amountMinor = parseYuan(typed);
      if (amountMinor === null) return faultOf('amountMinor', 'not-an-amount');
      const brought = await bringDocuments(id, [...(files.current?.files ?? [])]);
      if (brought.kind !== 'done') return brought;
      const payee = { accountName, bankName, accountNumber };
      return runMutation(client, ProposeManagementCost, {
        input: { id, fund, amountMinor, purpose, payee, documents: [...brought.data] },
      });
    },
    done: ({ id }) => {
      notifyDone(t('costs:proposed'));
      void navigate(`/management-costs/${id}`);
    },
  });
  const choices = ({ costBearers }: ResultOf<typeof CostBearers>) => ({
    found: costBearers.map(({ fund, room }) => ({
      value: fund.id,
      label: t('costs:room', {
        name: read(fund.name),
        amount: formatExact({ amountMinor: room, currency }),
      }),
    })),
    isMore: costBearers.length === MOST_BEARERS,
  });
  return (
    <ActionForm state={state} submit={t('costs:submit')}>
      <FormPicker
        control={state.form.control}
        name="fund"
        label={t('costs:fund')}
        error={state.field('fund').error}
        source={{ query: CostBearers, variables: {}, choices }}
      />
      <TextField
        {...state.field('amountMinor')}
        label={t('workspace:field.amountYuan')}
        before="¥"
        inputMode="decimal"
        autoComplete="off"
      />
      <TextAreaField {...state.field('purpose')} label={t('costs:purpose')} rows={2} />
      <div className="field-row">
        <TextField {...state.field('accountName')} label={t('costs:accountName')} autoComplete="off" />
        <TextField {...state.field('bankName')} label={t('costs:bankName')} autoComplete="off" />
        <TextField {...state.field('accountNumber')} label={t('costs:accountNumber')} autoComplete="off" />
      </div>
      <TextField
        id="documents"
        ref={files}
        type="file"
        multiple
        accept="application/pdf,image/png,image/jpeg"
        label={t('costs:documents')}
        hint={t('costs:documentsHint')}
        error={state.field('documents').error}
      />
    </ActionForm>
  );
}
