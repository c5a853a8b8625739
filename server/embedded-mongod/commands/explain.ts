/** explain: which plan a read would take, and what it examines when it is run. */
import { expressionTest } from '../aggregate/expression.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import { choosePlan, parseHint, type Plan } from '../query/plan.ts';
import { Scan } from '../query/scan.ts';
import { parseSort } from '../query/sort.ts';
import { showValue } from '../show-value.ts';
import { checkTime, findCollection, openView, type CommandContext } from './context.ts';
import { Reader, split } from './reader.ts';
import { VERSION } from '../version.ts';

function described(plan: Plan): Doc {
  switch (plan.kind) {
    case 'nothing':
      return { stage: 'EOF' };
    case 'collection':
      return { stage: 'COLLSCAN', direction: plan.reverse ? 'backward' : 'forward' };
    case 'index': {
      const scan = {
        stage: 'IXSCAN',
        keyPattern: plan.index.spec['key'],
        indexName: plan.index.name,
        isMultiKey: plan.index.arrays !== 0,
        isUnique: plan.index.unique,
        isSparse: plan.index.sparse,
        isPartial: plan.index.partial !== undefined,
        direction: plan.reverse ? 'backward' : 'forward',
        ranges: plan.ranges.length,
      };
      return { stage: 'FETCH', inputStage: scan };
    }
  }
}

interface Explained {
  readonly filter: Doc;
  readonly sort: unknown;
  readonly hint: unknown;
  readonly skip: number;
  readonly limit: number;
}

/** What the leading stages of a pipeline ask of the collection. */
function explainedOf({ query }: ReturnType<typeof split>): Explained {
  const { filter, sort, hint, skip, limit } = query;
  const order = Object.fromEntries(sort.map(({ name, direction }) => [name, direction]));
  return { filter, sort: sort.length === 0 ? undefined : order, hint, skip, limit };
}

function explained(command: Doc, name: string): Explained {
  const document = (value: unknown): Doc => (isPlainObject(value) ? value : {});
  switch (name) {
    case 'find':
      return {
        filter: document(command['filter']),
        sort: command['sort'],
        hint: command['hint'],
        skip: Number(command['skip'] ?? 0),
        limit: Math.abs(Number(command['limit'] ?? 0)) || Infinity,
      };
    case 'count':
    case 'distinct':
    case 'findAndModify':
      return {
        filter: document(command['query']),
        sort: command['sort'],
        hint: command['hint'],
        skip: 0,
        limit: name === 'findAndModify' ? 1 : Infinity,
      };
    case 'aggregate': {
      const pipeline = command['pipeline'];
      return explainedOf(split(Array.isArray(pipeline) ? (pipeline as unknown[]) : [], command['hint'], {}));
    }
    case 'update':
    case 'delete': {
      const list = command[name === 'update' ? 'updates' : 'deletes'];
      const first: unknown = Array.isArray(list) ? list[0] : undefined;
      const spec = document(first);
      return {
        filter: document(spec['q']),
        sort: spec['sort'],
        hint: spec['hint'],
        skip: 0,
        limit: spec['multi'] === true || spec['limit'] === 0 ? Infinity : 1,
      };
    }
    default:
      throw notImplemented(`explain of '${name}'`);
  }
}

const VERBOSITIES: ReadonlySet<unknown> = new Set(['queryPlanner', 'executionStats', 'allPlansExecution']);

/** The query as it reaches the collection: that of a view, and then the one on it. */
function throughView(context: CommandContext, name: string, query: Explained): [string, Explained] {
  if (findCollection(context, name)?.view === undefined) return [name, query];
  const { filter, sort } = query;
  const stages = [{ $match: filter }, ...(sort === undefined ? [] : [{ $sort: sort }])];
  const { view, release } = openView(context);
  try {
    const resolved = new Reader(context, view).resolve(name, stages);
    return [resolved.name, explainedOf(split(resolved.pipeline, query.hint, {}))];
  } finally {
    release();
  }
}

export async function explain(context: CommandContext): Promise<Doc> {
  const command = context.body['explain'];
  if (!isPlainObject(command)) throw new CommandError('FailedToParse', 'explain needs a command');
  const name = Object.keys(command)[0] ?? '';
  const verbosity = context.body['verbosity'] ?? 'allPlansExecution';
  if (!VERBOSITIES.has(verbosity)) {
    throw new CommandError('FailedToParse', `explain has no verbosity ${showValue(verbosity)}`);
  }
  const [target, query] = throughView(context, String(command[name]), explained(command, name));
  const namespace = `${context.db}.${target}`;
  const collection = findCollection(context, target);
  const sort = parseSort(query.sort);
  const plan: Plan =
    collection === undefined
      ? { kind: 'nothing', sorts: true }
      : choosePlan(collection, query.filter, sort, parseHint(collection, query.hint));
  const inner = described(plan);
  const winningPlan = plan.sorts ? inner : { stage: 'SORT', sortPattern: query.sort, inputStage: inner };
  const queryPlanner = {
    plannerVersion: 1,
    namespace,
    parsedQuery: query.filter,
    winningPlan,
    rejectedPlans: [],
  };
  const serverInfo = {
    host: context.engine.options.host,
    port: context.engine.options.port,
    version: VERSION,
  };
  if (verbosity === 'queryPlanner' || collection === undefined) return { queryPlanner, serverInfo, ok: 1 };
  const { view, release } = openView(context);
  const scan = new Scan(view, collection, plan, compileFilter(query.filter, expressionTest()));
  const started = performance.now();
  let found = 0;
  const most = plan.sorts ? query.skip + query.limit : Infinity;
  try {
    for (let step = scan.next(); step !== 'end'; step = scan.next()) {
      if (step === 'found' && ++found >= most) break;
      if (step !== 'pause') continue;
      await new Promise((resolve) => setImmediate(resolve));
      checkTime(context);
    }
  } finally {
    scan.close();
    release();
  }
  const executionStats = {
    executionSuccess: true,
    nReturned: Math.max(0, Math.min(found, query.skip + query.limit) - query.skip),
    executionTimeMillis: Math.round(performance.now() - started),
    totalKeysExamined: scan.keysExamined,
    totalDocsExamined: scan.documentsExamined,
    executionStages: winningPlan,
  };
  return { queryPlanner, executionStats, serverInfo, ok: 1 };
}
