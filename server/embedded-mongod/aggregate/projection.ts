/**
 * Projections of find and `$project`: fields kept, fields left out, or fields computed. `_id` is kept
 * unless it is left out by name.
 */
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { getField, isPlainObject, setField, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { compileFilter, isTruthy } from '../query/match.ts';
import { matchedElement } from '../update/targets.ts';
import { ExpressionCompiler, expressionTest, type Evaluate } from './expression.ts';

type Leaf =
  | { readonly kind: 'keep' | 'drop' }
  | { readonly kind: 'compute'; readonly evaluate: Evaluate }
  | Special;
type Special = { readonly kind: 'special'; readonly apply: (value: unknown, document: Doc) => unknown };
type Tree = Map<string, Leaf | Tree>;

export interface Projection {
  apply(document: Doc, variables: Doc): Doc;
  /** Top-level fields needed; undefined: all. */
  readonly fields: ReadonlySet<string> | undefined;
  /** Of find, where it only keeps or only drops whole top-level fields, which bytes can be cut by. */
  readonly topLevel: { readonly keep: boolean; readonly names: ReadonlySet<string> } | undefined;
}

interface Options {
  /** find's projections know `$slice`, `$elemMatch` and the positional `$`. */
  readonly forFind: boolean;
  readonly filter: Doc;
  readonly variables: ReadonlySet<string>;
}

function isFlag(value: unknown): boolean {
  return isNumeric(value) || typeof value === 'boolean';
}

class Builder {
  readonly tree: Tree = new Map();
  readonly compiler: ExpressionCompiler;
  private mode: 'keep' | 'drop' | undefined;
  keepId: boolean | undefined;

  constructor(
    private readonly operator: string,
    private readonly options: Options,
  ) {
    this.compiler = new ExpressionCompiler(options.variables);
  }

  get keeps(): boolean {
    if (this.mode !== undefined) return this.mode === 'keep';
    return this.keepId === true && this.tree.size === 1;
  }

  private setMode(mode: 'keep' | 'drop', name: string): void {
    if (this.mode !== undefined && this.mode !== mode) {
      throw new CommandError(
        mode === 'keep' ? 31253 : 31254,
        `Invalid ${this.operator} :: caused by :: Cannot do ${mode === 'keep' ? 'inclusion' : 'exclusion'} on field ${name} in ${mode === 'keep' ? 'exclusion' : 'inclusion'} projection`,
      );
    }
    this.mode = mode;
  }

  add(name: string, value: unknown, prefix = ''): void {
    const path = prefix + name;
    if (path === '_id' && isFlag(value)) {
      this.keepId = isTruthy(value);
      this.put(path, { kind: this.keepId ? 'keep' : 'drop' });
      return;
    }
    if (isFlag(value)) {
      const mode = isTruthy(value) ? 'keep' : 'drop';
      const positional = path.endsWith('.$') && this.options.forFind;
      this.setMode(mode, path);
      if (positional) this.put(path.slice(0, -2), this.positional(path.slice(0, -2)));
      else this.put(path, { kind: mode });
      return;
    }
    if (isPlainObject(value)) {
      const first = Object.keys(value)[0];
      if (first === undefined)
        throw new CommandError(
          51270,
          'An empty sub-projection is not a valid value. Found empty object at path',
        );
      if (this.options.forFind && (first === '$slice' || first === '$elemMatch')) {
        this.special(path, first, value[first]);
        return;
      }
      if (!first.startsWith('$')) {
        for (const [inner, one] of Object.entries(value)) this.add(inner, one, `${path}.`);
        return;
      }
    }
    if (path !== '_id' || this.mode === undefined) this.setMode('keep', path);
    this.put(path, { kind: 'compute', evaluate: this.compiler.compile(value) });
  }

  private put(path: string, leaf: Leaf): void {
    const parts = path.split('.');
    if (parts.some((part) => part === ''))
      throw new CommandError(40353, "FieldPath must not end with a '.'.");
    if (parts[0]?.startsWith('$') === true)
      throw new CommandError(16410, `FieldPath field names may not start with '$'.`);
    let tree = this.tree;
    for (const part of parts.slice(0, -1)) {
      let next = tree.get(part);
      if (next !== undefined && !(next instanceof Map))
        throw new CommandError(31250, `Path collision at ${path}`);
      if (next === undefined) {
        next = new Map();
        tree.set(part, next);
      }
      tree = next;
    }
    const last = parts.at(-1) ?? '';
    if (tree.has(last) && path !== '_id') throw new CommandError(31250, `Path collision at ${path}`);
    tree.set(last, leaf);
  }

  private positional(arrayPath: string): Leaf {
    const compileExpression = expressionTest();
    return {
      kind: 'special',
      apply: (value, document) => {
        if (!Array.isArray(value)) return value;
        const index = matchedElement(document, this.options.filter, arrayPath, compileExpression);
        if (index === undefined) {
          throw new CommandError(
            51246,
            "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
          );
        }
        return [value[index] as unknown];
      },
    };
  }

  private special(path: string, operator: string, operand: unknown): void {
    if (operator === '$elemMatch') {
      if (!isPlainObject(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object');
      this.setMode('keep', path);
      const { matches } = compileFilter({ v: { $elemMatch: operand } }, expressionTest());
      this.put(path, {
        kind: 'special',
        apply: (value) => {
          if (!Array.isArray(value)) return undefined;
          const found = value.find((element: unknown) => matches({ v: [element] })) as unknown;
          return found === undefined ? undefined : [found];
        },
      });
      return;
    }
    const [a, b] = (Array.isArray(operand) ? (operand as unknown[]) : [operand]).map((one) =>
      isNumeric(one) ? toNumber(one) : NaN,
    );
    if (a === undefined || Number.isNaN(a)) throw new CommandError(28667, 'Invalid $slice syntax.');
    this.put(path, {
      kind: 'special',
      apply: (value) => {
        if (!Array.isArray(value)) return value;
        const list = value as unknown[];
        if (b === undefined) return a < 0 ? list.slice(a) : list.slice(0, a);
        const start = a < 0 ? Math.max(0, list.length + a) : a;
        return list.slice(start, start + b);
      },
    });
  }
}

function include(value: unknown, tree: Tree, scope: { document: Doc; variables: Doc }): unknown {
  if (Array.isArray(value)) {
    return value
      .filter((element: unknown) => isPlainObject(element) || Array.isArray(element))
      .map((element: unknown) => include(element, tree, scope));
  }
  if (!isPlainObject(value)) {
    if (value !== undefined && !hasComputed(tree)) return undefined;
    return computedOnly(tree, scope);
  }
  const result: Doc = {};
  for (const [name, one] of Object.entries(value)) {
    const leaf = tree.get(name);
    if (leaf === undefined) continue;
    let kept: unknown;
    if (leaf instanceof Map) kept = include(one, leaf, scope);
    else if (leaf.kind === 'keep') kept = one;
    else if (leaf.kind === 'special') kept = leaf.apply(one, scope.document);
    if (kept !== undefined) setField(result, name, kept);
  }
  for (const [name, leaf] of tree) {
    if (leaf instanceof Map) {
      if (getField(value, name) === undefined && hasComputed(leaf))
        setField(result, name, computedOnly(leaf, scope));
    } else if (leaf.kind === 'compute') {
      const computed = leaf.evaluate(scope);
      if (computed !== undefined) setField(result, name, computed);
    }
  }
  return result;
}

function hasComputed(tree: Tree): boolean {
  return [...tree.values()].some((leaf) =>
    leaf instanceof Map ? hasComputed(leaf) : leaf.kind === 'compute',
  );
}

function computedOnly(tree: Tree, scope: { document: Doc; variables: Doc }): unknown {
  return hasComputed(tree) ? include({}, tree, scope) : undefined;
}

function exclude(value: unknown, tree: Tree, document: Doc): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => exclude(element, tree, document));
  if (!isPlainObject(value)) return value;
  const result: Doc = {};
  for (const [name, one] of Object.entries(value)) {
    const leaf = tree.get(name);
    if (leaf instanceof Map) setField(result, name, exclude(one, leaf, document));
    else if (leaf === undefined || leaf.kind === 'keep') setField(result, name, one);
    else if (leaf.kind === 'special') {
      const kept = leaf.apply(one, document);
      if (kept !== undefined) setField(result, name, kept);
    }
  }
  return result;
}

export function compileProjection(spec: Doc, operator: string, options: Options): Projection {
  const builder = new Builder(operator, options);
  for (const [name, value] of Object.entries(spec)) builder.add(name, value);
  const { tree, compiler } = builder;
  const keeps = builder.keeps;
  if (keeps && builder.keepId === undefined && !tree.has('_id')) tree.set('_id', { kind: 'keep' });
  const positional = options.forFind && Object.keys(spec).some((name) => name.endsWith('.$'));
  const everything = !keeps || compiler.everyField || positional;
  const fields = everything ? undefined : new Set([...tree.keys(), ...compiler.fields]);
  return {
    apply: (document, variables) =>
      (keeps ? include(document, tree, { document, variables }) : exclude(document, tree, document)) as Doc,
    fields,
    topLevel: options.forFind ? topLevelOf(tree, keeps) : undefined,
  };
}

function topLevelOf(tree: Tree, keeps: boolean): Projection['topLevel'] {
  const plain = [...tree.values()].every(
    (leaf) => !(leaf instanceof Map) && (leaf.kind === 'keep' || leaf.kind === 'drop'),
  );
  if (!plain) return undefined;
  const names = [...tree].flatMap(([name, leaf]) =>
    leaf instanceof Map || (leaf.kind === 'drop') === !keeps ? [name] : [],
  );
  return { keep: keeps, names: new Set(names) };
}
