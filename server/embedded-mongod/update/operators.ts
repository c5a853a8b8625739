/**
 * The update operators, each on one place of a document tree. Numbers follow MongoDB's widening rules
 * exactly; an update that cannot be applied exactly is refused and changes nothing.
 */
import type { Timestamp } from 'bson';
import { compareValues, equalValues } from '../bson/compare.ts';
import { combine, isNumeric, kindOf, toNumber, type Numeric } from '../bson/numbers.ts';
import { BsonType, isPlainObject } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { compileFilter, isOperatorDocument, type CompileExpression } from '../query/match.ts';
import { isIndexName } from '../query/paths.ts';
import { compareSortKeys, parseSort, sortKey } from '../query/sort.ts';
import { showValue } from '../show-value.ts';
import { typeNameOf } from '../query/type-names.ts';
import { ArrayNode, Leaf, leafOf, nodeLeaf, nodeValue, ObjectNode, opened, type Node } from './tree.ts';

const MOST_PADDING = 1_500_000;

/** Replaces the value at a path: `change` gets what is there and returns what shall be there (undefined: nothing). */
type Change = (current: Node | undefined, path: string) => Node | undefined;

function cannotCreate(name: string, parent: Node, path: readonly string[]): CommandError {
  const at = path.slice(0, -1).join('.');
  return new CommandError(
    'PathNotViable',
    `Cannot create field '${name}' in element {${at.split('.').at(-1) ?? ''}: ${showValue(nodeValue(parent))}}`,
  );
}

/** Applies the change; `create` says whether missing parents are made. */
export function changeAt(root: ObjectNode, path: readonly string[], create: boolean, change: Change): void {
  let node: ObjectNode | ArrayNode = root;
  for (let at = 0; at < path.length - 1; at++) {
    const name = path[at] ?? '';
    const child = childOf(node, name);
    if (child === undefined) {
      if (!create) return;
      const made = new ObjectNode(new Map());
      setChild(node, name, made, path.slice(0, at + 1));
      node = made;
      continue;
    }
    const open = opened(child);
    if (open instanceof Leaf) {
      if (!create) return;
      throw cannotCreate(path[at + 1] ?? '', child, path.slice(0, at + 2));
    }
    if (open !== child) setChild(node, name, open, path);
    node = open;
  }
  const last = path.at(-1) ?? '';
  const current = childOf(node, last);
  const result = change(current, path.join('.'));
  if (result === current) return;
  if (result === undefined) removeChild(node, last);
  else setChild(node, last, result, path);
}

function childOf(node: ObjectNode | ArrayNode, name: string): Node | undefined {
  if (node instanceof ObjectNode) return node.fields.get(name);
  return isIndexName(name) ? node.items[Number(name)] : undefined;
}

function setChild(node: ObjectNode | ArrayNode, name: string, child: Node, path: readonly string[]): void {
  if (node instanceof ObjectNode) {
    node.fields.set(name, child);
    return;
  }
  if (!isIndexName(name)) throw cannotCreate(name, node, path);
  const index = Number(name);
  if (index > MOST_PADDING)
    throw new CommandError('BadValue', `can't backfill more than ${MOST_PADDING} elements`);
  while (node.items.length < index) node.items.push(leafOf(null));
  node.items[index] = child;
}

/** In an array the place stays and holds null. */
function removeChild(node: ObjectNode | ArrayNode, name: string): void {
  if (node instanceof ObjectNode) node.fields.delete(name);
  else if (isIndexName(name) && Number(name) < node.items.length) node.items[Number(name)] = leafOf(null);
}

interface OperatorContext {
  readonly compileExpression: CompileExpression;
  readonly now: Date;
  readonly timestamp: () => Timestamp;
}

/** An operand as it came, with its bytes. */
type Operand = Leaf;

export type Operator = (
  operand: Operand,
  context: OperatorContext,
  path: string,
) => { create: boolean; change: Change };

function arithmetic(how: 'add' | 'multiply', operator: string): Operator {
  return (operand, _context, path) => {
    const amount = operand.value;
    if (!isNumeric(amount)) {
      throw new CommandError(
        'TypeMismatch',
        `Cannot ${operator === '$inc' ? 'increment' : 'multiply'} with non-numeric argument: {${path}: ${showValue(amount)}}`,
      );
    }
    return {
      create: true,
      change: (current, place) => {
        if (current === undefined)
          return how === 'add'
            ? operand
            : leafOf(combine('multiply', zeroLike(amount), amount, `${operator} of '${place}'`));
        const value = nodeValue(current);
        if (!isNumeric(value)) {
          throw new CommandError(
            'TypeMismatch',
            `Cannot apply ${operator} to a value of non-numeric type. The field '${place}' has the non-numeric type ${typeNameOf(value)}`,
          );
        }
        return leafOf(combine(how, value, amount, `${operator} of '${place}'`));
      },
    };
  };
}

function zeroLike(value: Numeric): Numeric {
  return kindOf(value) === 'long' ? 0n : 0;
}

