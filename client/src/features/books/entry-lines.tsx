/** The lines of an entry while it is written: account, side, whose money and why, with both sums below. */
import { useFieldArray } from 'react-hook-form';
import { Amount } from '../../../components/amount.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import type { ActionForm as ActionFormState } from '../../../components/use-action-form.ts';
import { parseYuan } from '../../../lib/amount-input.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import { FundsToBook } from './books.query.ts';

export interface LineValues {
  readonly account: string;
  readonly debit: string;
  readonly credit: string;
  readonly fund: string;
  readonly nature: string;
  readonly partyKind: string;
}

export interface EntryValues {
  readonly kind: 'MANUAL' | 'OPENING_BALANCE';
  readonly effectiveOn: string;
  readonly narrative: string;
  readonly lines: readonly LineValues[];
  readonly documents: string;
}

export const EMPTY_LINE: LineValues = {
  account: '',
  debit: '',
  credit: '',
  fund: 'general',
  nature: '',
  partyKind: '',
};

const NATURES = ['contribution', 'management', 'payment-fees'] as const;
const PARTY_KINDS = ['government', 'enterprise', 'social-organization', 'individual'] as const;
const HELD = [
  ['bank:main', 'books:account.bank_main'],
  ['stripe-clearing', 'books:account.stripe-clearing'],
  ['refund-payable', 'books:account.refund-payable'],
] as const;

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
  const { t } = useLanguage();
  const funds = useFundOptions();
  const at = `lines.${index}` as const;
  const account = state.form.watch(`${at}.account`);
  const kind = state.form.watch('kind');
  const isFund = account === 'fund';
  const natures = kind === 'OPENING_BALANCE' ? (['opening'] as const) : NATURES;
  const yuan = { before: '¥', inputMode: 'decimal', autoComplete: 'off' } as const;
  return (
    <fieldset className="code-choices">
      <legend>{t('books:entry.line', { number: index + 1 })}</legend>
      <div className="field-row">
        <SelectField
          {...state.field(`${at}.account`)}
          label={t('books:entry.account')}
          options={[
            { value: '', label: t('workspace:form.choose') },
            ...HELD.map(([value, name]) => ({ value, label: t(name) })),
            { value: 'fund', label: t('books:account.fund') },
          ]}
        />
        <SelectField {...state.field(`${at}.fund`)} label={t('books:entry.fund')} options={funds} />
        <TextField {...state.field(`${at}.debit`)} label={t('books:entry.debit')} {...yuan} />
        <TextField {...state.field(`${at}.credit`)} label={t('books:entry.credit')} {...yuan} />
      </div>
      {isFund && (
        <div className="field-row">
          <SelectField
            {...state.field(`${at}.nature`)}
            label={t('books:entry.nature')}
            options={[
              { value: '', label: t('workspace:form.choose') },
              ...natures.map((value) => ({ value, label: t(`books:nature.${value}`) })),
            ]}
          />
          <SelectField
            {...state.field(`${at}.partyKind`)}
            label={t('books:entry.partyKind')}
            options={[
              { value: '', label: t('books:entry.noPartyKind') },
              ...PARTY_KINDS.map((value) => ({ value, label: t(`books:partyKind.${value}`) })),
            ]}
          />
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

/** The unrestricted fund first: it is there before anything was booked on it. */
function useFundOptions() {
  const { t, read } = useLanguage();
  const { data } = useData(FundsToBook, {});
  const others = (data?.funds ?? []).filter(({ fund }) => fund.id !== 'general');
  return [
    { value: 'general', label: t('books:account.general') },
    ...others.map(({ fund }) => ({ value: fund.id, label: read(fund.name) })),
  ];
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
      {t('books:entry.debits')} {figure(debits)} · {t('books:entry.credits')} {figure(credits)} ·{' '}
      {debits === credits ? t('books:entry.balanced') : t('books:entry.differs')}
    </p>
  );
}
