import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { CompensationStatement } from './compensation-statement.tsx';
import { LocaleProvider } from './locale-context.tsx';

const line = (locality: string, paidMinor: string, netMinor: string) => ({
  ...{ locality, paidMinor, netMinor },
  ...{ standAloneMinor: '300', extraExact: ['300', '100'], shareExact: '200', shareMinor: '200' },
  savingMinor: '100',
});

const shown = (lines: readonly ReturnType<typeof line>[], unpaidMinor: string) =>
  renderToStaticMarkup(
    <LocaleProvider locale="zh-CN">
      <CompensationStatement
        statement={{
          ...{ lines, transfers: [], inCore: true, objection: null },
          total: { amountMinor: '400', currency: 'CNY' },
          unpaid: { amountMinor: unpaidMinor, currency: 'CNY' },
        }}
        nameOf={(code) => ({ zh: code, en: code })}
      />
    </LocaleProvider>,
  );

describe('a statement in which nobody compensates anybody', () => {
  it('says that all have paid where they have', () => {
    expect(shown([line('qp', '200', '0'), line('wj', '200', '0')], '0')).toContain('已付清各自的应分担额');
  });

  it('does not say so where nobody has paid yet', () => {
    const text = shown([line('qp', '0', '-200'), line('wj', '0', '-200')], '400');
    expect(text).not.toContain('已付清各自的应分担额');
    expect(text).toContain('目前没有属地付得比应分担的多');
  });
});