function extreme(sign: 1 | -1): Operator {
  return (operand) => ({
    create: true,
    change: (current) =>
      current === undefined || compareValues(operand.value, nodeValue(current)) * sign > 0
        ? operand
        : current,
  });
}

function arrayAt(current: Node | undefined, operator: string, place: string): ArrayNode | undefined {
  if (current === undefined) return undefined;
  const open = opened(current);
  if (open instanceof ArrayNode) return open;
  throw new CommandError(
    'BadValue',
    `The field '${place}' must be an array but is of type ${typeNameOf(nodeValue(current))} (${operator})`,
  );
}

function itemsOf(leaf: Leaf): Node[] {
  const open = opened(leaf);
  return open instanceof ArrayNode ? open.items : [];
}

function eachItems(operand: Leaf, operator: string): { items: Node[]; modifiers: Map<string, Node> } {
  const open = opened(operand);
  const each = open instanceof ObjectNode ? open.fields.get('$each') : undefined;
  if (!(open instanceof ObjectNode) || each === undefined) return { items: [operand], modifiers: new Map() };
  const list = nodeLeaf(each);
  if (list.type !== BsonType.Array) {
    throw new CommandError(
      'BadValue',
      `The argument to $each in ${operator} must be an array but it was of type: ${typeNameOf(list.value)}`,
    );
  }
  for (const name of open.fields.keys()) {
    const known = operator === '$push' ? ['$each', '$slice', '$sort', '$position'] : ['$each'];
    if (!known.includes(name))
      throw new CommandError('BadValue', `Unrecognized clause in ${operator}: ${name}`);
  }
  return { items: itemsOf(list), modifiers: open.fields };
}

function wholeModifier(modifiers: Map<string, Node>, name: string): number | undefined {
  const node = modifiers.get(name);
  if (node === undefined) return undefined;
  const value = nodeValue(node);
  const number = isNumeric(value) ? toNumber(value) : NaN;
  if (!Number.isInteger(number))
    throw new CommandError('BadValue', `The value for ${name} must be an integer value`);
  return number;
}

function sortItems(items: Node[], spec: unknown): Node[] {
  if (isPlainObject(spec)) {
    const parts = parseSort(spec);
    return items
      .map((item) => {
        const value = nodeValue(item);
        return { item, key: sortKey(isPlainObject(value) ? value : {}, parts) };
      })
      .sort((a, b) => compareSortKeys(a.key, b.key, parts))
      .map(({ item }) => item);
  }
  const direction = isNumeric(spec) ? toNumber(spec) : NaN;
  if (direction !== 1 && direction !== -1) {
    throw new CommandError('BadValue', 'The $sort element value must be either 1 or -1');
  }
  return items
    .map((item) => ({ item, value: nodeValue(item) }))
    .sort((a, b) => compareValues(a.value, b.value) * direction)
    .map(({ item }) => item);
}

const push: Operator = (operand) => {
  const { items, modifiers } = eachItems(operand, '$push');
  const position = wholeModifier(modifiers, '$position');
  const slice = wholeModifier(modifiers, '$slice');
  const sort = modifiers.get('$sort');
  return {
    create: true,
    change: (current, place) => {
      const before = arrayAt(current, '$push', place)?.items ?? [];
      const at =
        position === undefined
          ? before.length
          : position < 0
            ? Math.max(0, before.length + position)
            : Math.min(position, before.length);
      let all = [...before.slice(0, at), ...items, ...before.slice(at)];
      if (sort !== undefined) all = sortItems(all, nodeValue(sort));
      if (slice !== undefined) all = slice === 0 ? [] : slice < 0 ? all.slice(slice) : all.slice(0, slice);
      return new ArrayNode(all);
    },
  };
};

const addToSet: Operator = (operand) => {
  const { items } = eachItems(operand, '$addToSet');
  return {
    create: true,
    change: (current, place) => {
      const all = [...(arrayAt(current, '$addToSet', place)?.items ?? [])];
      const values = all.map(nodeValue);
      let added = current === undefined;
      for (const item of items) {
        const value = nodeValue(item);
        if (values.some((one) => equalValues(one, value))) continue;
        values.push(value);
        all.push(item);
        added = true;
      }
      return added ? new ArrayNode(all) : current;
    },
  };
};

const pop: Operator = (operand, _context, path) => {
  const value = operand.value;
  const end = isNumeric(value) ? toNumber(value) : NaN;
  if (end !== 1 && end !== -1) {
    throw new CommandError('FailedToParse', `$pop expects 1 or -1, found: ${showValue(value)} for '${path}'`);
  }
  return {
    create: false,
    change: (current, place) => {
      const array = arrayAt(current, '$pop', place);
      if (array === undefined || array.items.length === 0) return current;
      return new ArrayNode(end === 1 ? array.items.slice(0, -1) : array.items.slice(1));
    },
  };
};

