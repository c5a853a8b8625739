/**
 * How far a need is covered: a level of water in a channel, with the figures in words. The words come
 * first in the reading order; the drawing repeats them.
 */
import { basisPoints, formatShare, missingOf } from '../lib/format.ts';
import type { MoneyValue } from '../lib/format.ts';
import { Amount } from './amount.tsx';
import { useLanguage } from './locale-context.tsx';

interface NeedProgressProps {
  readonly need: MoneyValue;
  readonly funded: MoneyValue;
  readonly disbursed?: MoneyValue;
  /** Whether it is a need that is being covered or a pledge that is being paid. */
  readonly words?: 'progress' | 'paid';
}

const CHANNEL_WIDTH = 400;

export function NeedProgress({ need, funded, disbursed, words = 'progress' }: NeedProgressProps) {
  const { t } = useLanguage();
  const points = basisPoints(funded, need);
  const missing = missingOf(need, funded);
  const paidPoints = disbursed === undefined ? 0 : basisPoints(disbursed, need);
  return (
    <div className="progress">
      <p className="progress-words">
        <span className="progress-share">{formatShare(points)}</span>{' '}
        <span>{t(`components:${words}.covered`)}</span>
      </p>
      <svg
        className="progress-channel"
        viewBox={`0 0 ${CHANNEL_WIDTH} 10`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect className="channel" width={CHANNEL_WIDTH} height="10" />
        <rect className="water" width={widthOf(points)} height="10" />
        {paidPoints > 0 && <rect className="water-paid" width={widthOf(paidPoints)} height="10" />}
      </svg>
      <dl className="progress-figures">
        <div>
          <dt>{t(`components:${words}.funded`)}</dt>
          <dd>
            <Amount money={funded} />
          </dd>
        </div>
        {disbursed !== undefined && (
          <div>
            <dt>{t('components:progress.disbursed')}</dt>
            <dd>
              <Amount money={disbursed} />
            </dd>
          </div>
        )}
        <div>
          <dt>
            {missing.amountMinor === '0' ? t(`components:${words}.need`) : t(`components:${words}.missing`)}
          </dt>
          <dd>
            <Amount money={missing.amountMinor === '0' ? need : missing} />
          </dd>
        </div>
      </dl>
    </div>
  );
}

function widthOf(points: number): number {
  return (Math.min(points, 10_000) * CHANNEL_WIDTH) / 10_000;
}
