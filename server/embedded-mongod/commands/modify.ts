/**
 * Finding documents and changing them: the heart of update, delete and findAndModify. A document found is
 * read again when it is changed, so that what others did meanwhile is neither lost nor overwritten.
 */
import { ObjectId } from 'bson';
import { expressionTest } from '../aggregate/expression.ts';
import { decodeDocument } from '../bson/decode.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { compileFilter, isOperatorDocument, type Filter } from '../query/match.ts';
import { choosePlan, onlyId, parseHint } from '../query/plan.ts';
import { Scan } from '../query/scan.ts';
import { parseSort, sortFields, sortKey, Sorter, type SortPart } from '../query/sort.ts';
import type { Collection } from '../storage/catalog.ts';
import { documentKey, idOf, recordById, removeDocument, replaceDocument } from '../storage/documents.ts';
import type { UnitOfWork } from '../storage/unit-of-work.ts';
import { changeAt } from '../update/operators.ts';
import { encodeTree, leafOf, ObjectNode } from '../update/tree.ts';
import { compileUpdate, type Update } from '../update/update.ts';
import type { CommandContext } from './context.ts';
import { insertOne, prepared } from './insert.ts';
import { checkValid } from './validation.ts';
import type { Statement } from './write.ts';

interface Selection {
  readonly filter: Doc;
  readonly sort: readonly SortPart[];
  readonly hint: unknown;
  readonly multi: boolean;
  readonly variables: Doc;
}

export function selectionOf(filter: Doc, spec: Doc, multi: boolean, variables: Doc): Selection {
  return { filter, sort: parseSort(spec['sort']), hint: spec['hint'], multi, variables };
}

/** Walks the documents of a selection one at a time and hands each to `change`, as it is now. */
class Walk {
  private scan: Scan | undefined;
  private ordered: string[] | undefined;
  private readonly compiled: Filter;
  private pending: string | undefined;

  constructor(
    private readonly context: CommandContext,
    private readonly collection: Collection,
    private readonly selection: Selection,
  ) {
    this.compiled = compileFilter(selection.filter, expressionTest(selection.variables));
  }

  /** `undefined`: nothing yet; `null`: no more. */
  next(unit: UnitOfWork): { record: string; bytes: Buffer } | undefined | null {
    const record = this.pending ?? this.nextRecord(unit);
    if (record === undefined || record === null) return record;
    this.pending = record;
    const bytes = unit.get(documentKey(this.collection, record));
    if (bytes === undefined || !this.compiled.matches(decodeDocument(bytes, 0, this.compiled.fields))) {
      this.pending = undefined;
      return undefined;
    }
    return { record, bytes };
  }

  /** The document that `next` gave is dealt with. */
  passed(): void {
    this.pending = undefined;
  }

  private nextRecord(unit: UnitOfWork): string | undefined | null {
    const id = onlyId(this.selection.filter);
    if (id !== undefined && this.selection.hint === undefined) {
      if (this.ordered !== undefined) return null;
      this.ordered = [];
      return recordById(unit, this.collection, id) ?? null;
    }
    if (this.ordered === undefined) this.scan ??= this.open(unit);
    if (this.ordered !== undefined) return this.ordered.shift() ?? null;
    if (this.scan === undefined) return null;
    const step = this.scan.next();
    if (step === 'end') {
      this.close();
      return null;
    }
    return step === 'pause' ? undefined : this.scan.record;
  }

  /** The walk reads a snapshot, so that documents moved by the changes are not met twice. */
  private open(unit: UnitOfWork): Scan {
    const { context, collection, selection } = this;
    const plan = choosePlan(
      collection,
      selection.filter,
      selection.sort,
      parseHint(collection, selection.hint),
    );
    let release = (): void => undefined;
    let view = unit.view();
    if (context.transaction === undefined) {
      const snapshot = context.engine.store.snapshot();
      view = snapshot.view;
      release = () => snapshot.release();
    }
    const scan = new Scan(view, collection, plan, this.compiled);
    this.release = release;
    if (!plan.sorts || context.transaction !== undefined) this.collect(scan, plan.sorts);
    return scan;
  }

  private release: () => void = () => undefined;

  /** In a transaction the changes would be seen by the walk itself, so the records are gathered first. */
  private collect(scan: Scan, sorts: boolean): void {
    const { sort, multi } = this.selection;
    const fields = new Set(sortFields(sort));
    const most = multi ? Infinity : sorts ? 1 : 20;
    const sorter = new Sorter<string>(sorts ? [] : sort, most);
    let found = 0;
    for (;;) {
      const step = scan.next();
      if (step === 'end') break;
      if (step === 'pause') continue;
      sorter.add(sorts ? [] : sortKey(decodeDocument(scan.bytes, 0, fields), sort), scan.record);
      if (sorts && ++found >= most) break;
    }
    this.ordered = sorter.sorted();
    scan.close();
    this.closeSnapshot();
  }

  private closeSnapshot(): void {
    this.release();
    this.release = () => undefined;
  }

  close(): void {
    this.scan?.close();
    this.closeSnapshot();
  }
}

/** Changes the selected documents; `change` gets each as it is now. */
export class Modification implements Statement {
  private readonly walk: Walk | undefined;
  matched = 0;

  constructor(
    context: CommandContext,
    collection: Collection | undefined,
    private readonly selection: Selection,
    private readonly change: (
      unit: UnitOfWork,
      collection: Collection,
      record: string,
      bytes: Buffer,
    ) => void,
    private readonly whenNone: (unit: UnitOfWork) => void = () => undefined,
  ) {
    this.collection = collection;
    this.walk = collection === undefined ? undefined : new Walk(context, collection, selection);
  }

