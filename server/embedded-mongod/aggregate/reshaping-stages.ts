/** Stages that change each document by itself. */
import { getField, isPlainObject, setField, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { ExpressionCompiler, type Evaluate } from './expression.ts';
import { compileProjection } from './projection.ts';
import { flatMapped, mapped } from './source.ts';
import { type Compile, asDocument, names } from './stage.ts';

export const project: Compile = (operand, context, name) => {
  const spec = asDocument(operand, name);
  if (Object.keys(spec).length === 0)
    throw new CommandError(
      51272,
      `Invalid ${name} :: caused by :: projection specification must have at least one field`,
    );
  const projection = compileProjection(spec, name, { forFind: false, filter: {}, variables: names(context) });
  return {
    name,
    apply: (source) => mapped(source, (document) => projection.apply(document, context.variables)),
    reads: projection.fields,
    replaces: projection.fields !== undefined,
  };
};

type FieldTree = Map<string, Evaluate | FieldTree>;

function fieldTree(spec: Doc, compiler: ExpressionCompiler, tree: FieldTree = new Map()): FieldTree {
  for (const [path, value] of Object.entries(spec)) {
    const parts = path.split('.');
    let at = tree;
    for (const part of parts.slice(0, -1)) {
      let next = at.get(part);
      if (!(next instanceof Map)) {
        next = new Map();
        at.set(part, next);
      }
      at = next;
    }
    const last = parts.at(-1) ?? '';
    if (last === '' || parts[0]?.startsWith('$') === true)
      throw new CommandError(16410, `FieldPath field names may not be empty or start with '$'.`);
    const nested =
      isPlainObject(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]?.startsWith('$');
    if (nested) at.set(last, fieldTree(value, compiler));
    else at.set(last, compiler.compile(value));
  }
  return tree;
}

function withFields(value: unknown, tree: FieldTree, scope: { document: Doc; variables: Doc }): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => withFields(element, tree, scope));
  const result: Doc = isPlainObject(value) ? { ...value } : {};
  for (const [name, step] of tree) {
    const made = step instanceof Map ? withFields(getField(result, name), step, scope) : step(scope);
    if (made === undefined) Reflect.deleteProperty(result, name);
    else setField(result, name, made);
  }
  return result;
}

export const addFields: Compile = (operand, context, name) => {
  const compiler = new ExpressionCompiler(names(context));
  const tree = fieldTree(asDocument(operand, name), compiler);
  const touched = [...tree].flatMap(([field, step]) => (step instanceof Map ? [field] : []));
  return {
    name,
    apply: (source) =>
      mapped(
        source,
        (document) => withFields(document, tree, { document, variables: context.variables }) as Doc,
      ),
    reads: compiler.everyField ? undefined : new Set([...compiler.fields, ...touched]),
    replaces: false,
  };
};

export const unset: Compile = (operand, context, name) => {
  const list = Array.isArray(operand) ? (operand as unknown[]) : [operand];
  if (list.length === 0 || list.some((one) => typeof one !== 'string' || one === '')) {
    throw new CommandError(31002, '$unset specification must be a string or an array of strings');
  }
  const spec = Object.fromEntries(list.map((one) => [String(one), 0]));
  const stage = project(spec, context, name);
  return {
    ...stage,
    name,
    reads: new Set(list.map((one) => String(one).split('.')[0] ?? '')),
    replaces: false,
  };
};

export const replaceWith: Compile = (operand, context, name) => {
  const compiler = new ExpressionCompiler(names(context));
  const expression = name === '$replaceRoot' ? asDocument(operand, name)['newRoot'] : operand;
  const evaluate = compiler.compile(expression);
  return {
    name,
    apply: (source) =>
      mapped(source, (document) => {
        const result = evaluate({ document, variables: context.variables });
        if (!isPlainObject(result)) {
          throw new CommandError(
            40228,
            `'newRoot' expression must evaluate to an object, but resulting value was: ${String(result)}`,
          );
        }
        return result;
      }),
    reads: compiler.everyField ? undefined : compiler.fields,
    replaces: true,
  };
};

export function replaceAt(document: Doc, path: readonly string[], value: unknown): Doc {
  const [name, ...rest] = path;
  if (name === undefined) return document;
  const result = { ...document };
  const inner = document[name];
  const made = rest.length === 0 ? value : replaceAt(isPlainObject(inner) ? inner : {}, rest, value);
  if (made === undefined) Reflect.deleteProperty(result, name);
  else setField(result, name, made);
  return result;
}

export const unwind: Compile = (operand, _context, name) => {
  const spec = typeof operand === 'string' ? { path: operand } : asDocument(operand, name);
  const text = spec['path'];
  if (typeof text !== 'string' || !text.startsWith('$')) {
    throw new CommandError(28818, "path option to $unwind stage should be prefixed with a '$'");
  }
  const path = text.slice(1).split('.');
  const preserve = spec['preserveNullAndEmptyArrays'] === true;
  const indexField = spec['includeArrayIndex'];
  const indexed = (document: Doc, index: bigint | null): Doc =>
    typeof indexField === 'string' ? replaceAt(document, indexField.split('.'), index) : document;
  return {
    name,
    apply: (source) =>
      flatMapped(source, (document) => {
        let value: unknown = document;
        for (const part of path) value = isPlainObject(value) ? getField(value, part) : undefined;
        if (!Array.isArray(value)) {
          if ((value === null || value === undefined) && !preserve) return [];
          return [indexed(document, null)];
        }
        if (value.length === 0) return preserve ? [indexed(replaceAt(document, path, undefined), null)] : [];
        return value.map((element: unknown, at) => indexed(replaceAt(document, path, element), BigInt(at)));
      }),
    reads: new Set([path[0] ?? '']),
    replaces: false,
  };
};
