/** The day that balances are shown for, kept in the address; without one they are those of now. */
import { useSearchParams } from 'react-router';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';

export function useAsOf(): string | null {
  const [params] = useSearchParams();
  const day = params.get('asOf') ?? '';
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : null;
}

export function AsOfField() {
  const { t } = useLanguage();
  const [params, setParams] = useSearchParams();
  return (
    <div className="audit-filter">
      <TextField
        id="as-of"
        type="date"
        label={t('ledger:asOf')}
        hint={t('ledger:asOfHint')}
        value={params.get('asOf') ?? ''}
        onChange={(event) => {
          const next = new URLSearchParams(params);
          next.delete('after');
          if (event.target.value === '') next.delete('asOf');
          else next.set('asOf', event.target.value);
          setParams(next, { replace: true });
        }}
      />
    </div>
  );
}
