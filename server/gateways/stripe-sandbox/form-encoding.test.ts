import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from './api-errors.ts';
import { decodeForm, decodeJson, type FormObject, type FormValue } from './form-encoding.ts';

/** Stripe's encoding, written independently: brackets for objects and indexes. */
function encode(form: FormObject): string {
  const pairs: string[] = [];
  const walk = (name: string, value: FormValue): void => {
    if (typeof value === 'string') pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
    else for (const [key, part] of Object.entries(value)) walk(`${name}[${key}]`, part);
  };
  for (const [key, value] of Object.entries(form)) walk(key, value);
  return pairs.join('&');
}

const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
const { tree } = fc.letrec<{ tree: FormObject; value: FormValue }>((tie) => ({
  tree: fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 4 }),
  value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, fc.string({ unit: 'grapheme' }), tie('tree')),
}));

describe('form encoding', () => {
  it('reads back every nested value that Stripe’s libraries can write', () => {
    fc.assert(
      fc.property(tree, (form) => {
        expect(decodeForm(encode(form))).toEqual(form);
      }),
    );
  });

  it('never fails otherwise than by a refusal, and never touches a prototype', () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a[\]=&%_.0-9]*$/),
      fc.constant('__proto__[x]=1&constructor[prototype][x]=1'),
    );
    fc.assert(
      fc.property(text, (input) => {
        try {
          decodeForm(input);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
        expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      }),
    );
  });

  it('reads arrays with and without indexes', () => {
    expect(JSON.stringify(decodeForm('a[]=x&a[]=y&b[0][c]=z'))).toBe(
      '{"a":{"0":"x","1":"y"},"b":{"0":{"c":"z"}}}',
    );
  });

  it.each(['a=1&a[b]=2', 'a[b]=2&a=1', 'a[=1', '[a]=1', `${'a[b]'.padEnd(60, '[c]')}=1`])(
    'refuses %s',
    (text) => {
      expect(() => decodeForm(text)).toThrow(ApiError);
    },
  );

  it('reads JSON into the same values, and refuses what is no object', () => {
    expect(decodeJson('{"count":2,"on":true,"list":["a"],"none":null}')).toEqual({
      count: '2',
      on: 'true',
      list: { 0: 'a' },
      none: '',
    });
    for (const text of ['{', '"text"', '7']) expect(() => decodeJson(text)).toThrow(ApiError);
  });
});
