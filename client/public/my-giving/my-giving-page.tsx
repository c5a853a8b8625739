/**
 * My giving: every gift under one address, what became of each down to what was paid, the receipts, and what the donor
 * may do. Works without script; each step is a small form of its own.
 */
import { Fragment } from 'react';
import { Amount } from '../../components/amount.tsx';
import { Choice, TextField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { StatusBadge, type StatusTone } from '../../components/status-badge.tsx';
import { yuanAsTyped } from '../../lib/amount-input.ts';
import { formatExact, formatInstantDate, yearOf } from '../../lib/format.ts';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';
import { GiftCard } from './gift-card.tsx';
import { GivingFlow } from './giving-flow.tsx';
import { failedOf, type Monthly, type MyGift, type MyGivingData } from './my-giving-data.ts';
import { StepForm } from './step-form.tsx';

const NOTICES = ['stopped', 'amount', 'card', 'receipt', 'corrected', 'statement'] as const;

export const myGivingPage: PublicPage<MyGivingData> = {
  head: (_data, { t }) => ({
    title: t('myGiving:title'),
    description: t('myGiving:lead'),
    private: true,
  }),
  Body: MyGivingBody,
};

function MyGivingBody({ data }: { data: MyGivingData }) {
  const { locale, t } = useLanguage();
  const notice = NOTICES.find((one) => one === data.done);
  return (
    <div className="narrow my-giving">
      <PageHeader
        title={t('myGiving:title')}
        lead={
          <p>
            {t('myGiving:whose', {
              address: data.address,
              until: formatInstantDate(data.linkExpiresAt, locale),
            })}
          </p>
        }
      />
      {notice !== undefined && (
        <p className="notice" role="status">
          {t(`myGiving:notice.${notice}`)}
        </p>
      )}
      {data.failed !== null && (
        <div className="error-summary" role="alert">
          <h2>{t('myGiving:failed')}</h2>
          <p>{data.failed.error}</p>
        </div>
      )}
      <GivingFlow gifts={data.gifts} currency={data.currency} />
      {data.monthly.length > 0 && <MonthlyPart data={data} />}
      <section className="section">
        <h2>{t('myGiving:gifts')}</h2>
        {data.gifts.length === 0 ? (
          <p>
            {t('myGiving:none')} <a href={paths.give(locale)}>{t('common:nav.give')}</a>
          </p>
        ) : (
          data.gifts.map((gift) => <GiftCard key={gift.id} gift={gift} data={data} />)
        )}
      </section>
      <StatementPart data={data} />
      <DataPart data={data} />
    </div>
  );
}

const MONTHLY_TONES: Record<Monthly['status'], StatusTone> = {
  CREATED: 'waiting',
  AWAITING_PAYMENT: 'waiting',
  ACTIVE: 'moving',
  PAST_DUE: 'stopped',
  ENDED: 'done',
  EXPIRED: 'done',
};

function MonthlyPart({ data }: { data: MyGivingData }) {
  const { locale, t } = useLanguage();
  const { monthly, token } = data;
  return (
    <section className="section">
      <h2>{t('myGiving:monthly.title')}</h2>
      {monthly.map((one) => {
        const about = formatExact(one.total);
        const failed = failedOf(data, 'amount', one.id);
        const goesOn = (one.status === 'ACTIVE' || one.status === 'PAST_DUE') && !one.stopsAtPeriodEnd;
        return (
          <article key={one.id} className="card">
            <p>
              <StatusBadge tone={MONTHLY_TONES[one.status]}>
                {t(
                  one.stopsAtPeriodEnd
                    ? 'myGiving:monthly.stopping'
                    : `myGiving:monthly.status.${one.status}`,
                )}
              </StatusBadge>
            </p>
            <p>
              <Amount money={one.total} as="exact" /> {t('myGiving:monthly.each')}
              {one.paidUntil !== null &&
                ` · ${t('myGiving:monthly.paidUntil', { until: formatInstantDate(one.paidUntil, locale) })}`}
            </p>
            {goesOn && (
              <div className="step-forms">
                <StepForm
                  token={token}
                  step="amount"
                  id={one.id}
                  label={t('myGiving:monthly.change')}
                  about={about}
                >
                  <TextField
                    id={`amount-${one.id}`}
                    name="amount"
                    before="¥"
                    inputMode="decimal"
                    autoComplete="off"
                    label={t('myGiving:monthly.newAmount')}
                    defaultValue={failed?.typed['amount'] ?? yuanAsTyped(one.gift.amountMinor)}
                    hint={t('give:amount.limits', {
                      minimum: formatExact(data.minimum),
                      maximum: formatExact(data.maximum),
                    })}
                    error={failed?.error}
                  />
                </StepForm>
                <StepForm
                  token={token}
                  step="card"
                  id={one.id}
                  label={t('myGiving:monthly.card')}
                  about={about}
                />
                <StepForm
                  token={token}
                  step="stop"
                  id={one.id}
                  label={t('myGiving:monthly.stop')}
                  about={about}
                />
              </div>
            )}
          </article>
        );
      })}
    </section>
  );
}

/** The years in which something was given, newest first. */
function yearsOf(gifts: readonly MyGift[]): string[] {
  const years = gifts.flatMap(({ settledAt }) => (settledAt === null ? [] : [yearOf(settledAt)]));
  return [...new Set(years)].sort().reverse();
}

const STATEMENT_STEPS = [
  { step: 'statement-pdf', label: 'myGiving:statement.pdf' },
  { step: 'statement-csv', label: 'myGiving:statement.csv' },
  { step: 'statement', label: 'myGiving:statement.send' },
] as const;

function StatementPart({ data: { gifts, token } }: { data: MyGivingData }) {
  const { t } = useLanguage();
  const years = yearsOf(gifts);
  if (years.length === 0) return null;
  return (
    <section className="section">
      <h2>{t('myGiving:statement.title')}</h2>
      <p>{t('myGiving:statement.text')}</p>
      <div className="step-forms">
        {years.map((year) => (
          <Fragment key={year}>
            {STATEMENT_STEPS.map(({ step, label }) => (
              <StepForm key={step} token={token} step={step} label={t(label, { year })}>
                <input type="hidden" name="year" value={year} />
              </StepForm>
            ))}
          </Fragment>
        ))}
      </div>
    </section>
  );
}

function DataPart({ data }: { data: MyGivingData }) {
  const { t } = useLanguage();
  const { token } = data;
  const failed = failedOf(data, 'erase');
  return (
    <section className="section">
      <h2>{t('myGiving:data.title')}</h2>
      <div className="step-forms">
        <StepForm token={token} step="export" label={t('myGiving:data.export')} />
        <StepForm token={token} step="revoke" label={t('myGiving:data.revoke')} />
      </div>
      <details open={failed !== null}>
        <summary>{t('myGiving:erase.title')}</summary>
        <p>{t('myGiving:erase.text')}</p>
        <StepForm token={token} step="erase" label={t('myGiving:erase.erase')}>
          {failed !== null && <p className="field-error">{failed.error}</p>}
          <Choice id="sure" name="sure" value="yes" label={t('myGiving:erase.sure')} />
        </StepForm>
      </details>
    </section>
  );
}
