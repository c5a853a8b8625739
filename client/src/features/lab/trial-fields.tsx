/** The settings of one trial: the rule, what is raised, and the weights of localities and sectors. */
import { useId } from 'react';
import {
  faultsOfTrial,
  TRIAL_LEVELS,
  TRIAL_RULES,
  type CodeWeight,
  type TrialSettings,
} from '../../../../server/domain/allocation-lab.ts';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useKeptFocus } from '../../../components/use-kept-focus.ts';
import { faultSentence } from '../../../lib/refusal-sentence.ts';
import { useRegion } from '../../../lib/region.tsx';

interface TrialFieldsProps {
  readonly name: string;
  readonly settings: TrialSettings;
  readonly change: (settings: TrialSettings) => void;
  readonly remove: (() => void) | null;
}

export function TrialFields({ name, settings, change, remove }: TrialFieldsProps) {
  const { t } = useLanguage();
  const region = useRegion();
  const id = useId();
  const faults = useFaults(settings);
  const part = useKeptFocus<HTMLFieldSetElement>();
  return (
    <fieldset className="panel trial" ref={part}>
      <legend>{name}</legend>
      <SelectField
        id={`${id}-rule`}
        label={t('lab:field.rule')}
        value={settings.rule}
        options={TRIAL_RULES.map((rule) => ({ value: rule, label: t(`lab:rule.${rule}`) }))}
        onChange={({ target }) => {
          const rule = TRIAL_RULES.find((one) => one === target.value);
          if (rule !== undefined) change({ ...settings, rule });
        }}
      />
      {settings.rule === 'leximin' && (
        <>
          <SelectField
            id={`${id}-level`}
            label={t('lab:field.level')}
            value={settings.level}
            options={TRIAL_LEVELS.map((level) => ({ value: level, label: t(`lab:level.${level}`) }))}
            onChange={({ target }) => {
              const level = TRIAL_LEVELS.find((one) => one === target.value);
              if (level !== undefined) change({ ...settings, level });
            }}
          />
          <details>
            <summary>{t('lab:field.weights')}</summary>
            <p className="field-hint">{t('lab:field.weightsHint')}</p>
            <Weights
              id={`${id}-locality`}
              list={region.localities}
              weights={settings.localityWeights}
              faultOf={(index) => faults.get(`settings.localityWeights[${index}].weight`)}
              change={(localityWeights) => change({ ...settings, localityWeights })}
            />
            <Weights
              id={`${id}-sector`}
              list={region.sectors}
              weights={settings.sectorWeights}
              faultOf={(index) => faults.get(`settings.sectorWeights[${index}].weight`)}
              change={(sectorWeights) => change({ ...settings, sectorWeights })}
            />
          </details>
        </>
      )}
      {remove !== null && (
        <button type="button" className="link-button" onClick={remove}>
          {t('lab:trial.remove', { name })}
        </button>
      )}
    </fieldset>
  );
}

/** Faults of the settings by their path, in words. */
function useFaults(settings: TrialSettings): ReadonlyMap<string, string> {
  const { t } = useLanguage();
  const codes = (weights: readonly CodeWeight[]) => new Set(weights.map(({ code }) => code));
  const known = { localities: codes(settings.localityWeights), sectors: codes(settings.sectorWeights) };
  return new Map(faultsOfTrial(settings, known).map((fault) => [fault.path, faultSentence(fault, t)]));
}

interface WeightsProps {
  readonly id: string;
  readonly list: ReturnType<typeof useRegion>['sectors'];
  readonly weights: readonly CodeWeight[];
  readonly faultOf: (index: number) => string | undefined;
  readonly change: (weights: readonly CodeWeight[]) => void;
}

function Weights({ id, list, weights, faultOf, change }: WeightsProps) {
  const { read } = useLanguage();
  return (
    <div className="trial-weights">
      {list.map(({ code, name }) => {
        const index = weights.findIndex((one) => one.code === code);
        return (
          <TextField
            key={code}
            id={`${id}-${code}`}
            label={read(name)}
            placeholder="1"
            value={weights[index]?.weight ?? ''}
            error={index < 0 ? undefined : faultOf(index)}
            onChange={({ target }) => change(withWeight(weights, code, target.value.trim()))}
          />
        );
      })}
    </div>
  );
}

function withWeight(weights: readonly CodeWeight[], code: string, weight: string): CodeWeight[] {
  const others = weights.filter((one) => one.code !== code);
  return weight === '' ? others : [...others, { code, weight }];
}
