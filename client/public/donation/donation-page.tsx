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
import { formatInstant } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';

type DonationStatus = 'pending' | 'processing' | 'settled' | 'failed' | 'expired';

interface DonationData {
  readonly id: string;
  readonly status: DonationStatus;
  readonly amount: MoneyValue;
  /** What the donor added for the payment fee. */
  readonly feeCover: MoneyValue;
  readonly restriction: Restriction;
  readonly createdAt: string;
  readonly settledAt: string | null;
  /** The payment page, while the payment can still be made. */
  readonly checkoutUrl: string | null;
}

const TONES: Record<DonationStatus, StatusTone> = {
  pending: 'waiting',
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
      {...(data.status === 'pending' || data.status === 'processing'
        ? { 'data-refresh-seconds': '3', 'aria-live': 'polite' as const }
        : {})}
    >
      <PageHeader
        title={t(`donation:${data.status}.title`)}
        above={<StatusBadge tone={TONES[data.status]}>{t(`donation:${data.status}.status`)}</StatusBadge>}
        lead={<p>{t(`donation:${data.status}.text`)}</p>}
      />
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
            <RestrictionChips restriction={data.restriction} />
          </dd>
        </div>
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

function NextStep({ data }: { data: DonationData }) {
  const { locale, t } = useLanguage();
  switch (data.status) {
    case 'pending':
    case 'processing':
      return (
        <p className="page-actions">
          {data.checkoutUrl !== null && (
            <a className="button" href={data.checkoutUrl}>
              {t('donation:pending.pay')}
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