function removing(operator: string, test: (value: unknown) => boolean): ReturnType<Operator> {
  return {
    create: false,
    change: (current, place) => {
      const array = arrayAt(current, operator, place);
      if (array === undefined) return current;
      const kept = array.items.filter((item) => !test(nodeValue(item)));
      return kept.length === array.items.length ? current : new ArrayNode(kept);
    },
  };
}

const pull: Operator = (operand, context) => {
  const condition = operand.value;
  if (isOperatorDocument(condition)) {
    const { matches } = compileFilter({ v: condition }, context.compileExpression);
    return removing('$pull', (value) => matches({ v: value }));
  }
  if (isPlainObject(condition)) {
    const { matches } = compileFilter(condition, context.compileExpression);
    return removing('$pull', (value) => isPlainObject(value) && matches(value));
  }
  const { matches } = compileFilter({ v: condition }, context.compileExpression);
  return removing('$pull', (value) =>
    Array.isArray(value) ? equalValues(value, condition) : matches({ v: value }),
  );
};

const pullAll: Operator = (operand, _context, path) => {
  const values = operand.value;
  if (!Array.isArray(values)) {
    throw new CommandError(
      'BadValue',
      `$pullAll requires an array argument but was given a ${typeNameOf(values)} for '${path}'`,
    );
  }
  return removing('$pullAll', (value) => values.some((one) => equalValues(one, value)));
};

const currentDate: Operator = (operand, context) => {
  const spec = operand.value;
  const kind: unknown = isPlainObject(spec) ? spec['$type'] : 'date';
  if (
    (spec !== true && spec !== false && !isPlainObject(spec)) ||
    (kind !== 'date' && kind !== 'timestamp')
  ) {
    throw new CommandError(
      'BadValue',
      "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
    );
  }
  return { create: true, change: () => leafOf(kind === 'timestamp' ? context.timestamp() : context.now) };
};

const bitwise: Record<string, (a: bigint, b: bigint) => bigint> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

const bit: Operator = (operand, _context, path) => {
  const spec = operand.value;
  if (!isPlainObject(spec) || Object.keys(spec).length === 0) {
    throw new CommandError(
      'BadValue',
      `The $bit modifier is not compatible with a ${typeNameOf(spec)} for '${path}'`,
    );
  }
  const steps = Object.entries(spec).map(([name, value]) => {
    const apply = bitwise[name];
    if (apply === undefined)
      throw new CommandError(
        'BadValue',
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}'`,
      );
    if (!isNumeric(value) || (kindOf(value) !== 'int' && kindOf(value) !== 'long')) {
      throw new CommandError(
        'BadValue',
        `The $bit modifier field must be an Integer(32/64 bit); '${path}' is not`,
      );
    }
    return { apply, value: value as number | bigint };
  });
  return {
    create: true,
    change: (current, place) => {
      let value = current === undefined ? 0 : nodeValue(current);
      for (const step of steps) {
        if ((typeof value !== 'number' && typeof value !== 'bigint') || kindOf(value) === 'double') {
          throw new CommandError(
            'BadValue',
            `Cannot apply $bit to a value of non-integral type. The field '${place}' is of type ${typeNameOf(value)}`,
          );
        }
        const result = step.apply(BigInt(value), BigInt(step.value));
        value =
          typeof value === 'bigint' || typeof step.value === 'bigint'
            ? BigInt.asIntN(64, result)
            : Number(BigInt.asIntN(32, result));
      }
      return leafOf(value);
    },
  };
};

const set: Operator = (operand) => ({
  create: true,
  change: (current) => (current instanceof Leaf && current.equals(operand) ? current : operand),
});

export const operators: Readonly<Record<string, Operator>> = {
  $set: set,
  $setOnInsert: set,
  $unset: () => ({ create: false, change: () => undefined }),
  $inc: arithmetic('add', '$inc'),
  $mul: arithmetic('multiply', '$mul'),
  $min: extreme(-1),
  $max: extreme(1),
  $push: push,
  $addToSet: addToSet,
  $pop: pop,
  $pull: pull,
  $pullAll: pullAll,
  $currentDate: currentDate,
  $bit: bit,
};

/** Moves a value; both places must be outside arrays. */
export function rename(root: ObjectNode, from: readonly string[], to: readonly string[]): void {
  let moved: Node | undefined;
  refuseArrays(root, from, 'source');
  refuseArrays(root, to, 'destination');
  changeAt(root, from, false, (current) => {
    moved = current;
    return undefined;
  });
  if (moved === undefined) return;
  const value = moved;
  changeAt(root, to, true, () => undefined);
  changeAt(root, to, true, () => value);
}

function refuseArrays(root: ObjectNode, path: readonly string[], which: string): void {
  let node: Node = root;
  for (const name of path) {
    const open: Node = opened(node);
    if (open instanceof ArrayNode) {
      throw new CommandError(
        'BadValue',
        `The ${which} field cannot be an array element, '${path.join('.')}'`,
      );
    }
    if (!(open instanceof ObjectNode)) return;
    const child = open.fields.get(name);
    if (child === undefined) return;
    node = child;
  }
}
