/** The scan is strict: whatever it passes, the careful reading passes too, and it passes what the seal writes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafOf } from '../../../test/support/ledger-bundles.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { SealedBody } from '../sealed-body.ts';
import { amountOf, faultOfBody } from './read-lines.ts';
import { BodyScan } from './scan-body.ts';

const scan = new BodyScan('CNY');
const passes = (text: string, currency = scan): boolean => {
  const bytes = Buffer.from(`:${text},`);
  return currency.over(bytes).endOfFaultless(1) === bytes.length - 1;
};

/** Parsed, every rule asked of what came out. */
function holdsCarefully(text: string): boolean {
  const body = JSON.parse(text) as SealedBody;
  if (faultOfBody(body) !== null || canonicalJson(body) !== text || body.currency !== 'CNY') return false;
  const sides = body.postings.map((posting) => amountOf(posting) ?? { debit: 1n, credit: 0n });
  return sides.reduce((sum, { debit, credit }) => sum + debit - credit, 0n) === 0n;
}

const bodies = Array.from({ length: 10 }, (_, number) => leafOf(number).text);
const first = JSON.parse(bodies[0] ?? '') as SealedBody;
const withPostings = (postings: readonly object[]) => canonicalJson({ ...first, postings });
const from = { account: 'bank:main', debit: '5' };
const to = { account: 'fund:general', credit: '5' };

describe('the scan of a body', () => {
  it('passes what the seal writes', () => {
    for (const text of bodies) expect(passes(text)).toBe(true);
    const every = {
      fund: 'f',
      locality: 'l',
      nature: 'n',
      partyKind: 'k',
      project: 'p',
      round: 'r',
      sector: 's',
    };
    expect(passes(withPostings([{ ...from, ...every, award: 'a' }, to]))).toBe(true);
    expect(passes(canonicalJson({ ...first, kind: 'reversal', cause: 'c', undoes: 'payout' }))).toBe(true);
    expect(passes(withPostings([{ ...from, fund: '善款' }, to]))).toBe(true);
  });

  it.each([
    ['another currency', canonicalJson({ ...first, currency: 'EUR' })],
    ['sides that differ', withPostings([from, { ...to, credit: '6' }])],
    ['one posting', withPostings([from])],
    ['no posting', withPostings([])],
    [
      'an amount of zero',
      withPostings([
        { ...from, debit: '0' },
        { ...to, credit: '0' },
      ]),
    ],
    ['a leading zero', withPostings([{ ...from, debit: '05' }, to])],
    ['an amount that is a number', withPostings([{ ...from, debit: 5 }, to])],
    ['both sides', withPostings([{ ...from, credit: '5' }, to])],
    ['no side', withPostings([{ account: 'bank:main' }, to])],
    ['no such account', withPostings([{ ...from, account: 'cash:main' }, to])],
    ['an account without its owner', withPostings([{ ...from, account: 'bank:' }, to])],
    ['a shared account with an owner', withPostings([{ ...from, account: 'stripe-clearing:x' }, to])],
    ['a name that nobody knows', withPostings([{ ...from, colour: 'red' }, to])],
    ['a name twice', withPostings([from, to]).replace('"debit"', '"debit":"4","debit"')],
    [
      'names out of order',
      withPostings([from, to]).replace(
        '"account":"bank:main","debit":"5"',
        '"debit":"5","account":"bank:main"',
      ),
    ],
    ['a blank', withPostings([from, to]).replace('[', '[ ')],
    ['more after the end', `${withPostings([from, to])}}`],
  ])('leaves %s to the careful reading', (_what, text) => {
    expect(passes(text)).toBe(false);
  });

  it('leaves to it what may be right but is not plain: escapes, and amounts of sixteen digits', () => {
    expect(passes(withPostings([{ ...from, fund: 'a"b' }, to]))).toBe(false);
    const huge = '1234567890123456';
    expect(
      passes(
        withPostings([
          { ...from, debit: huge },
          { ...to, credit: huge },
        ]),
      ),
    ).toBe(false);
  });

  it('passes nothing that the careful reading refuses, whatever was changed', () => {
    const pieces = fc.constantFrom(
      '"',
      ',',
      '{',
      '}',
      '[',
      ']',
      ':',
      '0',
      '5',
      'x',
      '\\',
      '\n',
      ',"debit":"1"',
      '善',
    );
    const edits = fc.array(
      fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(3), put: pieces }),
      {
        minLength: 1,
        maxLength: 2,
      },
    );
    fc.assert(
      fc.property(fc.constantFrom(...bodies), edits, (body, changes) => {
        const text = changes.reduce((before, { at, drop, put }) => {
          const place = Math.floor(at * before.length);
          return before.slice(0, place) + put + before.slice(place + drop);
        }, body);
        expect(passes(text) && !holdsCarefully(text)).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });
});
