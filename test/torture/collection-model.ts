/**
 * A collection in memory with the few operations that the random test uses, written for plainness: no index,
 * no plan, one pass over a list. Values are numbers, strings, null, absent, or a list of numbers.
 */
export type Scalar = number | string | null;

export interface Row {
  _id: number;
  a?: Scalar;
  b?: Scalar;
  tags?: number[];
}

export type ScalarField = 'a' | 'b';

/** One condition of a filter, in a form that both the model and MongoDB can be given. */
export type Condition =
  | {
      field: ScalarField | 'tags';
      operator: '$eq' | '$ne' | '$gt' | '$gte' | '$lt' | '$lte';
      operand: Scalar;
    }
  | { field: ScalarField | 'tags'; operator: '$in' | '$nin'; operand: Scalar[] }
  | { field: ScalarField | 'tags'; operator: '$exists'; operand: boolean };

export interface Filter {
  joined: 'all' | 'any';
  conditions: Condition[];
}

export type Change =
  | { operator: '$set'; field: ScalarField; operand: Scalar }
  | { operator: '$inc'; field: ScalarField; operand: number }
  | { operator: '$unset'; field: ScalarField | 'tags' }
  | { operator: '$push' | '$addToSet' | '$pull'; operand: number };

/** The filter as MongoDB takes it. */
export function queryOf({ joined, conditions }: Filter): Record<string, unknown> {
  const parts = conditions.map(({ field, operator, operand }) => ({ [field]: { [operator]: operand } }));
  if (parts.length === 0) return {};
  return joined === 'all' ? { $and: parts } : { $or: parts };
}

/** The change as MongoDB takes it. */
export function updateOf(change: Change): Record<string, unknown> {
  if (change.operator === '$unset') return { $unset: { [change.field]: '' } };
  if ('field' in change) return { [change.operator]: { [change.field]: change.operand } };
  return { [change.operator]: { tags: change.operand } };
}

function typeRank(value: Scalar | undefined): number {
  if (value === undefined || value === null) return 1;
  return typeof value === 'number' ? 2 : 3;
}

/** MongoDB's order across types: absent and null together, numbers, strings. */
function compareScalars(left: Scalar | undefined, right: Scalar | undefined): number {
  const ranks = typeRank(left) - typeRank(right);
  if (ranks !== 0) return ranks;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  return 0;
}

function compares(value: Scalar | undefined, operator: string, operand: Scalar): boolean {
  // A range holds only between values of the same type; null stands for absent as well.
  if (typeRank(value) !== typeRank(operand)) return false;
  const order = compareScalars(value, operand);
  switch (operator) {
    case '$eq':
      return order === 0;
    case '$gt':
      return order > 0;
    case '$gte':
      return order >= 0;
    case '$lt':
      return order < 0;
    default:
      return order <= 0;
  }
}

function candidates(row: Row, field: ScalarField | 'tags'): (Scalar | undefined)[] {
  const value = row[field];
  return Array.isArray(value) ? value : [value];
}

function holds(row: Row, condition: Condition): boolean {
  const values = candidates(row, condition.field);
  switch (condition.operator) {
    case '$exists':
      return (row[condition.field] !== undefined) === condition.operand;
    case '$in':
      return values.some((value) => condition.operand.some((one) => compares(value, '$eq', one)));
    case '$nin':
      return !values.some((value) => condition.operand.some((one) => compares(value, '$eq', one)));
    case '$ne':
      return !values.some((value) => compares(value, '$eq', condition.operand));
    default: {
      const { operator, operand } = condition;
      return values.some((value) => compares(value, operator, operand));
    }
  }
}

function changed(row: Row, change: Change): Row | undefined {
  const next = structuredClone(row);
  switch (change.operator) {
    case '$set':
      next[change.field] = change.operand;
      return next;
    case '$inc': {
      const before = row[change.field];
      if (before !== undefined && typeof before !== 'number') return undefined;
      next[change.field] = (before ?? 0) + change.operand;
      return next;
    }
    case '$unset':
      Reflect.deleteProperty(next, change.field);
      return next;
    case '$push':
      next.tags = [...(row.tags ?? []), change.operand];
      return next;
    case '$addToSet':
      next.tags = [...(row.tags ?? []), change.operand];
      return row.tags?.includes(change.operand) === true ? structuredClone(row) : next;
    case '$pull':
      if (row.tags !== undefined) next.tags = row.tags.filter((tag) => tag !== change.operand);
      return next;
  }
}

/** Sorting by a list uses its least element upwards and its greatest downwards; an empty list comes first. */
function sortKey(row: Row, field: ScalarField | 'tags' | '_id', direction: 1 | -1): Scalar | undefined {
  const value = row[field];
  if (!Array.isArray(value)) return value;
  if (value.length === 0) return undefined;
  return direction === 1 ? Math.min(...value) : Math.max(...value);
}

function isEmptyList(row: Row, field: ScalarField | 'tags' | '_id'): boolean {
  const value = row[field];
  return Array.isArray(value) && value.length === 0;
}

export class CollectionModel {
  readonly #rows = new Map<number, Row>();

  insert(row: Row): boolean {
    if (this.#rows.has(row._id)) return false;
    this.#rows.set(row._id, structuredClone(row));
    return true;
  }

  find(filter: Filter): Row[] {
    const all = [...this.#rows.values()];
    if (filter.conditions.length === 0) return all;
    return all.filter((row) =>
      filter.joined === 'all'
        ? filter.conditions.every((condition) => holds(row, condition))
        : filter.conditions.some((condition) => holds(row, condition)),
    );
  }

  /** The matching rows in order, ties by id; rows with an empty list sort before everything. */
  sorted(filter: Filter, field: ScalarField | 'tags' | '_id', direction: 1 | -1): Row[] {
    return this.find(filter).sort((left, right) => {
      const empty = Number(isEmptyList(right, field)) - Number(isEmptyList(left, field));
      const order =
        empty !== 0
          ? empty
          : compareScalars(sortKey(left, field, direction), sortKey(right, field, direction));
      return order * direction || left._id - right._id;
    });
  }

  /** How many rows matched, or undefined when MongoDB refuses the change on one of them. */
  update(filter: Filter, change: Change): number | undefined {
    const matched = this.find(filter);
    const next = matched.map((row) => changed(row, change));
    if (next.includes(undefined)) return undefined;
    for (const row of next) if (row !== undefined) this.#rows.set(row._id, row);
    return matched.length;
  }

  replace(row: Row): boolean {
    if (!this.#rows.has(row._id)) return false;
    this.#rows.set(row._id, structuredClone(row));
    return true;
  }

  delete(filter: Filter): number {
    const matched = this.find(filter);
    for (const { _id } of matched) this.#rows.delete(_id);
    return matched.length;
  }
}
