import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { CoverageMap } from './coverage-map.tsx';
import { LocaleProvider } from './locale-context.tsx';

const named = (code: string) => ({ code, name: { zh: code, en: code } });
const yuan = (amount: number) => ({ amountMinor: String(amount * 100), currency: 'CNY' });

/** The shares of the cells that are marked as lowest, for one sector in as many localities as there are shares. */
function marked(...percents: readonly number[]): string[] {
  const localities = percents.map((_percent, index) => named(`place ${index}`));
  const html = renderToStaticMarkup(
    <LocaleProvider locale="en">
      <CoverageMap
        caption="coverage"
        coverage={{
          ...{ sectors: [named('health')], localities },
          cells: percents.map((percent, index) => ({
            ...{ sector: 'health', locality: `place ${index}`, need: yuan(100), funded: yuan(percent) },
          })),
        }}
      />
    </LocaleProvider>,
  );
  return html
    .split('<td>')
    .filter((cell) => cell.includes('Lowest'))
    .map((cell) => /(\d+%)/.exec(cell)?.[1] ?? '');
}

describe('the cells that are marked as lowest', () => {
  it('are all that stand equally low', () => {
    expect(marked(0, 40, 0, 90, 0)).toEqual(['0%', '0%', '0%']);
    expect(marked(20, 40, 90)).toEqual(['20%']);
    expect(marked(20)).toEqual(['20%']);
  });

  it('are none where no cell is lower than another', () => {
    expect(marked(0, 0, 0)).toEqual([]);
    expect(marked(100, 100)).toEqual([]);
    expect(marked(100)).toEqual([]);
  });
});
