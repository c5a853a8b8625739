/** Lists with more rows than the API ever gives at once: every row is reached, once, in a useful order, by an index. */
import { graphql, type GraphQLSchema } from 'graphql';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildSchema } from '../../schema/index.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { openFoundation, type Foundation } from '../support/foundation.ts';
import { makeMany, type Kind } from '../support/many-records.ts';

const MANY = 230;

interface Row {
  readonly id: string;
}

interface ListPage {
  readonly items: readonly Row[];
  readonly next: string | null;
}

let foundation: Foundation;
let schema: GraphQLSchema;
let auditor: ServiceContext;
let administrator: ServiceContext;

beforeAll(async () => {
  foundation = await openFoundation();
  schema = buildSchema();
  auditor = foundation.as('Lu', ['auditor', 'council']);
  administrator = foundation.as('Xu', ['administrator']);
});
afterAll(() => foundation.close());

const ask = (contextValue: ServiceContext, source: string) => graphql({ schema, source, contextValue });

/** One page of a list; `args` as they stand between its brackets. */
async function readOne(who: ServiceContext, field: string, args: string, id = 'id'): Promise<ListPage> {
  const { data, errors } = await ask(who, `{ list: ${field}(${args}) { items { ${id} } next } }`);
  expect(errors).toBeUndefined();
  return data?.['list'] as ListPage;
}

const after = ({ next }: ListPage) => (next === null ? '' : `, after: "${next}"`);

interface Case {
  readonly kind: Kind;
  /** Newest first, or by name. */
  readonly order: 'newest' | 'name';
  readonly field?: string;
  readonly args?: string;
  /** Filters of its screen, each alone. */
  readonly filters: readonly string[];
}

const CASES: readonly Case[] = [
  { kind: 'parties', order: 'name', args: ', locale: EN', filters: ['search: "organization 19"'] },
  { kind: 'people', order: 'name', filters: ['search: "职员 19"'] },
  { kind: 'proposals', order: 'newest', filters: ['round: "round"', 'status: SUBMITTED'] },
  {
    kind: 'projects',
    order: 'newest',
    filters: ['round: "round"', 'status: ELIGIBLE', 'grantee: "grantee"'],
  },
  {
    kind: 'awards',
    order: 'newest',
    filters: ['status: SIGNED', 'grantee: "grantee"', 'project: "project"'],
  },
  {
    kind: 'disbursements',
    order: 'newest',
    filters: ['status: PREPARED', 'grantee: "grantee"', 'award: "award"'],
  },
  { kind: 'pledges', order: 'newest', filters: ['party: "party"', 'round: "round"', 'status: BINDING'] },
];

describe.each(CASES)('The list of $kind', ({ kind, order, args = '', filters }) => {
  let made: string[];
  const reader = () => (kind === 'people' ? administrator : auditor);
  beforeAll(async () => {
    made = await makeMany(foundation.database, kind, MANY);
  });

  it('gives every row once, in its order, also when one is added between two pages', async () => {
    const found: string[] = [];
    let page: ListPage | null = null;
    let pages = 0;
    do {
      page = await readOne(reader(), kind, `first: 60${args}${page === null ? '' : after(page)}`);
      found.push(...page.items.map(({ id }) => id));
      pages += 1;
      // Before the place where the reader is: newer than all, or by name the first of all.
      if (pages === 2) await makeMany(foundation.database, kind, 1, order === 'newest' ? MANY + 3 : -1);
      expect(pages).toBeLessThan(10);
    } while (page.next !== null);
    const mine = new Set(made);
    const seen = found.filter((id) => mine.has(id));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(MANY);
    if (order === 'name') expect(seen).toEqual(made);
    // Three were made at each instant; within one, their ids decide.
    else
      expect(seen).toEqual(
        made
          .map((id, number) => ({ id, at: Math.floor(number / 3) }))
          .sort((one, other) => other.at - one.at || (one.id < other.id ? 1 : -1))
          .map(({ id }) => id),
      );
  });

  it('gives no more than its most at once, and says that there are more', async () => {
    const page = await readOne(reader(), kind, 'first: 100000');
    expect(page.items).toHaveLength(200);
    expect(page.next).not.toBeNull();
  });

  it('refuses what is no place in it, in a way that a client can translate', async () => {
    const foreign = Buffer.from(JSON.stringify(['otherOrder', 5, 'id'])).toString('base64url');
    const operator = Buffer.from(JSON.stringify([{ $gt: '' }, { $gt: '' }, { $gt: '' }])).toString(
      'base64url',
    );
    for (const wrong of ['nonsense', '', foreign, operator, made[0]]) {
      const { errors } = await ask(reader(), `{ ${kind}(first: 5, after: "${wrong}") { next } }`);
      expect(errors?.[0]?.originalError).toMatchObject({ code: 'UNKNOWN_PAGE' });
    }
  });

  it.each(['', ...filters])('reads by an index no more than it shows: %s', async (filter) => {
    const plans = await plansOf(async () => {
      const page = await readOne(reader(), kind, `first: 20, ${filter}`);
      await readOne(reader(), kind, `first: 20, ${filter}${after(page)}`);
    });
    expect(plans).toHaveLength(2);
    for (const { documents, keys, text } of plans) {
      expect(text).toContain('IXSCAN');
      expect(text).not.toContain('"SORT"');
      // A search walks the keys of all names.
      expect(documents).toBeLessThanOrEqual(filter.startsWith('search') ? MANY * 2 : 24);
      expect(keys).toBeLessThanOrEqual(filter.startsWith('search') ? MANY * 2 : 24);
    }
  });
});

