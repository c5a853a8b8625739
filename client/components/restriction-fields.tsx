/** Chooses what money may be used for: any sector or locality unless some are ticked. */
import type { ComponentProps } from 'react';
import { useRegion } from '../lib/region.tsx';
import { Choice } from './form-field.tsx';
import { useLanguage } from './locale-context.tsx';

type Registration = Omit<ComponentProps<'input'>, 'id'> & { readonly error: string | undefined };

interface RestrictionFieldsProps {
  readonly sectors: Registration;
  readonly localities: Registration;
}

export function RestrictionFields({ sectors, localities }: RestrictionFieldsProps) {
  const { t } = useLanguage();
  const region = useRegion();
  return (
    <div className="restriction-fields">
      <CodeChoices legend={t('workspace:restriction.sectors')} list={region.sectors} field={sectors} />
      <CodeChoices
        legend={t('workspace:restriction.localities')}
        list={region.localities}
        field={localities}
      />
    </div>
  );
}

interface CodeChoicesProps {
  readonly legend: string;
  readonly list: ReturnType<typeof useRegion>['sectors'];
  readonly field: Registration;
  readonly hint?: string;
}

/** A list of codes by name, any number of which may be ticked. */
export function CodeChoices({ legend, list, field, hint }: CodeChoicesProps) {
  const { read } = useLanguage();
  const { error, ...input } = field;
  return (
    <fieldset className="code-choices">
      <legend>{legend}</legend>
      {hint !== undefined && <p className="field-hint">{hint}</p>}
      {error !== undefined && <p className="field-error">{error}</p>}
      <div className="code-choices-list">
        {list.map(({ code, name }) => (
          <Choice key={code} {...input} id={`${input.name ?? ''}-${code}`} value={code} label={read(name)} />
        ))}
      </div>
    </fieldset>
  );
}
