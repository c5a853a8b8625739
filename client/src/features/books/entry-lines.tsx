/** The lines of an entry while it is written: account, side, whose money and why, with both sums below. */
import { useFieldArray } from 'react-hook-form';
import { Amount } from '../../../components/amount.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { FormPicker } from '../../../components/search-picker.tsx';
import type { ActionForm as ActionFormState } from '../../../components/use-action-form.ts';
import { useKeptFocus } from '../../../components/use-kept-focus.ts';
import { parseYuan } from '../../../lib/amount-input.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import { AccountsToBook, FundsToBook } from './books.query.ts';
import { CHOSEN_FUND, dimensionsKeptFor, isOnFund } from './line-values.ts';
import type { EntryValues, LineValues } from './line-values.ts';

export const EMPTY_LINE: LineValues = {
  account: '',
  debit: '',
  credit: '',
  fund: 'general',
  nature: '',
  partyKind: '',
  sector: '',
  locality: '',
};

const NATURES = ['contribution', 'management', 'payment-fees'] as const;
const PARTY_KINDS = ['government', 'enterprise', 'social-organization', 'individual'] as const;

type State = ActionFormState<EntryValues>;

export function EntryLines({ state }: { state: State }) {
  const { t } = useLanguage();
  const { fields, append, remove } = useFieldArray({ control: state.form.control, name: 'lines' as never });
  return (
    <fieldset className="code-choices">
      <legend>{t('books:entry.lines')}</legend>
      <p className="field-hint">{t('books:entry.linesHint')}</p>
      {fields.map(({ id }, index) => (
        <EntryLine
          key={id}
          state={state}
          index={index}
          remove={fields.length > 2 ? () => remove(index) : null}
        />
      ))}
      <div className="page-actions">
        <button type="button" className="button button-quiet" onClick={() => append(EMPTY_LINE)}>
          {t('books:entry.addLine')}
        </button>
      </div>
      <Sums lines={state.form.watch('lines')} />
    </fieldset>
  );
}

function EntryLine(props: { state: State; index: number; remove: (() => void) | null }) {
  const { state, index, remove } = props;
  const { t, read } = useLanguage();
  const { sectors, localities } = useRegion();
  const accounts = useAccounts();
  const at = `lines.${index}` as const;
  const account = state.form.watch(`${at}.account`);
  const kind = state.form.watch('kind');
  const isFund = isOnFund(account);
  const kept = dimensionsKeptFor(account);
  const optional = (choices: readonly { value: string; label: string }[]) => [
    { value: '', label: t('books:entry.notStated') },
    ...choices,
  ];
  const natures = kind === 'OPENING_BALANCE' ? (['opening'] as const) : NATURES;
  const yuan = { before: '¥', inputMode: 'decimal', autoComplete: 'off' } as const;
  const part = useKeptFocus<HTMLFieldSetElement>();
  return (
    <fieldset className="code-choices" ref={part}>
      <legend>{t('books:entry.line', { number: index + 1 })}</legend>
      <div className="field-row">
        <SelectField
          {...state.field(`${at}.account`)}
          label={t('books:entry.account')}
          options={[
            { value: '', label: t('workspace:form.choose') },
            ...accounts.map(({ value, label }) => ({ value, label })),
          ]}
        />
        {!account.startsWith('fund:') && (
          <FormPicker
            control={state.form.control}
            name={`${at}.fund`}
            label={t('books:entry.fund')}
            error={state.field(`${at}.fund`).error}
            source={{
              query: FundsToBook,
              variables: {},
              choices: ({ funds: { items, next } }: ResultOf<typeof FundsToBook>) => ({
                found: items
                  .filter(({ fund }) => fund.id !== 'general')
                  .map(({ fund }) => ({ value: fund.id, label: read(fund.name) })),
                isMore: next !== null,
              }),
              // There before anything was booked on it.
              fixed: account === CHOSEN_FUND ? [] : [{ value: 'general', label: t('books:account.general') }],
            }}
          />
        )}
      </div>
      <div className="field-row">
        <TextField {...state.field(`${at}.debit`)} label={t('books:entry.debit')} {...yuan} />
        <TextField {...state.field(`${at}.credit`)} label={t('books:entry.credit')} {...yuan} />
      </div>
      {(isFund || kept.length > 0) && (
        <div className="field-row">
          {isFund && (
            <SelectField
              {...state.field(`${at}.nature`)}
              label={t('books:entry.nature')}
              options={[
                { value: '', label: t('workspace:form.choose') },
                ...natures.map((value) => ({ value, label: t(`books:nature.${value}`) })),
              ]}
            />
          )}
          {kept.includes('partyKind') && (
            <SelectField
              {...state.field(`${at}.partyKind`)}
              label={t('books:entry.partyKind')}
              options={optional(
                PARTY_KINDS.map((value) => ({ value, label: t(`books:partyKind.${value}`) })),
              )}
            />
          )}
          {kept.includes('sector') && (
            <SelectField
              {...state.field(`${at}.sector`)}
              label={t('journal:filter.sector')}
              options={optional(sectors.map(({ code, name }) => ({ value: code, label: read(name) })))}
            />
          )}
          {kept.includes('locality') && (
            <SelectField
              {...state.field(`${at}.locality`)}
              label={t('journal:filter.locality')}
              options={optional(localities.map(({ code, name }) => ({ value: code, label: read(name) })))}
            />
          )}
        </div>
      )}
      {remove !== null && (
        <button type="button" className="link-button" onClick={remove}>
          {t('books:entry.removeLine', { number: index + 1 })}
        </button>
      )}
    </fieldset>
  );
}

/** The one list of accounts: those of the chart that a person may book on, in its order. */
function useAccounts() {
  const { read } = useLanguage();
  const { data } = useData(AccountsToBook, {});
  const accounts = data?.handAccounts ?? [];
  return accounts.map(({ kind, account, name }) => {
    const isOneOfMany = accounts.filter((other) => other.kind === kind).length > 1;
    return {
      value: account ?? CHOSEN_FUND,
      label: isOneOfMany ? `${read(name)} ${account ?? ''}` : read(name),
    };
  });
}

/** What both sides come to so far; what cannot be read counts as nothing yet. */
function Sums({ lines }: { lines: readonly LineValues[] }) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  const sumOf = (side: 'debit' | 'credit') =>
    lines.reduce((sum, line) => sum + BigInt(parseYuan(line[side]) ?? '0'), 0n);
  const [debits, credits] = [sumOf('debit'), sumOf('credit')];
  const figure = (amount: bigint) => <Amount money={{ amountMinor: String(amount), currency }} as="exact" />;
  return (
    <p role="status">
      {t('books:entry.debits')} {figure(debits)} · {t('books:entry.credits')} {figure(credits)}
      {(debits > 0n || credits > 0n) && ' · '}
      {debits !== credits && t('books:entry.differs')}
      {debits === credits && debits > 0n && t('books:entry.balanced')}
    </p>
  );
}