interface Plan {
  readonly documents: number;
  readonly keys: number;
  readonly text: string;
}

interface Explained {
  readonly executionStats: {
    readonly totalDocsExamined: bigint | number;
    readonly totalKeysExamined: bigint | number;
  };
}

/** How the database carried out the queries for pages that were made meanwhile. */
async function plansOf(act: () => Promise<void>): Promise<Plan[]> {
  const asked: mongoose.Query<unknown, unknown>[] = [];
  // oxlint-disable-next-line typescript/unbound-method -- called with each query below
  const { lean } = mongoose.Query.prototype;
  const spy = vi.spyOn(mongoose.Query.prototype, 'lean').mockImplementation(function (
    this: mongoose.Query<unknown, unknown>,
    ...given
  ) {
    const { sort } = this.getOptions() as { sort?: object };
    if (sort !== undefined && Object.keys(sort).length === 2) asked.push(this.clone());
    return lean.apply(this, given as never) as never;
  });
  try {
    await act();
  } finally {
    spy.mockRestore();
  }
  return Promise.all(
    asked.map(async (query) => {
      const explained = await query.explain('executionStats');
      const { totalDocsExamined, totalKeysExamined } = (explained as Explained).executionStats;
      return {
        documents: Number(totalDocsExamined),
        keys: Number(totalKeysExamined),
        text: mongoose.mongo.BSON.EJSON.stringify(explained),
      };
    }),
  );
}

describe('A search', () => {
  it('finds each word anywhere in a name, in either language, and takes no pattern', async () => {
    const names = async (search: string) => {
      const page = await readOne(
        auditor,
        'parties',
        `first: 200, search: ${JSON.stringify(search)}`,
        'id: name { en }',
      );
      return page.items.map(({ id }) => (id as unknown as { en: string }).en);
    };
    expect(await names('017 ORGAN')).toEqual(['Organization 017']);
    expect(await names('机构017')).toEqual(['Organization 017']);
    expect(await names('017 nobody')).toEqual([]);
    for (const pattern of ['.*', '^Org', '(', '[0-9]', '$', '\\d']) expect(await names(pattern)).toEqual([]);
  });

  it('finds proposals by their titles, newest first, and reads on', async () => {
    const read = async (args: string) => {
      const page = await readOne(auditor, 'proposals', `search: "PROPOSAL 19"${args}`, 'id: title { en }');
      const titles = page.items.map(({ id }) => (id as unknown as { en: string }).en.slice(-3));
      return { ...page, titles };
    };
    const first = await read(', first: 5');
    const rest = await read(`, first: 200${after(first)}`);
    const all = [...first.titles, ...rest.titles];
    const numbers = [19, 119, 219, ...Array.from({ length: 10 }, (_, last) => 190 + last)];
    expect(all.toSorted().map(Number)).toEqual(numbers.toSorted((one, other) => one - other));
    const times = all.map((title) => Math.floor(Number(title) / 3));
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    expect(rest.next).toBeNull();
  });
});

describe('Funds', () => {
  it('are reached to the last one by who reads the ledger', async () => {
    const before = await readOne(auditor, 'funds', 'first: 200', 'id: fund { id }');
    await makeMany(foundation.database, 'funds', MANY);
    let page = await readOne(auditor, 'funds', 'first: 150', 'id: fund { id }');
    const found = [...page.items];
    while (page.next !== null) {
      page = await readOne(auditor, 'funds', `first: 150${after(page)}`, 'id: fund { id }');
      found.push(...page.items);
    }
    expect(found).toHaveLength(before.items.length + MANY);
    const ofKind = (kind: string) =>
      readOne(auditor, 'funds', `first: 200, kind: ${kind}`, 'id: fund { id kind }');
    expect((await ofKind('UNRESTRICTED')).items).toHaveLength(200);
    expect((await ofKind('MATCHING_POOL')).items).toEqual([]);
  });
});
