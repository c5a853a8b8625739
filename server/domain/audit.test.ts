import { describe, expect, it } from 'vitest';
import { changesBetween } from './audit.ts';

const NOTHING: ReadonlySet<string> = new Set();

describe('what changed between two documents', () => {
  it('is told value by value, each under its path', () => {
    const before = { status: 'created', checkout: null, parts: [1n, 2n], donor: { name: 'Lin' } };
    const after = { status: 'settled', checkout: { id: 'cs_1' }, parts: [1n, 3n], donor: { name: 'Lin' } };
    expect(changesBetween(before, after, NOTHING)).toEqual([
      { path: 'checkout', before: null, after: '{"id":"cs_1"}' },
      { path: 'parts', before: '["1","2"]', after: '["1","3"]' },
      { path: 'status', before: '"created"', after: '"settled"' },
    ]);
  });

  it('is every value of what is new, and nothing where nothing differs', () => {
    const at = new Date('2026-03-01T00:00:00Z');
    const document = { at, amountMinor: 5n, isOpen: false, note: null, donor: { email: 'a@example.org' } };
    expect(changesBetween(null, document, new Set(['donor.email']))).toEqual([
      { path: 'amountMinor', before: null, after: '"5"' },
      { path: 'at', before: null, after: '"2026-03-01T00:00:00.000Z"' },
      { path: 'donor.email', before: null, after: '"(hidden)"' },
      { path: 'isOpen', before: null, after: 'false' },
    ]);
    expect(changesBetween(document, { ...document, at: new Date(at) }, NOTHING)).toEqual([]);
  });

  it('is found behind two thousand characters, and shown cut', () => {
    const long = 'x'.repeat(3_000);
    const changes = changesBetween(
      { a: long, status: 'draft', text: `${long}1` },
      { a: long, status: 'open', text: `${long}2` },
      NOTHING,
    );
    expect(changes.map(({ path }) => path)).toEqual(['status', 'text']);
    expect(changes[1]?.after).toHaveLength(2_001);
  });
});
