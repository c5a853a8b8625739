/**
 * An update compiled once and applied to documents: a replacement, operators, or an aggregation pipeline.
 * The result is either the very same bytes (nothing to do) or a new document with the same `_id`.
 */
import type { Timestamp } from 'bson';
import { equalValues } from '../bson/compare.ts';
import { decodeDocument } from '../bson/decode.ts';
import { encodeDocument } from '../bson/encode.ts';
import { BsonType, isPlainObject, RawDocument, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import type { CompileExpression } from '../query/match.ts';
import { idOf } from '../storage/documents.ts';
import { changeAt, operators, rename, type Operator } from './operators.ts';
import { compileArrayFilters, concretePaths, matchedElement, type Positions } from './targets.ts';
import { encodeTree, Leaf, nodeValue, ObjectNode, openDocument, opened, type Node } from './tree.ts';
import { showValue } from '../show-value.ts';

export interface UpdateContext {
  readonly compileExpression: CompileExpression;
  /** Compiles a pipeline to a function of one document. */
  readonly compilePipeline: (pipeline: readonly unknown[], variables: Doc) => (document: Doc) => Doc;
  readonly nextTimestamp: () => Timestamp;
}

export interface Update {
  readonly isReplacement: boolean;
  /** `inserting`: the document is being made by an upsert. */
  apply(before: Buffer, inserting: boolean): Buffer;
}

interface Statement {
  readonly update: unknown;
  readonly filter: Doc;
  readonly arrayFilters: unknown;
  readonly variables: Doc;
}

export function compileUpdate(
  { update, filter, arrayFilters, variables }: Statement,
  context: UpdateContext,
): Update {
  if (Array.isArray(update)) {
    if (arrayFilters !== undefined)
      throw new CommandError('FailedToParse', 'arrayFilters may not be specified for pipeline-style updates');
    return pipelineUpdate(update as unknown[], variables, context);
  }
  if (!(update instanceof RawDocument)) {
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  }
  const root = openDocument(update.bytes);
  const first = root.fields.keys().next();
  if (first.done !== true && first.value.startsWith('$')) {
    return operatorUpdate(root, filter, arrayFilters, context);
  }
  const dollar = [...root.fields.keys()].find((name) => name.startsWith('$'));
  if (dollar !== undefined) {
    throw new CommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' in '${dollar}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
  return replacement(root, update.bytes, context);
}

function pipelineUpdate(pipeline: readonly unknown[], variables: Doc, context: UpdateContext): Update {
  const allowed = ['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'];
  for (const stage of pipeline) {
    const name = isPlainObject(stage) ? Object.keys(stage)[0] : undefined;
    if (name === undefined || !allowed.includes(name)) {
      throw new CommandError(
        'InvalidOptions',
        `${name ?? 'A stage that is not a document'} is not allowed to be used within an update`,
      );
    }
  }
  const run = context.compilePipeline(pipeline, variables);
  return {
    isReplacement: false,
    apply: (before) => {
      const document = decodeDocument(before);
      const result = run(document);
      const id = document['_id'];
      if (!('_id' in result)) return withIdFirst(encodeDocument(result), id);
      checkId(id, result['_id']);
      return encodeDocument({ _id: result['_id'], ...result });
    },
  };
}

function withIdFirst(bytes: Buffer, id: unknown): Buffer {
  if (id === undefined) return bytes;
  const root = openDocument(bytes);
  const rest = [...root.fields].filter(([name]) => name !== '_id');
  return encodeTree(
    new ObjectNode(new Map<string, Node>([...openDocument(encodeDocument({ _id: id })).fields, ...rest])),
  );
}

function checkId(before: unknown, after: unknown): void {
  if (before !== undefined && !equalValues(before, after)) {
    throw new CommandError(
      'ImmutableField',
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    );
  }
}

function replacement(root: ObjectNode, bytes: Buffer, context: UpdateContext): Update {
  fillTimestamps(root, context);
  const filled = [...root.fields.values()].some((node) => node instanceof Leaf && node.bytes !== bytes)
    ? encodeTree(root)
    : bytes;
  return {
    isReplacement: true,
    apply: (before) => {
      const id = root.fields.get('_id');
      const old = openDocument(before).fields.get('_id');
      if (old === undefined) return filled;
      if (id !== undefined) {
        const value = nodeValue(id);
        if (!equalValues(nodeValue(old), value)) {
          throw new CommandError(
            'ImmutableField',
            `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${showValue(value)}`,
          );
        }
      }
      const fields = new Map<string, Node>([['_id', old]]);
      for (const [name, node] of root.fields) if (name !== '_id') fields.set(name, node);
      return encodeTree(new ObjectNode(fields));
    },
  };
}

/** An empty timestamp at the top of a new document stands for the present. */
export function fillTimestamps(root: ObjectNode, context: { nextTimestamp: () => Timestamp }): void {
  for (const [name, node] of root.fields) {
    if (!(node instanceof Leaf) || node.type !== BsonType.Timestamp || name === '_id') continue;
    if ((node.value as Timestamp).toBigInt() !== 0n) continue;
    const filled = openDocument(encodeDocument({ v: context.nextTimestamp() })).fields.get('v');
    if (filled !== undefined) root.fields.set(name, filled);
  }
}

interface Step {
  readonly operator: string;
  readonly path: string;
  readonly operand: Leaf;
  readonly prepared: ReturnType<Operator>;
}

function conflicts(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

class Steps {
  readonly list: Step[] = [];
  private readonly paths: string[] = [];

  constructor(root: ObjectNode, now: Date, context: UpdateContext) {
    for (const [operator, node] of root.fields) {
      if (!operator.startsWith('$')) {
        throw new CommandError(
          'FailedToParse',
          `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
        );
      }
      const make = operator === '$rename' ? undefined : operators[operator];
      if (make === undefined && operator !== '$rename') {
        throw new CommandError(
          'FailedToParse',
          `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
        );
      }
      const open = opened(node);
      if (!(open instanceof ObjectNode)) {
        throw new CommandError(
          'FailedToParse',
          `Modifiers operate on fields but we found type ${showValue(nodeValue(node))} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${showValue(nodeValue(node))}}`,
        );
      }
      for (const [path, operand] of open.fields) this.add(operator, path, operand, make, now, context);
    }
  }

  private add(
    operator: string,
    path: string,
    operand: Node,
    make: Operator | undefined,
    now: Date,
    context: UpdateContext,
  ): void {
    if (path === '') throw new CommandError('EmptyFieldName', 'An empty update path is not valid.');
    if (!(operand instanceof Leaf)) return;
    this.claim(path);
    if (make === undefined) {
      const target = operand.value;
      if (typeof target !== 'string' || target === '' || target === path) {
        throw new CommandError(
          'BadValue',
          `The 'to' field for $rename must be another field name: ${path}: ${showValue(target)}`,
        );
      }
      this.claim(target);
    }
    const prepared = make?.(
      operand,
      { compileExpression: context.compileExpression, now, timestamp: context.nextTimestamp },
      path,
    );
    this.list.push({
      operator,
      path,
      operand,
      prepared: prepared ?? { create: false, change: (current) => current },
    });
  }

  private claim(path: string): void {
    const other = this.paths.find((one) => conflicts(one, path));
    if (other !== undefined) {
      throw new CommandError(
        'ConflictingUpdateOperators',
        `Updating the path '${path}' would create a conflict at '${other}'`,
      );
    }
    this.paths.push(path);
  }
}

function operatorUpdate(
  root: ObjectNode,
  filter: Doc,
  arrayFilters: unknown,
  context: UpdateContext,
): Update {
  const filters = compileArrayFilters(arrayFilters, context.compileExpression);
  const { list } = new Steps(root, new Date(), context);
  const used = list.map(({ path }) => path).join('\n');
  for (const name of filters.keys()) {
    if (!used.includes(`$[${name}]`)) {
      throw new CommandError(
        'FailedToParse',
        `The array filter for identifier '${name}' was not used in the update`,
      );
    }
  }
  return {
    isReplacement: false,
    apply: (before, inserting) => {
      const target = openDocument(before);
      const positions: Positions = {
        filters,
        matchedAt: (arrayPath) =>
          matchedElement(decodeDocument(before), filter, arrayPath, context.compileExpression),
      };
      for (const step of list) applyStep(step, target, inserting, positions);
      const after = encodeTree(target);
      if (after.equals(before)) return before;
      checkSameId(before, after);
      return after;
    },
  };
}

function applyStep(step: Step, target: ObjectNode, inserting: boolean, positions: Positions): void {
  if (step.operator === '$setOnInsert' && !inserting) return;
  if (step.operator === '$rename') {
    rename(target, step.path.split('.'), String(step.operand.value).split('.'));
    return;
  }
  for (const path of concretePaths(target, step.path, positions)) {
    changeAt(target, path, step.prepared.create, step.prepared.change);
  }
}

function checkSameId(before: Buffer, after: Buffer): void {
  const old = idOf(before);
  if (old === undefined) return;
  checkId(old, idOf(after));
}
