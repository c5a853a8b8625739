import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, canonicalJson } from './canonical-json.ts';

describe('canonical JSON (RFC 8785)', () => {
  it('writes the example of section 3.2.2 as section 3.2.3 does', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts keys by UTF-16 code units, as section 3.2.3 shows', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    expect(Object.keys(JSON.parse(text) as object).filter((key) => key !== '1')).toEqual([
      '\r',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\u{1f600}',
      '\ufb33',
    ]);
  });

  it('is read back as the same value, whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('has the bytes of its text, however long', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.nat({ max: 3_000 }), (value, length) => {
        const long = { é: value, a: 'x'.repeat(length), b: '嘉'.repeat(length) };
        const text = canonicalJson(long);
        expect(new TextDecoder().decode(canonicalBytes(long))).toBe(text);
      }),
    );
  });

  it('is written whole while another one is', () => {
    const outer = {
      b: 1,
      get a() {
        return canonicalJson({ d: 'inner', c: 2 });
      },
    };
    expect(canonicalJson(outer)).toBe('{"a":"{\\"c\\":2,\\"d\\":\\"inner\\"}","b":1}');
  });

  it('forgets what it could not write', () => {
    expect(() => canonicalJson({ a: 'half', b: undefined })).toThrow(TypeError);
    expect(canonicalJson({ b: 1, a: 2 })).toBe('{"a":2,"b":1}');
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], ['\ud800'], [undefined], [1n]])(
    'refuses what has no canonical form',
    (value) => {
      expect(() => canonicalJson({ value })).toThrow(TypeError);
    },
  );
});
