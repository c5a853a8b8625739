/** What every group of localities would pay: by a rule, or group by group. */
import { MOST_IN_TABLE } from '../../../../server/domain/compensation.ts';
import { SelectField, TextAreaField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import type { ActionForm as ActionFormState } from '../../../components/use-action-form.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { fieldOfGroup, fieldOfPlace, groupsOf, type CompensationValues } from './compensation-form.ts';

const YUAN = { before: '¥', inputMode: 'decimal', autoComplete: 'off' } as const;

export function CostFields({ state }: { state: ActionFormState<CompensationValues> }) {
  const { t, read } = useLanguage();
  const region = useRegion();
  const [localities, basis] = state.form.watch(['localities', 'basis']);
  const nameOf = (code: string) => read(nameOfCode(region.localities, code));
  const canTable = localities.length <= MOST_IN_TABLE;
  return (
    <fieldset className="code-choices">
      <legend>{t('compensation:costs.title')}</legend>
      <p className="field-hint">{t('compensation:costs.hint')}</p>
      <SelectField
        {...state.field('basis')}
        label={t('compensation:costs.basis')}
        options={(canTable ? (['rule', 'table'] as const) : (['rule'] as const)).map((value) => ({
          value,
          label: t(`compensation:basis.${value}`),
        }))}
      />
      {basis === 'table' && canTable ? (
        <div className="field-row">
          {groupsOf(localities).map((members) => (
            <TextField
              key={fieldOfGroup(members)}
              {...state.field(`costs.${fieldOfGroup(members)}`)}
              label={t(members.length === 1 ? 'compensation:costs.onlyOne' : 'compensation:costs.together', {
                localities: members.map(nameOf).join(t('common:listSeparator')),
              })}
              {...YUAN}
            />
          ))}
        </div>
      ) : (
        <div className="field-row">
          {localities.map((code) => (
            <TextField
              key={code}
              {...state.field(`standAlone.${fieldOfPlace(code)}`)}
              label={t('compensation:costs.alone', { locality: nameOf(code) })}
              {...YUAN}
            />
          ))}
          <TextField
            {...state.field('shared')}
            label={t('compensation:costs.shared')}
            hint={t('compensation:costs.sharedHint')}
            {...YUAN}
          />
        </div>
      )}
      <TextAreaField
        {...state.field('costsSource')}
        label={t('compensation:costsSource')}
        hint={t('compensation:costs.sourceHint')}
        rows={2}
      />
    </fieldset>
  );
}
