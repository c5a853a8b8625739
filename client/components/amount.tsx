/**
 * An amount of money. Summaries speak in 万 and 亿 (or millions) and carry the exact figure in their
 * machine value and title; tables show the exact figure. A negative amount is told by its sign.
 */
import { formatExact, summaryParts } from '../lib/format.ts';
import type { MoneyValue } from '../lib/format.ts';
import { useLanguage } from './locale-context.tsx';

interface AmountProps {
  readonly money: MoneyValue;
  readonly as?: 'summary' | 'exact';
  /** Where the figure comes from: its report or its ledger entries. */
  readonly href?: string | undefined;
}

export function Amount({ money, as = 'summary', href }: AmountProps) {
  const { locale } = useLanguage();
  const exact = formatExact(money);
  const figure =
    as === 'exact' ? (
      <data className="amount" value={money.amountMinor}>
        {exact}
      </data>
    ) : (
      <SummaryFigure money={money} exact={exact} locale={locale} />
    );
  return href === undefined ? (
    figure
  ) : (
    <a className="amount-link" href={href}>
      {figure}
    </a>
  );
}

function SummaryFigure(props: { money: MoneyValue; exact: string; locale: 'zh-CN' | 'en' }) {
  const { sign, symbol, figure, unit } = summaryParts(props.money, props.locale);
  return (
    <data className="amount" value={props.money.amountMinor} title={props.exact}>
      {sign}
      {symbol}
      {figure}
      {unit !== '' && <span className="amount-unit"> {unit}</span>}
    </data>
  );
}
