/** The rules of a round as a form holds them: at its opening, and where they change for the days to come. */
import type { ComponentProps } from 'react';
import { Choice, SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { parseYuan } from '../../../lib/amount-input.ts';
import type { VariablesOf } from '../../../lib/graphql.ts';
import { PARTY_KINDS } from '../../../lib/party-kind.ts';
import type { AmendRound } from './round.query.ts';

export type GranteeKind = keyof typeof PARTY_KINDS;

export interface RuleValues {
  readonly level: 'CELL_THEN_PROJECT' | 'PROJECT';
  readonly weightPolicy: {
    readonly measure: 'BUDGET_EXPENDITURE' | 'GDP';
    readonly k: string;
    readonly floor: string;
    readonly ceiling: string;
  };
  /** Yuan; empty for none. */
  readonly capPerProject: string;
  /** None for any. */
  readonly granteeKinds: readonly GranteeKind[];
  readonly everyoneOnly: boolean;
  readonly lowestScore: string;
  readonly refundWindowDays: string;
}

export const USUAL_RULES: RuleValues = {
  level: 'CELL_THEN_PROJECT',
  weightPolicy: { measure: 'BUDGET_EXPENDITURE', k: '3/5', floor: '1/2', ceiling: '3/2' },
  capPerProject: '',
  granteeKinds: [],
  everyoneOnly: false,
  lowestScore: '',
  refundWindowDays: '14',
};

type RulesInput = Pick<
  VariablesOf<typeof AmendRound>['input'],
  'level' | 'weightPolicy' | 'capPerProjectMinor' | 'refundWindowDays' | 'eligibility'
>;

/** The rules as the API takes them, or the field that cannot be read. */
export function rulesInput(
  rules: RuleValues,
): { readonly input: RulesInput } | { readonly wrong: string; readonly reason: string } {
  const { level, weightPolicy, capPerProject, granteeKinds, everyoneOnly, lowestScore } = rules;
  const capPerProjectMinor = capPerProject.trim() === '' ? null : parseYuan(capPerProject);
  if (capPerProjectMinor === null && capPerProject.trim() !== '')
    return { wrong: 'rules.capPerProject', reason: 'not-an-amount' };
  if (!/^\d{1,3}$/.test(rules.refundWindowDays.trim()))
    return { wrong: 'rules.refundWindowDays', reason: 'out-of-range' };
  return {
    input: {
      ...{ level, weightPolicy, capPerProjectMinor },
      refundWindowDays: Number(rules.refundWindowDays),
      eligibility: {
        granteeKinds: granteeKinds.length === 0 ? null : [...granteeKinds],
        everyoneOnly,
        lowestScore: lowestScore.trim() === '' ? null : lowestScore.trim(),
      },
    },
  };
}

/** The field that shows a fault of this path of the input; undefined for what is no rule. */
export function ruleFieldOf(path: string): string | undefined {
  if (path === 'capPerProjectMinor') return 'rules.capPerProject';
  if (path.startsWith('eligibility.')) return `rules.${path.slice('eligibility.'.length)}`;
  if (path.startsWith('weightPolicy') || path === 'level' || path === 'refundWindowDays')
    return `rules.${path}`;
  return undefined;
}

type RuleField =
  | 'level'
  | 'capPerProject'
  | 'granteeKinds'
  | 'everyoneOnly'
  | 'lowestScore'
  | 'refundWindowDays'
  | `weightPolicy.${keyof RuleValues['weightPolicy']}`;

type Registered = Omit<ComponentProps<'input'> & ComponentProps<'select'>, 'id'> & {
  readonly id: string;
  readonly error: string | undefined;
};

interface RuleFieldsProps {
  /** The properties of the field of a rule. */
  readonly field: (name: RuleField) => Registered;
}

export function RuleFields({ field }: RuleFieldsProps) {
  return (
    <>
      <WeightFields field={field} />
      <EligibilityFields field={field} />
    </>
  );
}

function WeightFields({ field }: RuleFieldsProps) {
  const { t } = useLanguage();
  return (
    <fieldset className="code-choices">
      <legend>{t('rounds:weights.title')}</legend>
      <p className="field-hint">{t('rounds:weights.hint')}</p>
      <div className="field-row">
        <SelectField
          {...field('weightPolicy.measure')}
          label={t('rounds:weights.measure')}
          options={(['BUDGET_EXPENDITURE', 'GDP'] as const).map((value) => ({
            value,
            label: t(`rounds:weights.${value}`),
          }))}
        />
        <SelectField
          {...field('level')}
          label={t('rounds:field.level')}
          options={(['CELL_THEN_PROJECT', 'PROJECT'] as const).map((value) => ({
            value,
            label: t(`rounds:level.${value}`),
          }))}
        />
      </div>
      <div className="field-row">
        {(['k', 'floor', 'ceiling'] as const).map((name) => (
          <TextField
            key={name}
            {...field(`weightPolicy.${name}`)}
            label={t(`rounds:weights.${name}`)}
            autoComplete="off"
          />
        ))}
      </div>
    </fieldset>
  );
}

function EligibilityFields({ field }: RuleFieldsProps) {
  const { t } = useLanguage();
  const { error: kindsError, ...kinds } = field('granteeKinds');
  const { error: _, ...everyoneOnly } = field('everyoneOnly');
  return (
    <>
      <fieldset className="code-choices">
        <legend>{t('rounds:rules.granteeKinds')}</legend>
        <p className="field-hint">{t('rounds:rules.granteeKindsHint')}</p>
        {kindsError !== undefined && <p className="field-error">{kindsError}</p>}
        <div className="code-choices-list">
          {(Object.keys(PARTY_KINDS) as GranteeKind[]).map((kind) => (
            <Choice
              key={kind}
              {...kinds}
              id={`granteeKinds-${kind}`}
              value={kind}
              label={t(`common:partyKind.${PARTY_KINDS[kind]}`)}
            />
          ))}
        </div>
        <Choice {...everyoneOnly} label={t('rounds:rules.everyoneOnly')} />
      </fieldset>
      <div className="field-row">
        <TextField
          {...field('lowestScore')}
          label={t('rounds:rules.lowestScore')}
          hint={t('rounds:rules.lowestScoreHint')}
          inputMode="decimal"
          autoComplete="off"
        />
        <TextField
          {...field('capPerProject')}
          label={t('rounds:rules.capPerProject')}
          hint={t('rounds:rules.capPerProjectHint')}
          before="¥"
          inputMode="decimal"
          autoComplete="off"
        />
        <TextField
          {...field('refundWindowDays')}
          label={t('rounds:rules.refundWindowDays')}
          hint={t('rounds:rules.refundWindowDaysHint')}
          inputMode="numeric"
          autoComplete="off"
        />
      </div>
    </>
  );
}
