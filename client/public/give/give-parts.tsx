/** Parts of the form for giving that few donors need: several purposes, what will be matched, and a receipt for others. */
import { Choice, SelectField, TextField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { formatExact } from '../../lib/format.ts';
import { paths } from '../paths.ts';
import type { GiveData, MatchTold, NamedCode } from './give-data.ts';

/** Rows for a gift that is split; an empty amount takes the rest, so that the parts always add up to the fen. */
export function SeveralPurposes({ data }: { data: GiveData }) {
  const { t, read } = useLanguage();
  const named = (kind: string, list: readonly NamedCode[]) =>
    list.map(({ code, name }) => ({ value: `${kind}:${code}`, label: read(name) }));
  const options = [
    { value: '', label: t('give:several.unused') },
    { value: 'region', label: t('give:purpose.region.label') },
    ...named('sector', data.sectors),
    ...named('locality', data.localities),
    ...named('project', data.projects),
  ];
  return (
    <div className="purpose">
      <Choice
        id="purpose-several"
        type="radio"
        name="purpose"
        value="several"
        defaultChecked={data.values.purpose === 'several'}
        label={t('give:several.label')}
        hint={t('give:several.consequence')}
      />
      <div className="purpose-detail" id="parts">
        {data.errors.parts !== undefined && <p className="field-error">{data.errors.parts}</p>}
        {data.values.parts.map((part, place) => (
          <div key={place} className="split-row">
            <SelectField
              id={`partTo${place}`}
              name={`partTo${place}`}
              label={t('give:several.to', { number: place + 1 })}
              options={options}
              defaultValue={part.to}
            />
            <TextField
              id={`partAmount${place}`}
              name={`partAmount${place}`}
              label={t('give:several.amount', { number: place + 1 })}
              before="¥"
              inputMode="decimal"
              defaultValue={part.amount}
            />
          </div>
        ))}
      </div>
    </div>
  );
}

/** What the gift will be matched with, as it is filled in now; asking again keeps everything that was typed. */
export function MatchPart({ data: { matches, values } }: { data: GiveData }) {
  const { locale, t } = useLanguage();
  return (
    <section className="match-told" id="matches">
      <h2>{t('give:match.title')}</h2>
      <MatchTerms matches={values.related ? 'related' : matches} />
      {((matches !== null && matches.length > 0) || values.related) && (
        <Choice
          id="related"
          name="related"
          value="yes"
          label={t('give:match.related')}
          hint={t('give:match.relatedHint')}
          defaultChecked={values.related}
        />
      )}
      <button
        className="button button-quiet"
        data-look-again
        type="submit"
        name="look"
        value="matches"
        formAction={`${paths.give(locale)}#matches`}
      >
        {t('give:match.again')}
      </button>
    </section>
  );
}

function MatchTerms({ matches }: { matches: GiveData['matches'] | 'related' }) {
  const { t, read } = useLanguage();
  if (matches === null) return <p>{t('give:match.unknown')}</p>;
  if (matches === 'related') return <p>{t('give:match.notMatched')}</p>;
  if (matches.length === 0) return <p>{t('give:match.none')}</p>;
  return (
    <ul>
      {matches.map((match) => (
        <MatchLine key={read(match.pool)} match={match} />
      ))}
    </ul>
  );
}

function MatchLine({ match }: { match: MatchTold }) {
  const { t, read } = useLanguage();
  const { certainty, refundWindowDays: days, needsEmail } = match;
  const [pool, least, most] = [read(match.pool), formatExact(match.least), formatExact(match.most)];
  if (certainty === 'EXHAUSTED') return <li>{t('give:match.spent', { pool })}</li>;
  return (
    <li>
      {certainty === 'AMPLE'
        ? t('give:match.ample', { pool, most, days })
        : t('give:match.contested', { pool, least, most, days })}
      {needsEmail && ` ${t('give:match.needsEmail')}`}
    </li>
  );
}

export function ReceiptPart({ data }: { data: GiveData }) {
  const { t } = useLanguage();
  return (
    <fieldset className="receipt-title">
      <legend>{t('give:receipt.legend')}</legend>
      <p className="field-hint">{t('give:receipt.hint')}</p>
      <div className="choices">
        {(['individual', 'company'] as const).map((kind) => (
          <Choice
            key={kind}
            id={`payer-${kind}`}
            type="radio"
            name="payerKind"
            value={kind}
            defaultChecked={data.values.payerKind === kind}
            label={t(`give:receipt.${kind}`)}
          />
        ))}
      </div>
      <TextField
        id="payerTitle"
        name="payerTitle"
        label={t('give:receipt.title')}
        hint={t('give:receipt.titleHint')}
        autoComplete="organization"
        defaultValue={data.values.payerTitle}
        error={data.errors.payerTitle}
      />
      <div className="company-only">
        <TextField
          id="creditCode"
          name="creditCode"
          label={t('give:receipt.creditCode')}
          hint={t('give:receipt.creditCodeHint')}
          defaultValue={data.values.creditCode}
          error={data.errors.creditCode}
        />
      </div>
    </fieldset>
  );
}
