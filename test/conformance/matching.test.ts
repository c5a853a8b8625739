import { BSONRegExp, Decimal128, Double, Int32, Long, ObjectId } from 'bson';
import { describe, expect, it } from 'vitest';
import { assertMatches, assertSameDocuments, type MatchScope, MismatchError } from './matching.ts';
import { FormatError } from './unified-format.ts';

const savedId = new ObjectId();
const scope: MatchScope = {
  savedValue: (name) => (name === 'saved' ? savedId : undefined),
  sessionId: (name) => ({ id: name }),
};

function matches(expected: unknown, actual: unknown, rootElements = false): boolean {
  try {
    assertMatches(expected, actual, scope, { rootElements });
    return true;
  } catch (error) {
    if (error instanceof MismatchError) return false;
    throw error;
  }
}

describe('matching values', () => {
  it('compares numbers by value whatever their type, but not Decimal128', () => {
    for (const one of [1, 1n, new Int32(1), new Double(1), Long.fromNumber(1)]) {
      expect(matches({ x: 1 }, { x: one })).toBe(true);
      expect(matches({ x: 1.5 }, { x: one })).toBe(false);
    }
    expect(matches({ x: 1 }, { x: Decimal128.fromString('1') })).toBe(false);
    expect(matches({ x: 1 }, { x: '1' })).toBe(false);
    expect(matches({ x: Long.fromString('9007199254740993') }, { x: 9007199254740993n })).toBe(true);
    expect(matches({ x: Long.fromString('9007199254740993') }, { x: 9007199254740992 })).toBe(false);
  });

  it('allows extra fields in a root document only', () => {
    expect(matches({ x: 1 }, { x: 1, y: 1 })).toBe(true);
    expect(matches({ x: { y: 1 } }, { x: { y: 1, z: 1 } })).toBe(false);
    expect(matches({ x: 1, y: 1 }, { x: 1 })).toBe(false);
    expect(matches({ x: null }, {})).toBe(false);
  });

  it('allows extra fields in the elements of a cursor, not of a list of values', () => {
    expect(matches([{ x: 1 }], [{ x: 1, y: 1 }], true)).toBe(true);
    expect(matches([{ x: 1 }], [{ x: 1, y: 1 }], false)).toBe(false);
    expect(matches([{ x: { y: 1 } }], [{ x: { y: 1, z: 1 } }], true)).toBe(false);
  });

  it('ignores the order of keys and demands the order and number of elements', () => {
    expect(matches({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } })).toBe(true);
    expect(matches({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
    expect(matches({ a: [1, 2] }, { a: [1, 2, 3] })).toBe(false);
  });

  it('compares other BSON values exactly', () => {
    expect(matches({ _id: savedId }, { _id: new ObjectId(savedId.toHexString()) })).toBe(true);
    expect(matches({ _id: savedId }, { _id: new ObjectId() })).toBe(false);
    expect(matches({ at: new Date(1) }, { at: new Date(2) })).toBe(false);
    expect(matches({ r: new BSONRegExp('a', 'i') }, { r: /a/i })).toBe(true);
    expect(matches({ ok: true }, { ok: 1 })).toBe(false);
  });
});

describe('matching operators', () => {
  it('$$exists asks for the key, not for its value', () => {
    expect(matches({ x: { $$exists: true } }, { x: null })).toBe(true);
    expect(matches({ x: { $$exists: true } }, {})).toBe(false);
    expect(matches({ x: { $$exists: false } }, { x: null })).toBe(false);
    expect(matches({ x: { $$exists: false } }, {})).toBe(true);
  });

  it('$$type knows the BSON types, several at once, and does not look into lists', () => {
    expect(matches({ x: { $$type: ['int', 'long'] } }, { x: Long.fromNumber(1) })).toBe(true);
    expect(matches({ x: { $$type: 'string' } }, { x: 1 })).toBe(false);
    expect(matches({ x: { $$type: 'int' } }, { x: 1.5 })).toBe(false);
    expect(matches({ x: { $$type: 'string' } }, { x: ['a'] })).toBe(false);
    expect(matches({ $$type: 'objectId' }, savedId)).toBe(true);
  });

  it('$$unsetOrMatches allows absence, and keeps a root document a root document', () => {
    expect(matches({ x: { $$unsetOrMatches: 1 } }, {})).toBe(true);
    expect(matches({ x: { $$unsetOrMatches: 1 } }, { x: 2 })).toBe(false);
    expect(matches({ $$unsetOrMatches: { x: 1 } }, { x: 1, y: 1 })).toBe(true);
    expect(matches({ x: { $$unsetOrMatches: { a: 1 } } }, { x: { a: 1, b: 1 } })).toBe(false);
  });

  it('$$matchesEntity and $$sessionLsid look the value up', () => {
    expect(matches({ x: { $$matchesEntity: 'saved' } }, { x: savedId })).toBe(true);
    expect(matches({ lsid: { $$sessionLsid: 's0' } }, { lsid: { id: 's0' } })).toBe(true);
    expect(matches({ lsid: { $$sessionLsid: 's0' } }, { lsid: { id: 's1' } })).toBe(false);
  });

  it('$$lte, $$matchesHexBytes, $$matchAsDocument and $$matchAsRoot do what they say', () => {
    expect(matches({ x: { $$lte: 1 } }, { x: 1 })).toBe(true);
    expect(matches({ x: { $$lte: 1 } }, { x: 1.1 })).toBe(false);
    expect(matches({ $$matchesHexBytes: '12AB' }, Buffer.from('12ab', 'hex'))).toBe(true);
    expect(matches({ $$matchesHexBytes: '12AB' }, Buffer.from('12ac', 'hex'))).toBe(false);
    expect(matches({ x: { $$matchAsDocument: { a: 1 } } }, { x: '{"a":1}' })).toBe(true);
    expect(matches({ x: { $$matchAsDocument: { a: 1 } } }, { x: '{"a":1,"b":1}' })).toBe(false);
    expect(matches({ x: { $$matchAsDocument: { $$matchAsRoot: { a: 1 } } } }, { x: '{"a":1,"b":1}' })).toBe(
      true,
    );
  });

  it('an operator that the runner does not know is an error and not a match', () => {
    expect(() => matches({ x: { $$isOdd: true } }, { x: 1 })).toThrow(FormatError);
    expect(() => matches({ $$matchesHexBytes: '1' }, Buffer.alloc(1))).toThrow(FormatError);
  });
});

describe('comparing an outcome', () => {
  it('demands exactly the documents, in any order of keys', () => {
    expect(() => assertSameDocuments([{ _id: 1, x: 2 }], [{ x: 2, _id: 1 }], 'outcome')).not.toThrow();
    expect(() => assertSameDocuments([{ _id: 1 }], [{ _id: 1, x: 1 }], 'outcome')).toThrow(MismatchError);
    expect(() => assertSameDocuments([], [{ _id: 1 }], 'outcome')).toThrow(MismatchError);
  });
});
