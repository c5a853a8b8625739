/**
 * Giving, on one page, without script: how much, for what, under which name; then the payment page. What
 * was typed comes back with its errors beside the fields, and a page sent twice makes one donation.
 */
import { Choice, SelectField, TextAreaField, TextField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { formatExact } from '../../lib/format.ts';
import type { Translate } from '../../lib/i18n.ts';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';
import type { GiftTold, GiveData, NamedCode } from './give-data.ts';
import { MatchPart, ReceiptPart, SeveralPurposes } from './give-parts.tsx';

export const givePage: PublicPage<GiveData> = {
  head: (_data, { t }) => ({ title: t('give:title'), description: t('give:description') }),
  Body: GiveBody,
};

function GiveBody({ data }: { data: GiveData }) {
  const { locale, t } = useLanguage();
  return (
    <div className="narrow">
      <PageHeader title={t('give:title')} lead={<p>{t('give:lead')}</p>} />
      <ErrorSummary data={data} />
      <form
        className="form"
        method="post"
        action={paths.give(locale)}
        data-submit-once={t('give:sending')}
        data-offline={t('give:offline')}
        data-give={toldWords(data, t)}
        noValidate
      >
        <input type="hidden" name="idempotencyKey" value={data.idempotencyKey} />
        <input type="hidden" name="proof" data-proof-of={data.idempotencyKey} />
        {/* The Enter key presses the first button of a form: it must be the one that pays. */}
        <button className="visually-hidden" type="submit" tabIndex={-1} aria-hidden="true">
          {t('give:pay')}
        </button>
        <AmountPart data={data} />
        <PurposePart data={data} />
        <MatchPart data={data} />
        <GiverPart data={data} />
        <ReceiptPart data={data} />
        <p className="note-small">{t('give:after')}</p>
        <div className="pay-bar">
          <p className="field-error" role="alert" data-offline-told hidden />
          <output className="pay-told" htmlFor="amount coverFee" data-gift-told hidden />
          <button className="button button-wide" type="submit">
            {t('give:pay')}
          </button>
        </div>
      </form>
    </div>
  );
}

/** What the script needs to say, before the payment page, what will be paid. */
function toldWords({ feeCoverRate, minimum }: GiveData, t: Translate): string {
  const words: GiftTold = {
    rate: feeCoverRate,
    currency: minimum.currency,
    once: t('give:told.once'),
    monthly: t('give:told.monthly'),
    transfer: t('give:told.transfer'),
    withFee: t('give:told.withFee'),
  };
  return JSON.stringify(words);
}

/** As they stand on the page. */
const IN_ORDER = [
  ...(['amount', 'sector', 'locality', 'project', 'parts', 'email', 'name'] as const),
  ...(['dedication', 'message', 'payerTitle', 'creditCode'] as const),
];

function ErrorSummary({ data }: { data: GiveData }) {
  const { t } = useLanguage();
  const { form, ...fields } = data.errors;
  const wrong = IN_ORDER.flatMap((field) => {
    const text = fields[field];
    return text === undefined ? [] : [[field, text] as const];
  });
  if (form === undefined && wrong.length === 0) return null;
  return (
    <div className="error-summary" role="alert">
      <h2>{t(wrong.length === 0 ? 'give:notBegun' : 'give:errors')}</h2>
      <ul>
        {form !== undefined && <li>{form}</li>}
        {wrong.map(([field, text]) => (
          <li key={field}>
            <a href={`#${field}`}>{text}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function AmountPart({ data }: { data: GiveData }) {
  const { t } = useLanguage();
  return (
    <fieldset>
      <legend>{t('give:amount.legend')}</legend>
      <div className="presets">
        {data.presets.map((preset) => {
          const amount = (BigInt(preset.amountMinor) / 100n).toString();
          return (
            <div key={preset.amountMinor} className="preset">
              <input
                type="radio"
                id={`preset-${amount}`}
                name="preset"
                value={amount}
                defaultChecked={data.values.amount === amount}
                data-fills="amount"
              />
              <label htmlFor={`preset-${amount}`}>{formatExact(preset).replace(/\.00$/, '')}</label>
            </div>
          );
        })}
      </div>
      <TextField
        id="amount"
        name="amount"
        label={t('give:amount.other')}
        before="¥"
        inputMode="decimal"
        hint={t('give:amount.hint', {
          minimum: formatExact(data.minimum),
          maximum: formatExact(data.maximum),
        })}
        error={data.errors.amount}
        defaultValue={
          data.presets.some(({ amountMinor }) => amountMinor === `${data.values.amount}00`)
            ? ''
            : data.values.amount
        }
      />
      <div className="choices">
        {(['once', 'monthly', ...(data.transferOffered ? (['transfer'] as const) : [])] as const).map(
          (rhythm) => (
            <Choice
              key={rhythm}
              id={`rhythm-${rhythm}`}
              type="radio"
              name="rhythm"
              value={rhythm}
              defaultChecked={data.values.rhythm === rhythm}
              label={t(`give:rhythm.${rhythm}.label`)}
              hint={t(`give:rhythm.${rhythm}.hint`)}
            />
          ),
        )}
      </div>
      <Choice
        id="coverFee"
        name="coverFee"
        value="yes"
        label={t('give:fee.label')}
        hint={t('give:fee.hint', {
          rate: `${data.feeCoverRate.basisPoints / 100}%`,
          fixed: formatExact({
            amountMinor: data.feeCoverRate.fixedMinor,
            currency: data.minimum.currency,
          }),
        })}
        defaultChecked={data.values.coverFee}
      />
    </fieldset>
  );
}

function PurposePart({ data }: { data: GiveData }) {
  const { t, read } = useLanguage();
  const options = (list: readonly NamedCode[]) => [
    { value: '', label: t('give:purpose.choose') },
    ...list.map(({ code, name }) => ({ value: code, label: read(name) })),
  ];
  const choices = [
    { purpose: 'region', list: null },
    { purpose: 'sector', list: data.sectors },
    { purpose: 'locality', list: data.localities },
    { purpose: 'project', list: data.projects },
  ] as const;
  return (
    <fieldset>
      <legend>{t('give:purpose.legend')}</legend>
      {choices.map(({ purpose, list }) =>
        list?.length === 0 ? null : (
          <div key={purpose} className="purpose">
            <Choice
              id={`purpose-${purpose}`}
              type="radio"
              name="purpose"
              value={purpose}
              defaultChecked={data.values.purpose === purpose}
              label={t(`give:purpose.${purpose}.label`)}
              hint={t(`give:purpose.${purpose}.consequence`)}
            />
            {list !== null && (
              <div className="purpose-detail">
                <SelectField
                  id={purpose}
                  name={purpose}
                  label={t(`give:purpose.${purpose}.which`)}
                  options={options(list)}
                  defaultValue={data.values[purpose]}
                  error={data.errors[purpose]}
                />
              </div>
            )}
          </div>
        ),
      )}
      <SeveralPurposes data={data} />
    </fieldset>
  );
}

function GiverPart({ data }: { data: GiveData }) {
  const { t } = useLanguage();
  return (
    <fieldset>
      <legend>{t('give:giver.legend')}</legend>
      <TextField
        id="email"
        name="email"
        type="email"
        label={t('give:giver.email')}
        hint={t('give:giver.emailHint')}
        autoComplete="email"
        defaultValue={data.values.email}
        error={data.errors.email}
      />
      <TextField
        id="name"
        name="name"
        label={t('give:giver.name')}
        autoComplete="name"
        defaultValue={data.values.name}
        error={data.errors.name}
      />
      <Choice
        id="named"
        name="named"
        value="yes"
        label={t('give:giver.named')}
        hint={t('give:giver.namedHint')}
        defaultChecked={data.values.named}
      />
      <Words data={data} />
    </fieldset>
  );
}

/** Words to go with the gift; few write any, so they are one tap away. */
function Words({ data }: { data: GiveData }) {
  const { t } = useLanguage();
  const { values, errors } = data;
  const written = [values.dedication, values.message, errors.dedication ?? '', errors.message ?? ''];
  return (
    <details className="more" open={written.some((text) => text !== '')}>
      <summary>{t('give:giver.words')}</summary>
      <TextField
        id="dedication"
        name="dedication"
        maxLength={100}
        label={t('give:giver.dedication')}
        hint={t('give:giver.dedicationHint')}
        defaultValue={data.values.dedication}
        error={data.errors.dedication}
      />
      <TextAreaField
        id="message"
        name="message"
        rows={3}
        maxLength={200}
        label={t('give:giver.message')}
        hint={t('give:giver.messageHint')}
        defaultValue={data.values.message}
        error={data.errors.message}
      />
    </details>
  );
}
