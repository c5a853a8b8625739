/** Where a year stands with the limit of management cost: figures beside one another, and in words what they mean. */
import { formatDate, formatExact, formatFineShare, formatShare } from '../lib/format.ts';
import type { ManagementYearAnswer } from '../lib/management-year-fragment.ts';
import { useRegion } from '../lib/region.tsx';
import { Amount } from './amount.tsx';
import { FactList } from './fact-list.tsx';
import { useLanguage } from './locale-context.tsx';
import { StatusBadge } from './status-badge.tsx';

interface ManagementYearProps {
  readonly year: ManagementYearAnswer;
  /** Also what waits for a decision, which a statement of what was booked leaves out. */
  readonly withProposed?: boolean;
}

export function ManagementYear({ year, withProposed = false }: ManagementYearProps) {
  const { t, read, locale } = useLanguage();
  const { currency } = useRegion();
  const amount = (amountMinor: string) => <Amount money={{ amountMinor, currency }} as="exact" />;
  const { limit, standing } = year;
  return (
    <section className="section" aria-labelledby="management-year">
      <h2 id="management-year">{t('costs:year.title', { year: year.from.slice(0, 4) })}</h2>
      <p className="section-lead">
        {t('costs:year.days', {
          from: formatDate(year.from, locale),
          through: formatDate(year.through, locale),
        })}
      </p>
      <FactList
        facts={[
          { name: t('costs:year.management'), value: amount(year.management) },
          ...(withProposed ? [{ name: t('costs:year.proposed'), value: amount(year.proposed) }] : []),
          { name: t('costs:year.total'), value: amount(year.total) },
          ...(standing === null || limit === null
            ? []
            : [
                {
                  name: t('costs:year.allowed', { share: formatShare(limit.shareBasisPoints) }),
                  value: amount(standing.allowed),
                },
                { name: t('costs:year.standing'), value: <Standing standing={standing} /> },
                {
                  name: t('costs:year.source'),
                  value: t('costs:year.sourceSince', {
                    source: read(limit.source),
                    day: formatDate(limit.effectiveOn, locale),
                  }),
                },
              ]),
        ]}
      />
      {standing !== null && limit !== null && <Meaning year={year} standing={standing} limit={limit} />}
    </section>
  );
}

type Standing = NonNullable<ManagementYearAnswer['standing']>;
type Limit = NonNullable<ManagementYearAnswer['limit']>;

function Standing({ standing }: { readonly standing: Standing }) {
  const { t } = useLanguage();
  const { isExempt, isWithin, shareBasisPoints } = standing;
  const share = t('costs:year.share', { share: formatFineShare(shareBasisPoints / 10_000) });
  return (
    <>
      <StatusBadge tone={isWithin ? 'done' : 'wrong'}>
        {t(isExempt ? 'costs:year.exempt' : isWithin ? 'costs:year.within' : 'costs:year.above')}
      </StatusBadge>{' '}
      {share}
    </>
  );
}

interface MeaningProps {
  readonly year: ManagementYearAnswer;
  readonly standing: Standing;
  readonly limit: Limit;
}

function Meaning({ year, standing, limit }: MeaningProps) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  if (!standing.isWithin) return <p className="note">{t('costs:year.aboveNext')}</p>;
  if (year.standingIfPaid?.isWithin === false) return <p className="note">{t('costs:year.aboveIfPaid')}</p>;
  const amount = formatExact({ amountMinor: limit.exemptBelow, currency });
  return <p className="note">{t('costs:year.measured', { amount })}</p>;
}
