import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RUNS, seededNumbers, shuffle } from '../../../test/support/allocation-problems.ts';
import { GIFT_KERNEL, keptFile, keptText } from '../../../test/support/kernels.ts';
import { type MatchProblem, match, matchWritten, matchWrittenAmounts, parseMatchProblem } from './match.ts';

const LONG = Math.max(600_000, RUNS * 100);
const NO_CAPS = { perDonationMinor: null, perDonorMinor: null, perProjectMinor: null };
const encoder = new TextEncoder();

function* streamOf(seed: number): Generator<number> {
  for (const next = seededNumbers(seed); ;) yield next();
}

type Gift = MatchProblem['donations'][number];
const KEYS = ['id', 'donor', 'project', 'amountMinor'] as const;

interface Layout {
  readonly keys: readonly (keyof Gift)[];
  readonly indent: string | undefined;
  readonly donationsFirst: boolean;
}
const PLAIN_LAYOUT: Layout = { keys: KEYS, indent: undefined, donationsFirst: false };

function written(problem: MatchProblem, { keys, indent, donationsFirst }: Layout): Uint8Array {
  const { donations, ...rest } = problem;
  const gifts = donations.map((gift) => Object.fromEntries(keys.map((key) => [key, gift[key]])));
  const ordered = donationsFirst ? { donations: gifts, ...rest } : { ...rest, donations: gifts };
  return encoder.encode(JSON.stringify(ordered, null, indent));
}

/** What reading the text as JSON comes to: a result, or `null` where it has faults. */
function byJson(text: Uint8Array): string | null {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text),
    );
    return JSON.stringify(match(parseMatchProblem(value)));
  } catch {
    return null;
  }
}

const NAMES = [
  'a',
  'b',
  'seven77',
  'eight888',
  'eight889',
  'eight8889',
  'fifteen15151515',
  'sixteen161616161',
];
const LONG_NAMES = ['x'.repeat(100), `${'x'.repeat(100)}y`, 'x'.repeat(240), ' ~', '~ '];
const name = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 5, arbitrary: fc.constantFrom(...LONG_NAMES) },
);
const oddName = fc.constantFrom('嘉善', 'é', 'a"b', 'a\\', 'a\0', 'x'.repeat(241));
const PROJECTS = ['p1', 'p2', 'eight888', 'sixteen161616161', 'x'.repeat(100)];
const amount = fc.oneof(
  { weight: 10, arbitrary: fc.nat({ max: 400 }).map(String) },
  fc.bigInt({ min: 0n, max: 10n ** 14n }).map(String),
);
const cap = fc.option(fc.oneof(fc.nat({ max: 900 }), fc.constant(10 ** 13)).map(String));
const layout: fc.Arbitrary<Layout> = fc.record({
  keys: fc.shuffledSubarray([...KEYS], { minLength: 4 }),
  indent: fc.constantFrom(undefined, '', ' ', '\t', '    '),
  donationsFirst: fc.boolean(),
});
const rule: fc.Arbitrary<MatchProblem['rule']> = fc.oneof(
  fc.record({ kind: fc.constant('quadratic' as const), saturation: fc.boolean() }),
  fc.record({
    kind: fc.constant('threshold' as const),
    fixedMinor: fc.constantFrom('0', '777'),
    atLeastMinor: fc.constantFrom('0', '500'),
    atLeastDonors: fc.nat({ max: 3 }),
  }),
);
const ids = fc.constantFrom(
  (index: number) => `d${String(index).padStart(3, '0')}`,
  (index: number) => `d${index}`,
  (index: number) => `d${(index * 7) % 31}`,
  (index: number) => `donation number ${(index * 7) % 31}`,
);
const problem = (names: fc.Arbitrary<string>): fc.Arbitrary<MatchProblem> =>
  fc
    .record({
      gifts: fc.array(fc.tuple(names, fc.constantFrom(...PROJECTS), amount), { minLength: 2, maxLength: 30 }),
      idOf: ids,
      rule,
      caps: fc.record({ perDonationMinor: cap, perDonorMinor: cap, perProjectMinor: cap }),
      pairs: fc.array(fc.tuple(names, fc.constantFrom(...PROJECTS)), { maxLength: 3 }),
    })
    .map(({ gifts, idOf, rule, caps, pairs }) => ({
      version: 1,
      pool: { id: 'm1', availableMinor: '1000000' },
      donations: gifts.map(([donor, project, amountMinor], index) => ({
        id: idOf(index),
        donor,
        project,
        amountMinor,
      })),
      projects: PROJECTS.map((id) => ({ id, locality: 'l', sector: 's' })),
      rule,
      caps,
      exclude: { donorProjectPairs: pairs },
    }));