  private readonly collection: Collection | undefined;

  step(unit: UnitOfWork): boolean {
    const { walk, collection } = this;
    if (walk === undefined || collection === undefined) {
      this.whenNone(unit);
      return true;
    }
    const found = walk.next(unit);
    if (found === undefined) return false;
    if (found === null) {
      if (this.matched === 0) this.whenNone(unit);
      return true;
    }
    this.change(unit, collection, found.record, found.bytes);
    walk.passed();
    this.matched++;
    return !this.selection.multi;
  }

  close(): void {
    this.walk?.close();
  }
}

interface UpdateSpec {
  readonly filter: Doc;
  readonly update: unknown;
  readonly arrayFilters: unknown;
  readonly variables: Doc;
  readonly upsert: boolean;
}

function compiledUpdate(context: CommandContext, spec: UpdateSpec, multi: boolean): Update {
  const update = compileUpdate(spec, context.engine.updateContext);
  if (multi && update.isReplacement) {
    throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
  }
  return update;
}

/** Fields that the filter fixes to one value, for a document made by an upsert. */
function equalities(filter: Doc, into: Map<string, unknown>): void {
  for (const [name, value] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(value)) {
      for (const clause of value as unknown[]) if (isPlainObject(clause)) equalities(clause, into);
    } else if (name === '$or' && Array.isArray(value) && value.length === 1 && isPlainObject(value[0])) {
      equalities(value[0], into);
    } else if (!name.startsWith('$')) {
      const fixed = fixedValue(value);
      if (fixed === undefined) continue;
      if (into.has(name))
        throw new CommandError(54, `cannot infer query fields to set, path '${name}' is matched twice`);
      into.set(name, fixed);
    }
  }
}

function fixedValue(value: unknown): unknown {
  if (!isOperatorDocument(value)) return isRegex(value) ? undefined : value;
  if ('$eq' in value) return value['$eq'];
  const list = value['$in'] ?? value['$all'];
  if (Array.isArray(list) && list.length === 1 && !isRegex(list[0]) && !isOperatorDocument(list[0]))
    return list[0];
  return undefined;
}

function isRegex(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Reflect.get(value, '_bsontype') === 'BSONRegExp';
}

/** The document an upsert inserts. */
function upsertedDocument(context: CommandContext, spec: UpdateSpec, update: Update): Buffer {
  const fixed = new Map<string, unknown>();
  equalities(spec.filter, fixed);
  const root = new ObjectNode(new Map());
  if (update.isReplacement) {
    const id = fixed.get('_id');
    if (id !== undefined) root.fields.set('_id', leafOf(id));
  } else {
    for (const [name, value] of fixed) changeAt(root, name.split('.'), true, () => leafOf(value));
  }
  let made = update.apply(encodeTree(root), true);
  if (update.isReplacement && idOf(made) === undefined && fixed.has('_id'))
    made = update.apply(encodeTree(root), true);
  if (idOf(made) === undefined && !hasId(made)) made = withNewId(made);
  return prepared(context, made);
}

function hasId(bytes: Buffer): boolean {
  return '_id' in decodeDocument(bytes, 0, new Set(['_id']));
}

function withNewId(bytes: Buffer): Buffer {
  const root = new ObjectNode(new Map([['_id', leafOf(new ObjectId())]]));
  const rest = encodeTree(root);
  const joined = Buffer.concat([rest.subarray(0, rest.length - 1), bytes.subarray(4)]);
  joined.writeInt32LE(joined.length, 0);
  return joined;
}

export interface Updated {
  matched: number;
  modified: number;
  upserted: { id: unknown; bytes: Buffer } | undefined;
  before: Buffer | undefined;
  after: Buffer | undefined;
}

/** An update as a statement, with what came of it. */
export function updateStatement(
  context: CommandContext,
  collection: () => Collection,
  existing: Collection | undefined,
  selection: Selection,
  spec: UpdateSpec,
): { statement: Modification; outcome: Updated } {
  const update = compiledUpdate(context, spec, selection.multi);
  const outcome: Updated = {
    matched: 0,
    modified: 0,
    upserted: undefined,
    before: undefined,
    after: undefined,
  };
  const statement = new Modification(
    context,
    existing,
    selection,
    (unit, target, record, bytes) => {
      unit.lock(documentKey(target, record));
      const after = update.apply(bytes, false);
      if (!after.equals(bytes)) {
        checkValid(context, target, after, bytes);
        replaceDocument(unit, target, record, bytes, after);
        outcome.modified++;
      }
      outcome.matched++;
      outcome.before = bytes;
      outcome.after = after;
    },
    (unit) => {
      if (!spec.upsert) return;
      const bytes = upsertedDocument(context, spec, update);
      insertOne(unit, context, collection(), bytes);
      outcome.upserted = { id: idOf(bytes), bytes };
      outcome.after = bytes;
    },
  );
  return { statement, outcome };
}

export function deleteStatement(
  context: CommandContext,
  existing: Collection | undefined,
  selection: Selection,
): { statement: Modification; outcome: { removed: number; before: Buffer | undefined } } {
  const outcome: { removed: number; before: Buffer | undefined } = { removed: 0, before: undefined };
  const statement = new Modification(context, existing, selection, (unit, target, record, bytes) => {
    removeDocument(unit, target, record, bytes);
    outcome.removed++;
    outcome.before = bytes;
  });
  return { statement, outcome };
}
