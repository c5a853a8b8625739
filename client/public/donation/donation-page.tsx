/**
 * Where a donation stands, told truly and as often as it is asked: a payment that has not arrived is
 * never called received.
 */
import { Amount } from '../../components/amount.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { RestrictionChips } from '../../components/restriction-chips.tsx';
import type { Restriction } from '../../components/restriction-chips.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import type { StatusTone } from '../../components/status-badge.tsx';
import { formatDate, formatExact, formatInstant } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import { spacedReference } from '../../../server/domain/transfer-reference.ts';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';

type DonationStatus = 'pending' | 'back' | 'transfer' | 'processing' | 'settled' | 'failed' | 'expired';

interface DonationData {
  readonly id: string;
  readonly status: DonationStatus;
  readonly amount: MoneyValue;
  /** What the donor added for the payment fee. */
  readonly feeCover: MoneyValue;
  /** At least one; they sum to the gift. */
  readonly parts: readonly { readonly amount: MoneyValue; readonly restriction: Restriction }[];
  /** What sponsors' pools add to it, as far as it is known. */
  readonly matches: readonly {
    readonly stage: 'WAITING' | 'HELD' | 'FINAL';
    readonly amount: MoneyValue;
    readonly finalOn: string;
  }[];
  readonly createdAt: string;
  readonly settledAt: string | null;
  /** The payment page, while the payment can still be made. */
  readonly checkoutUrl: string | null;
  /** Where to transfer the gift, while its transfer is awaited. */
  readonly transfer: {
    readonly reference: string;
    readonly accountName: string;
    readonly bankName: string;
    readonly accountNumber: string;
  } | null;
}

const TONES: Record<DonationStatus, StatusTone> = {
  pending: 'waiting',
  back: 'moving',
  transfer: 'waiting',
  processing: 'moving',
  settled: 'done',
  failed: 'stopped',
  expired: 'stopped',
};

export const donationPage: PublicPage<DonationData> = {
  head: (data, { t }) => ({
    title: t(`donation:${data.status}.title`),
    description: t(`donation:${data.status}.text`),
    private: true,
  }),
  Body: DonationBody,
};

function DonationBody({ data }: { data: DonationData }) {
  const { locale, t } = useLanguage();
  return (
    <div
      className="narrow"
      {...(['pending', 'back', 'processing'].includes(data.status)
        ? { 'data-refresh-seconds': '3', 'aria-live': 'polite' as const }
        : {})}
    >
      <PageHeader
        title={t(`donation:${data.status}.title`)}
        above={<StatusBadge tone={TONES[data.status]}>{t(`donation:${data.status}.status`)}</StatusBadge>}
        lead={<p>{t(`donation:${data.status}.text`)}</p>}
      />
      {data.transfer !== null && <TransferFacts transfer={data.transfer} />}
      <dl className="facts">
        <div>
          <dt>{t('donation:fact.amount')}</dt>
          <dd>
            <Amount money={data.amount} as="exact" />
          </dd>
        </div>
        {data.feeCover.amountMinor !== '0' && (
          <div>
            <dt>{t('donation:fact.fee')}</dt>
            <dd>
              <Amount money={data.feeCover} as="exact" />
            </dd>
          </div>
        )}
        <div>
          <dt>{t('donation:fact.purpose')}</dt>
          <dd>
            {data.parts.map(({ amount, restriction }, place) => (
              <div key={place} className="gift-part">
                {data.parts.length > 1 && <Amount money={amount} as="exact" />}
                <RestrictionChips restriction={restriction} />
              </div>
            ))}
          </dd>
        </div>
        {data.matches.length > 0 && (
          <div>
            <dt>{t('donation:fact.match')}</dt>
            <dd>
              {data.matches.map(({ stage, amount, finalOn }, place) => (
                <div key={place}>
                  {t(`donation:match.${stage}`, {
                    amount: formatExact(amount),
                    on: formatDate(finalOn, locale),
                  })}
                </div>
              ))}
            </dd>
          </div>
        )}
        <div>
          <dt>{data.settledAt === null ? t('donation:fact.started') : t('donation:fact.settled')}</dt>
          <dd>{formatInstant(data.settledAt ?? data.createdAt, locale)}</dd>
        </div>
        <div>
          <dt>{t('donation:fact.reference')}</dt>
          <dd className="code">{data.id}</dd>
        </div>
      </dl>
      <NextStep data={data} />
    </div>
  );
}

/** What a donor copies into the form of their own bank. */
function TransferFacts({ transfer }: { transfer: NonNullable<DonationData['transfer']> }) {
  const { t } = useLanguage();
  const facts = [
    ['reference', spacedReference(transfer.reference)],
    ['accountName', transfer.accountName],
    ['bankName', transfer.bankName],
    ['accountNumber', transfer.accountNumber],
  ] as const;
  return (
    <section className="section">
      <h2>{t('donation:transfer.how')}</h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`donation:transfer.${name}`)}</dt>
            <dd className={name === 'reference' || name === 'accountNumber' ? 'code' : undefined}>{value}</dd>
          </div>
        ))}
      </dl>
      <p>{t('donation:transfer.write')}</p>
    </section>
  );
}

function NextStep({ data }: { data: DonationData }) {
  const { locale, t } = useLanguage();
  switch (data.status) {
    case 'pending':
    case 'back':
    case 'processing':
      return (
        <p className="page-actions">
          {data.checkoutUrl !== null && (
            <a className={data.status === 'back' ? 'button button-quiet' : 'button'} href={data.checkoutUrl}>
              {t(data.status === 'back' ? 'donation:back.pay' : 'donation:pending.pay')}
            </a>
          )}
          <a className="button button-quiet" href={paths.donation(locale, data.id)}>
            {t('donation:pending.refresh')}
          </a>
        </p>
      );
    case 'settled':
      return (
        <p className="page-actions">
          <a className="button" href={paths.reports(locale)}>
            {t('donation:settled.follow')}
          </a>
          <a className="button button-quiet" href={paths.verify(locale, { gift: data.id })}>
            {t('donation:settled.verify')}
          </a>
          <a className="button button-quiet" href={paths.home(locale)}>
            {t('donation:settled.home')}
          </a>
        </p>
      );
    case 'transfer':
      return (
        <p className="page-actions">
          <a className="button button-quiet" href={paths.donation(locale, data.id)}>
            {t('donation:pending.refresh')}
          </a>
        </p>
      );
    case 'failed':
    case 'expired':
      return (
        <p className="page-actions">
          <a className="button" href={paths.give(locale)}>
            {t('donation:again')}
          </a>
        </p>
      );
  }
}
