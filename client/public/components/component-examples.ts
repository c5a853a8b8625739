/** What the catalogue shows its components with; made up, and shown nowhere else. */
import type { Coverage } from '../../components/coverage-map.tsx';
import type { FlowLink } from '../../components/flow-layout.ts';
import type { Restriction } from '../../components/restriction-chips.tsx';
import type { MoneyValue } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';

const cny = (amountMinor: string): MoneyValue => ({ amountMinor, currency: 'CNY' });
const first: LocalizedText = { zh: '甲地', en: 'Place A' };
const second: LocalizedText = { zh: '乙地', en: 'Place B' };
const care: LocalizedText = { zh: '养老', en: 'Elderly care' };
const learning: LocalizedText = { zh: '教育', en: 'Education' };

export const exampleAmounts = [cny('1250'), cny('1234567800'), cny('56300000000')] as const;

export const exampleRestrictions: readonly Restriction[] = [
  { sectors: null, localities: null, projects: null },
  { sectors: [care, learning], localities: [first], projects: null },
  { sectors: null, localities: null, projects: [{ zh: '社区食堂', en: 'Community canteen' }] },
];

export const exampleCoverage = {
  sectors: [
    { code: 'care', name: care },
    { code: 'learning', name: learning },
  ],
  localities: [
    { code: 'a', name: first },
    { code: 'b', name: second },
  ],
  cells: [
    { sector: 'care', locality: 'a', need: cny('80000000'), funded: cny('6000000') },
    { sector: 'care', locality: 'b', need: cny('50000000'), funded: cny('50000000') },
    { sector: 'learning', locality: 'a', need: cny('90000000'), funded: cny('40000000') },
  ],
} as const satisfies Coverage;

export const exampleFlow: {
  readonly nodes: readonly { readonly id: string; readonly name: LocalizedText; readonly column: number }[];
  readonly links: readonly FlowLink[];
} = {
  nodes: [
    { id: 'a', name: first, column: 0 },
    { id: 'b', name: second, column: 0 },
    { id: 'care', name: care, column: 1 },
    { id: 'learning', name: learning, column: 1 },
  ],
  links: [
    { from: 'a', to: 'care', amountMinor: '6000000' },
    { from: 'b', to: 'care', amountMinor: '50000000' },
    { from: 'a', to: 'learning', amountMinor: '40000000' },
  ],
};
