/**
 * Refuses documents by their size alone, in one pass and before anything compares their parts with one another: the
 * rules of GraphQL itself take quadratic time on what is made for that.
 */
import {
  GraphQLError,
  Kind,
  visit,
  BREAK,
  type DocumentNode,
  type SelectionSetNode,
  type ASTNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Our longest own document has some 3,000 characters. */
export const SIZE_LIMITS = {
  characters: 16_000,
  definitions: 40,
  selections: 600,
  /** Spreads of fragments in the whole document. */
  spreads: 60,
  /** Selections with every fragment written out where it is spread. */
  expanded: 2_000,
  /** Fields of one name in one selection. */
  sameName: 12,
  variables: 50,
  /** Selections in one another, those of inline fragments included: nobody else counts these. */
  nesting: 24,
  /** Lists and objects in one another. */
  valueDepth: 10,
} as const;

function sameNames({ selections }: SelectionSetNode): number {
  const counts = new Map<string, number>();
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) continue;
    const name = selection.alias?.value ?? selection.name.value;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** Counts selections as if fragments were written out; each fragment is counted once, and a circle as nothing. */
function expandedSelections({ definitions }: DocumentNode): number {
  const fragments = new Map(
    definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION).map((one) => [one.name.value, one]),
  );
  const known = new Map<string, number>();
  const ofSet = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce(
      (sum, selection) =>
        sum +
        1 +
        (selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : ofSet(selection.selectionSet)),
      0,
    );
  const ofFragment = (name: string): number => {
    const counted = known.get(name);
    if (counted !== undefined) return counted;
    known.set(name, 0);
    const size = ofSet(fragments.get(name)?.selectionSet);
    known.set(name, size);
    return size;
  };
  return definitions.reduce(
    (sum, one) => sum + (one.kind === Kind.OPERATION_DEFINITION ? ofSet(one.selectionSet) : 0),
    0,
  );
}

/** @returns what there is too much of; null where the document may be looked at further */
export function tooMuchOf(document: DocumentNode): keyof typeof SIZE_LIMITS | null {
  const counts = { definitions: document.definitions.length, selections: 0, spreads: 0, variables: 0 };
  let depth = 0;
  let nesting = 0;
  const found: (keyof typeof SIZE_LIMITS)[] = [];
  const check = (name: keyof typeof SIZE_LIMITS, value: number) => {
    if (value <= SIZE_LIMITS[name]) return undefined;
    found.push(name);
    return BREAK;
  };
  const deeper = { enter: () => check('valueDepth', ++depth), leave: () => void (depth -= 1) };
  if (check('definitions', counts.definitions) === BREAK) return found[0] ?? null;
  visit(document as ASTNode, {
    SelectionSet: {
      enter: (set) => {
        counts.selections += set.selections.length;
        return (
          check('nesting', ++nesting) ??
          check('selections', counts.selections) ??
          check('sameName', sameNames(set))
        );
      },
      leave: () => void (nesting -= 1),
    },
    FragmentSpread: () => check('spreads', ++counts.spreads),
    VariableDefinition: () => check('variables', ++counts.variables),
    ListValue: deeper,
    ObjectValue: deeper,
  });
  if (found.length === 0) check('expanded', expandedSelections(document));
  return found[0] ?? null;
}

const tooMuch = (what: string): GraphQLError =>
  new GraphQLError(`The document is too large: it has too many or too deep ${what}. Ask for less at once.`, {
    extensions: { code: 'DOCUMENT_TOO_LARGE' },
  });

export const limitDocumentSize: Plugin = {
  onParse({ params }) {
    const { source } = params as { source: string | { body: string } };
    const text = typeof source === 'string' ? source : source.body;
    if (text.length > SIZE_LIMITS.characters) throw tooMuch('characters');
    return ({ result, replaceParseResult }) => {
      if (result === null || result instanceof Error) return;
      const what = tooMuchOf(result as DocumentNode);
      if (what !== null) replaceParseResult(tooMuch(what));
    };
  },
};
