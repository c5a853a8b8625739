/** The short way to the keys of a plain document gives what the whole rule gives, for any document and any index. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Doc } from '../bson/types.ts';
import { parsePath } from '../query/paths.ts';
import { expandedKeys, indexKeys, KeyedDocument, type IndexKeys, type KeyPart } from './index-keys.ts';

const scalars = fc.constantFrom<unknown>(undefined, null, 0, 1, 'x', '', 'a long text '.repeat(200), true);
const names = fc.constantFrom('a', 'b', '0');
const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalars,
    fc.dictionary(names, tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));
const documents = fc.dictionary(names, values, { maxKeys: 3 });

const parts: fc.Arbitrary<KeyPart[]> = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', 'a.a', 'a.b', 'b.a', 'b.b', 'a.0', 'a.b.a'),
      direction: fc.constantFrom<1 | -1>(1, -1),
    }),
    { selector: ({ name }) => name, minLength: 1, maxLength: 3 },
  )
  .map((list) => list.map((part) => ({ ...part, path: parsePath(part.name) })));

const outcome = (keys: () => IndexKeys): IndexKeys | string => {
  try {
    return keys();
  } catch (error) {
    return String(error);
  }
};

it('are those of the whole rule, also of a document of which many indexes were asked', () => {
  fc.assert(
    fc.property(documents, fc.array(parts, { minLength: 1, maxLength: 3 }), (document, indexes) => {
      const keyed = new KeyedDocument(document);
      for (const index of indexes)
        expect(outcome(() => indexKeys(index, keyed))).toEqual(
          outcome(() => expandedKeys(index, document as Doc)),
        );
    }),
    { numRuns: 2_000 },
  );
});
