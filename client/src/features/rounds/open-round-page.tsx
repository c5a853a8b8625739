/** Opens a round: its name and dates, what it covers, the need in each cell and the weights of localities. */
import { useRef } from 'react';
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { CodeChoices } from '../../../components/restriction-fields.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import type { ActionForm as ActionFormState } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { parseYuan } from '../../../lib/amount-input.ts';
import { graphql } from '../../../lib/graphql.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useRegion } from '../../../lib/region.tsx';
import { today } from '../../../lib/today.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { ruleFieldOf, RuleFields, rulesInput, USUAL_RULES, type RuleValues } from './rule-fields.tsx';

const OpenRound = graphql(
  `
    mutation OpenRound($input: OpenRoundInput!) {
      openRound(input: $input) {
        __typename
        ... on MutationOpenRoundSuccess {
          data {
            code
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

interface Values {
  readonly code: string;
  readonly batch: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly opensOn: string;
  readonly closesOn: string;
  /** Left out where they are the closing. */
  readonly pledgesUntil: string;
  readonly proposalsUntil: string;
  readonly sectors: readonly string[];
  readonly localities: readonly string[];
  readonly source: string;
  /** Amounts in yuan by {@link cellOf}. */
  readonly needs: Readonly<Record<string, string>>;
  readonly rules: RuleValues;
}

/** A field name for the need of a cell; codes of localities are numbers, which alone would name list items. */
const cellOf = (sector: string, locality: string) => `${sector}-in-${locality}`;

interface Need {
  readonly cell: string;
  readonly sector: string;
  readonly locality: string;
  readonly targetMinor: string | null;
}

function needsOf({ sectors, localities, needs }: Values): Need[] {
  return sectors.flatMap((sector) =>
    localities.flatMap((locality) => {
      const cell = cellOf(sector, locality);
      const typed = needs[cell]?.trim() ?? '';
      return typed === '' ? [] : [{ cell, sector, locality, targetMinor: parseYuan(typed) }];
    }),
  );
}

export function OpenRoundPage() {
  const { t } = useLanguage();
  const client = useClient();
  const navigate = useNavigate();
  const sentNeeds = useRef<readonly Need[]>([]);
  const state = useActionForm<Values, { readonly code: string }>({
    draft: 'open-round',
    defaults: {
      code: '',
      batch: '',
      title: { zh: '', en: '' },
      opensOn: today(),
      closesOn: '',
      pledgesUntil: '',
      proposalsUntil: '',
      sectors: [],
      localities: [],
      source: '',
      needs: {},
      rules: USUAL_RULES,
    },
    send: async (values, id) => {
      const needs = needsOf(values);
      sentNeeds.current = needs;
      const unread = needs.find(({ targetMinor }) => targetMinor === null);
      if (unread !== undefined) return faultOf(`needs.${unread.cell}`, 'not-an-amount');
      const choices = rulesInput(values.rules);
      if ('wrong' in choices) return faultOf(choices.wrong, choices.reason);
      const { code, batch, title, opensOn, closesOn, pledgesUntil, proposalsUntil } = values;
      return runMutation(client, OpenRound, {
        input: {
          id,
          code,
          batch,
          title,
          opensOn,
          closesOn,
          pledgesUntil: pledgesUntil === '' ? null : pledgesUntil,
          proposalsUntil: proposalsUntil === '' ? null : proposalsUntil,
          sectors: [...values.sectors],
          localities: [...values.localities],
          ...choices.input,
          needs: needs.map(({ sector, locality, targetMinor }) => ({
            sector,
            locality,
            targetMinor: targetMinor ?? '0',
            source: values.source,
          })),
        },
      });
    },
    fieldOf: (path) => {
      const index = /^needs\[(\d+)\]/.exec(path)?.[1];
      if (index !== undefined) return `needs.${sentNeeds.current[Number(index)]?.cell ?? ''}`;
      if (path === 'title') return 'title.zh';
      return ruleFieldOf(path) ?? path.replace(/\[\d+\].*$/, '');
    },
    done: ({ code }) => {
      notifyDone(t('rounds:open.done'));
      void navigate(`/rounds/${code}`);
    },
  });
  return (
    <WorkspacePage
      title={t('rounds:open.title')}
      back={{ href: paths.rounds(), name: t('workspace:nav.rounds') }}
      lead={<p>{t('rounds:open.lead')}</p>}
    >
      <ActionForm state={state} submit={t('rounds:open.submit')}>
        <NameFields state={state} />
        <ScopeFields state={state} />
        <RuleFields field={(name) => state.field(`rules.${name}`)} />
      </ActionForm>
    </WorkspacePage>
  );
}

type State = ActionFormState<Values>;

function NameFields({ state }: { state: State }) {
  const { t } = useLanguage();
  return (
    <>
      <div className="field-row">
        <TextField {...state.field('title.zh')} label={t('workspace:field.nameZh')} />
        <TextField {...state.field('title.en')} label={t('workspace:field.nameEn')} />
      </div>
      <div className="field-row">
        <TextField
          {...state.field('code')}
          label={t('rounds:field.code')}
          hint={t('rounds:field.codeHint')}
          autoComplete="off"
        />
        <TextField
          {...state.field('batch')}
          label={t('rounds:field.batch')}
          hint={t('rounds:field.batchHint')}
        />
      </div>
      <div className="field-row">
        <TextField {...state.field('opensOn')} type="date" label={t('rounds:column.opensOn')} />
        <TextField {...state.field('closesOn')} type="date" label={t('rounds:column.closesOn')} />
      </div>
      <div className="field-row">
        <TextField
          {...state.field('pledgesUntil')}
          type="date"
          label={t('rounds:field.pledgesUntil')}
          hint={t('rounds:field.untilHint')}
        />
        <TextField
          {...state.field('proposalsUntil')}
          type="date"
          label={t('rounds:field.proposalsUntil')}
          hint={t('rounds:field.untilHint')}
        />
      </div>
    </>
  );
}

function ScopeFields({ state }: { state: State }) {
  const { t, read } = useLanguage();
  const region = useRegion();
  const [sectors, localities] = state.form.watch(['sectors', 'localities']);
  const rows = region.sectors.filter(({ code }) => sectors.includes(code));
  const columns = region.localities.filter(({ code }) => localities.includes(code));
  return (
    <>
      <CodeChoices legend={t('rounds:field.sectors')} list={region.sectors} field={state.field('sectors')} />
      <CodeChoices
        legend={t('rounds:field.localities')}
        list={region.localities}
        field={state.field('localities')}
      />
      {rows.length > 0 && columns.length > 0 && (
        <fieldset className="code-choices">
          <legend>{t('rounds:needs.title')}</legend>
          <p className="field-hint">{t('rounds:needs.hint')}</p>
          {rows.map((sector) => (
            <div key={sector.code} className="field-row">
              {columns.map((locality) => (
                <TextField
                  key={locality.code}
                  {...state.field(`needs.${cellOf(sector.code, locality.code)}`)}
                  label={t('common:project.place', {
                    locality: read(locality.name),
                    sector: read(sector.name),
                  })}
                  before="¥"
                  inputMode="decimal"
                  autoComplete="off"
                />
              ))}
            </div>
          ))}
          <TextField
            {...state.field('source')}
            label={t('rounds:needs.source')}
            hint={t('rounds:needs.sourceHint')}
          />
        </fieldset>
      )}
    </>
  );
}
