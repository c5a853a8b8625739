/** What each locality has paid: by our ledger, with the pledges behind the figure, or stated with its source. */
import { Amount } from '../../../components/amount.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import type { ActionForm as ActionFormState } from '../../../components/use-action-form.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import type { LocalizedText } from '../../../lib/locale.ts';
import { fieldOfPlace, type CompensationValues } from './compensation-form.ts';

/** What the ledger says of one locality. */
export interface PaidByLedger {
  readonly locality: string;
  readonly amountMinor: string;
  readonly pledges: readonly {
    readonly fundId: string;
    readonly amountMinor: string;
    readonly name: LocalizedText;
    /** Of the pledge: a government may have several. */
    readonly fundName: LocalizedText | null;
  }[];
}

interface PaidFieldsProps {
  readonly state: ActionFormState<CompensationValues>;
  readonly ledger: readonly PaidByLedger[];
}

export function PaidFields({ state, ledger }: PaidFieldsProps) {
  const { t, read } = useLanguage();
  const region = useRegion();
  const [localities, round, source] = state.form.watch(['localities', 'round', 'source']);
  return (
    <fieldset className="code-choices">
      <legend>{t('compensation:paid.title')}</legend>
      <p className="field-hint">{t('compensation:paid.hint')}</p>
      {localities.map((code) => {
        const place = fieldOfPlace(code);
        const name = read(nameOfCode(region.localities, code));
        const fromLedger = round !== '' && source[place] === 'LEDGER';
        return (
          <div key={code} className="field-row">
            <SelectField
              {...state.field(`source.${place}`)}
              label={t('compensation:paid.sourceOf', { locality: name })}
              options={(round === '' ? (['STATED'] as const) : (['STATED', 'LEDGER'] as const)).map(
                (value) => ({
                  value,
                  label: t(`compensation:source.${value}`),
                }),
              )}
            />
            {fromLedger ? (
              <LedgerFigure figure={ledger.find(({ locality }) => locality === code) ?? null} />
            ) : (
              <>
                <TextField
                  {...state.field(`paid.${place}`)}
                  label={t('compensation:paid.amountOf', { locality: name })}
                  before="¥"
                  inputMode="decimal"
                  autoComplete="off"
                />
                <TextField
                  {...state.field(`note.${place}`)}
                  label={t('compensation:paid.noteOf', { locality: name })}
                />
              </>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

function LedgerFigure({ figure }: { figure: PaidByLedger | null }) {
  const { t, read } = useLanguage();
  const { currency } = useRegion();
  if (figure === null) return <p>{t('compensation:paid.nothing')}</p>;
  const amount = (amountMinor: string) => <Amount money={{ amountMinor, currency }} as="exact" />;
  return (
    <div>
      <p>{amount(figure.amountMinor)}</p>
      <ul className="plain-list">
        {figure.pledges.map(({ fundId, amountMinor, name, fundName }) => (
          <li key={fundId}>
            <a href={paths.journal({ fund: fundId, kind: 'disbursement' })}>{read(fundName ?? name)}</a>{' '}
            {amount(amountMinor)}
          </li>
        ))}
      </ul>
    </div>
  );
}
