import { deserialize, Double, Long, ObjectId, serialize, Timestamp } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDocument, validateDocument } from './decode.ts';
import { encodeDocument } from './encode.ts';

const sample = Buffer.from(
  serialize({
    _id: new ObjectId(),
    int: 5,
    double: new Double(5),
    fraction: 0.25,
    long: Long.fromString('9007199254740993'),
    text: '𠮷 and é',
    list: [1, new Double(2), { deep: null }],
    at: new Date(0),
    ts: new Timestamp({ t: 1, i: 2 }),
    regex: /a+/i,
    yes: true,
  }),
);

describe('reading and writing BSON', () => {
  it('writes what it read as the very same bytes', () => {
    expect(encodeDocument(decodeDocument(sample))).toEqual(sample);
  });

  it('reads only the fields it is asked for', () => {
    expect(decodeDocument(sample, 0, new Set(['int', 'long']))).toEqual({ int: 5, long: 9007199254740993n });
  });

  it('agrees with the bson package on any document', () => {
    const value = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => !name.includes('\0') && name !== '__proto__'),
          fc.oneof(value, fc.array(value)),
          { noNullPrototype: true },
        ),
        (document) => {
          const bytes = Buffer.from(serialize(document));
          expect(validateDocument(bytes, 0, bytes.length)).toBe(bytes.length);
          expect(encodeDocument(decodeDocument(bytes))).toEqual(bytes);
          expect(deserialize(encodeDocument(document))).toEqual(deserialize(bytes));
        },
      ),
    );
  });

  it('refuses every document that is cut short', () => {
    for (let length = 0; length < sample.length; length++) {
      const cut = Buffer.from(sample.subarray(0, length));
      expect(() => validateDocument(cut, 0, cut.length)).toThrow();
    }
  });

  it('never reads outside a damaged document', () => {
    fc.assert(
      fc.property(fc.nat(sample.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(sample);
        damaged[at] = byte;
        try {
          validateDocument(damaged, 0, damaged.length);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          return;
        }
        decodeDocument(damaged);
      }),
      { numRuns: 2000 },
    );
  });
});
