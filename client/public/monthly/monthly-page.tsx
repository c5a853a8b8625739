/** Where a monthly gift stands, told truly and as often as it is asked: a month that was not paid is never called paid. */
import { useLanguage } from '../../components/locale-context.tsx';
import { FactList } from '../../components/fact-list.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { StatusBadge, type StatusTone } from '../../components/status-badge.tsx';
import { formatExact, formatInstantDate } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';

type MonthlyStatus = 'CREATED' | 'AWAITING_PAYMENT' | 'ACTIVE' | 'PAST_DUE' | 'ENDED' | 'EXPIRED';

interface MonthlyData {
  readonly id: string;
  readonly status: MonthlyStatus;
  readonly checkoutUrl: string | null;
  readonly paidUntil: string | null;
  readonly total: MoneyValue;
  /** Whoever looks comes back from the payment page. */
  readonly isBack: boolean;
}

const TONES: Record<MonthlyStatus, StatusTone> = {
  CREATED: 'waiting',
  AWAITING_PAYMENT: 'waiting',
  ACTIVE: 'done',
  PAST_DUE: 'stopped',
  ENDED: 'stopped',
  EXPIRED: 'stopped',
};

const waits = ({ status }: MonthlyData): boolean => status === 'CREATED' || status === 'AWAITING_PAYMENT';

/** Which words fit: whoever has just paid is not asked to pay. */
const wordsOf = (data: MonthlyData) => (data.isBack && waits(data) ? 'BACK' : data.status);

export const monthlyPage: PublicPage<MonthlyData> = {
  head: (data, { t }) => ({
    title: t(`donation:monthly.${wordsOf(data)}.title`),
    description: t(`donation:monthly.${wordsOf(data)}.text`),
    private: true,
  }),
  Body: MonthlyBody,
};

function MonthlyBody({ data }: { data: MonthlyData }) {
  const { locale, t } = useLanguage();
  const over = data.status === 'ENDED' || data.status === 'EXPIRED';
  return (
    <div
      className="narrow"
      {...(waits(data) ? { 'data-refresh-seconds': '3', 'aria-live': 'polite' as const } : {})}
    >
      <PageHeader
        title={t(`donation:monthly.${wordsOf(data)}.title`)}
        above={
          <StatusBadge tone={TONES[data.status]}>{t(`myGiving:monthly.status.${data.status}`)}</StatusBadge>
        }
        lead={<p>{t(`donation:monthly.${wordsOf(data)}.text`)}</p>}
      />
      <FactList
        facts={[
          { name: t('donation:monthly.total'), value: formatExact(data.total) },
          ...(data.paidUntil === null
            ? []
            : [{ name: t('donation:monthly.paidUntil'), value: formatInstantDate(data.paidUntil, locale) }]),
          { name: t('donation:fact.reference'), value: data.id },
        ]}
      />
      <p className="page-actions">
        {waits(data) && data.checkoutUrl !== null && (
          <a className={data.isBack ? 'button button-quiet' : 'button'} href={data.checkoutUrl}>
            {t(data.isBack ? 'donation:back.pay' : 'donation:pending.pay')}
          </a>
        )}
        {over ? (
          <a className="button" href={paths.give(locale)}>
            {t('donation:again')}
          </a>
        ) : (
          <a className="button button-quiet" href={paths.givingLink(locale)}>
            {t('myGiving:title')}
          </a>
        )}
      </p>
    </div>
  );
}
