import { describe, expect, it } from 'vitest';
import { textWidth, wrapLabel } from './flow-labels.ts';
import { layOutFlow } from './flow-layout.ts';

const WIDTH = 880;
const long = 'Qingpu District, Shanghai Municipality';

const layout = layOutFlow(
  [
    { id: 'a', label: '示范区跨区域社会组织联合会', column: 0 },
    { id: 'b', label: 'Culture, tourism and sport', column: 1 },
    { id: 'c', label: long, column: 2 },
    { id: 'd', label: '嘉兴市嘉善县', column: 2 },
  ],
  [
    { from: 'a', to: 'b', amountMinor: '1000' },
    { from: 'b', to: 'c', amountMinor: '999' },
    { from: 'b', to: 'd', amountMinor: '1' },
  ],
  { width: WIDTH, fontSize: 13, labelOf: ({ label }) => [label] },
);

describe('the labels of a flow', () => {
  it('stand inside the drawing, whatever they say', () => {
    for (const { labelLines, labelX, labelSide } of layout.boxes) {
      for (const line of labelLines) {
        const width = textWidth(line, 13);
        if (labelSide === 'left') expect(labelX - width, line).toBeGreaterThanOrEqual(0);
        else expect(labelX + width, line).toBeLessThanOrEqual(WIDTH);
      }
    }
  });

  it('are broken between words and ideographs, and nothing is lost', () => {
    expect(wrapLabel(long, 150, 13).join(' ')).toBe(long);
    expect(wrapLabel(long, 150, 13).length).toBeGreaterThan(1);
    expect(wrapLabel('示范区跨区域社会组织联合会', 100, 13).join('')).toBe('示范区跨区域社会组织联合会');
    expect(wrapLabel('Donaudampfschifffahrtsgesellschaft', 50, 13)).toHaveLength(1);
  });

  it('do not run into the labels above and below them', () => {
    const right = layout.boxes.filter(({ node }) => node.column === 2);
    const [first, second] = right.map(({ y, height, labelLines }) => ({
      middle: y + height / 2,
      half: (labelLines.length * 16) / 2,
    }));
    if (first === undefined || second === undefined) throw new Error('There are two localities.');
    expect(second.middle - first.middle).toBeGreaterThanOrEqual(first.half + second.half);
  });
});