describe('a problem read from its text', () => {
  it(
    'comes to what reading it as JSON does, however it is laid out',
    () => {
      fc.assert(
        fc.property(problem(name), layout, (each, as) => {
          const text = written(each, as);
          expect(JSON.stringify(matchWritten(text))).toBe(byJson(text));
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  it(
    'is left to JSON where a name is not plain, or an id is not its own',
    () => {
      const odd = fc.oneof({ weight: 20, arbitrary: name }, oddName);
      fc.assert(
        fc.property(problem(odd), layout, fc.boolean(), (each, as, doubles) => {
          const donations = doubles ? each.donations.map((gift) => ({ ...gift, id: 'd1' })) : each.donations;
          const text = written({ ...each, donations }, as);
          const result = matchWritten(text);
          if (result !== null) expect(JSON.stringify(result)).toBe(byJson(text));
          if (doubles) expect(result).toBeNull();
        }),
        { numRuns: RUNS },
      );
    },
    LONG,
  );

  it(
    'is never read otherwise than as JSON, whatever bytes are changed',
    () => {
      const bytes = fc.constantFrom(...encoder.encode('"{}[],:\\ 0199-.eadnulé\0'));
      const edit = fc.tuple(fc.nat(), fc.constantFrom(0, 1), fc.array(bytes, { maxLength: 2 }));
      let [read, refused] = [0, 0];
      fc.assert(
        fc.property(
          problem(name),
          layout,
          fc.array(edit, { minLength: 1, maxLength: 3 }),
          (each, as, edits) => {
            const text = [...written(each, as)];
            for (const [at, removed, added] of edits) text.splice(at % text.length, removed, ...added);
            const changed = Uint8Array.from(text);
            const result = matchWritten(changed);
            if (result === null) refused += 1;
            else read += 1;
            if (result !== null) expect(JSON.stringify(result)).toBe(byJson(changed));
          },
        ),
        { numRuns: 2 * RUNS },
      );
      // Both happened.
      expect(Math.min(read, refused)).toBeGreaterThan(0);
    },
    LONG,
  );

  it('is left to JSON by ratio, with fewer than two donations, and beyond what plain numbers hold', () => {
    const gift = (id: string, amountMinor: string): Gift => ({ id, donor: 'a', project: 'p1', amountMinor });
    const of = (donations: Gift[], rule: MatchProblem['rule'] = { kind: 'quadratic' }): Uint8Array =>
      written(
        {
          version: 1,
          pool: { id: 'm1', availableMinor: '10' },
          donations,
          projects: [{ id: 'p1', locality: 'l', sector: 's' }],
          rule,
          caps: NO_CAPS,
          exclude: { donorProjectPairs: [] },
        },
        PLAIN_LAYOUT,
      );
    const two = [gift('d1', '1'), gift('d2', '2')];
    expect(matchWritten(of(two))).not.toBeNull();
    expect(matchWritten(of(two, { kind: 'ratio', ratio: '1', localityRates: {} }))).toBeNull();
    expect(matchWritten(of(two.slice(1)))).toBeNull();
    expect(matchWritten(of([]))).toBeNull();
    expect(matchWritten(of([...two, gift('d3', '1000000000000000')]))).toBeNull();
    expect(matchWritten(of([...two, gift('d3', '01')]))).toBeNull();
    expect(matchWritten(of([...two, { ...gift('d3', '1'), project: 'p2' }]))).toBeNull();
    const most = Array.from({ length: 5 }, (_, index) => gift(`d${index}`, '999999999999999'));
    expect(matchWritten(of(most.slice(1)))).not.toBeNull();
    expect(matchWritten(of(most))).toBeNull();
  });
});

describe('thousands of donations read from their text', () => {
  const COUNT = 20_000;
  const projects = Array.from({ length: 40 }, (_, index) => ({
    id: index % 2 === 0 ? `p${index}` : `project-of-a-long-name-${index}`,
    locality: 'l',
    sector: 's',
  }));
  const donorOf = (index: number): string => {
    const number = (index * 7919) % 3_000;
    return [`a${number}`, `5f${String(number).padStart(22, '0')}`, `donor-${number}`][number % 3] ?? '';
  };
  const gifts = (idOf: (index: number) => string): Gift[] =>
    Array.from({ length: COUNT }, (_, index) => ({
      id: idOf(index),
      donor: donorOf(index),
      project: projects[(index * 104_729) % projects.length]?.id ?? '',
      amountMinor: String(1 + ((index * 15_485_863) % 1_000)),
    }));
  const of = (donations: Gift[], caps: MatchProblem['caps']): MatchProblem => ({
    version: 1,
    pool: { id: 'm1', availableMinor: '1000000000' },
    donations,
    projects,
    rule: { kind: 'quadratic' },
    caps,
    exclude: {
      donorProjectPairs: donations
        .slice(0, 300)
        .map(({ donor, project }): [string, string] => [donor, project]),
    },
  });
  const ORDERS: Record<string, (index: number) => string> = {
    'ascend as texts': (index) => `d${String(index).padStart(6, '0')}`,
    'ascend by length first': (index) => `d${index}`,
    'come in no order': (index) => `d${(index * 7_919) % COUNT}`,
    'are long and come in no order': (index) => `donation-with-a-long-name-${(index * 7_919) % COUNT}`,
  };

  it.each(Object.keys(ORDERS))('come to the same when their ids %s', (order) => {
    for (const caps of [
      NO_CAPS,
      { perDonationMinor: '800', perDonorMinor: '2500', perProjectMinor: '30000000' },
    ]) {
      const problem = of(gifts(ORDERS[order]!), caps);
      for (const keys of [KEYS, ['amountMinor', 'donor', 'id', 'project'] as const]) {
        const text = written(problem, { ...PLAIN_LAYOUT, keys });
        expect(matchWritten(text)).toEqual(match(problem));
      }
    }
  });

  it('come to the same when the first is much longer than the others, or one donor gives most', () => {
    const donations = gifts((index) => `d${index}`).map((gift, index) =>
      index === 0 ? { ...gift, donor: 'x'.repeat(240) } : index % 3 > 0 ? { ...gift, donor: 'often' } : gift,
    );
    const caps = { ...NO_CAPS, perDonorMinor: '250000' };
    const problem = of(shuffle(donations, streamOf(5)), caps);
    for (const each of [of(donations, caps), problem])
      expect(matchWritten(written(each, PLAIN_LAYOUT))).toEqual(match(each));
  });

  it('are refused when two of them have one id', () => {
    const donations = gifts((index) => `d${(index * 7_919) % (COUNT - 1)}`);
    expect(matchWrittenAmounts(written(of(donations, NO_CAPS), PLAIN_LAYOUT))).toBeNull();
  });
});

describe('the compiled reader', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is the text that is kept beside it', async () => {
    expect(readFileSync(keptFile(GIFT_KERNEL), 'utf8')).toBe(await keptText(GIFT_KERNEL));
  });

  it('is not asked where WebAssembly may not be compiled', async () => {
    const [first] = fc.sample(problem(fc.constant('a')), { numRuns: 1, seed: 1 });
    const text = written(first!, PLAIN_LAYOUT);
    expect(matchWritten(text)).not.toBeNull();
    vi.stubGlobal('WebAssembly', {
      Module: function refuse(): never {
        throw new Error('The content policy forbids it.');
      },
    });
    vi.resetModules();
    const { matchWritten: matchHere } = await import('./match.ts');
    expect(matchHere(text)).toBeNull();
  });
});
