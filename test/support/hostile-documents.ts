/**
 * Two hundred GraphQL requests made to cost much: each family in ten sizes, written against our own schema where that is
 * what makes it dear. They are the same in every run.
 */

export interface HostileDocument {
  readonly name: string;
  /** The body of the request, as it goes over the wire. */
  readonly body: string;
}

const times = (count: number, make: (index: number) => string, separator = ' '): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(separator);

const nested = (count: number, open: string, inner: string, close: string): string =>
  open.repeat(count) + inner + close.repeat(count);

const asked = (query: string, more: object = {}): string => JSON.stringify({ query, ...more });

/** A field that everybody may ask for and that reads much. */
const DEAR =
  'rounds { id projects { id title { zh en } milestones { id } disbursements { id amountMinor } } }';

type Family = readonly [name: string, make: (size: number) => string];

/** `size` goes from 1 to 10. */
const FAMILIES: readonly Family[] = [
  ['fields that do not end', (n) => asked(nested(n * 90, '{ a ', '', '}'))],
  ['inline fragments in one another', (n) => asked(`{ ${nested(n * 60, '... { ', '__typename', ' }')} }`)],
  ['aliases of a dear field', (n) => asked(`{ ${times(n * 31, (i) => `a${i}: ${DEAR}`)} }`)],
  [
    'aliases further down',
    (n) => asked(`{ region { ${times(n * 32, (i) => `a${i}: localities { code }`)} } }`),
  ],
  [
    'one field under one name, again and again',
    (n) => asked(`{ region { ${times(n * 180, () => 'code')} } }`),
  ],
  [
    'one field with other arguments each time',
    (n) => asked(`{ ${times(n * 90, (i) => `rounds(first: ${i}) { id }`)} }`),
  ],
  [
    'fragments that double',
    (n) =>
      asked(
        `{ ...F0 } ${times(n + 14, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F${n + 14} on Query { ${DEAR} }`,
      ),
  ],
  [
    'fragments in a circle',
    (n) =>
      asked(
        `{ ...F0 } ${times(n * 3, (i) => `fragment F${i} on Query { ...F${(i + 1) % (n * 3)} __typename }`)}`,
      ),
  ],
  [
    'fragments that all have to be compared',
    (n) =>
      asked(
        `{ ${times(n * 20, (i) => `...F${i}`)} } ${times(n * 20, (i) => `fragment F${i} on Query { x: region { code } y${i}: region { code } }`)}`,
      ),
  ],
  ['one directive many times', (n) => asked(`{ __typename ${times(n * 25, () => '@include(if: true)')} }`)],
  ['unknown directives', (n) => asked(`{ __typename ${times(n * 40, (i) => `@d${i}`)} }`)],
  ['many operations', (n) => asked(times(n * 30, (i) => `query Q${i} { region { code } }`))],
  [
    'many variables',
    (n) =>
      asked(`query Q(${times(n * 60, (i) => `$v${i}: [[Int!]!] = [[${i}]]`, ', ')}) { region { code } }`),
  ],
  ['a list without an end', (n) => asked(`{ rounds(first: [${times(n * 200, () => '1', ',')}]) { id } }`)],
  [
    'objects in one another',
    (n) => asked(`mutation { declineProposal(input: ${nested(n * 90, '{ a: ', '1', ' }')}) { __typename } }`),
  ],
  ['lists in one another', (n) => asked(`{ rounds(first: ${nested(n * 150, '[', '1', ']')}) { id } }`)],
  ['a text of much length', (n) => asked(`{ round(id: "${'x'.repeat(n * 24_000)}") { __typename } }`)],
  ['a document that is mostly remarks', (n) => asked(`{ ${'# x\n'.repeat(n * 4_000)} __typename }`)],
  [
    'many requests in one',
    (n) => JSON.stringify(Array.from({ length: n * 20 }, () => ({ query: '{ region { code } }' }))),
  ],
  ['what is no document', (n) => asked(`${'{'.repeat(n * 180)}${'\\u0000"'.repeat(n)}`)],
];

const SIZES = 10;

export function hostileDocuments(): HostileDocument[] {
  return FAMILIES.flatMap(([name, make]) =>
    Array.from({ length: SIZES }, (_, index) => ({
      name: `${name}, size ${index + 1}`,
      body: make(index + 1),
    })),
  );
}
