/**
 * No change of state and no reading of personal data goes around the audit log: every way of writing to an audited
 * collection leaves an entry or is refused, and whatever writes to a collection that is not audited is named here.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Model } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../server/domain/audit.ts';
import { storedAggregates } from '../../server/db/database.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { listAuditLog, streamAuditLog, type AuditFilter } from '../../server/services/audit-log.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import { findPartyFor, listParties, registerParty } from '../../server/services/parties.ts';
import {
  addPartyDocument,
  declareRelation,
  listRelations,
  readPartyDocument,
} from '../../server/services/party-standing.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { openFoundation, type Foundation } from '../support/foundation.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

type AnyModel = Model<Record<string, unknown>>;

const modelOf = (name: string): AnyModel => {
  const { connection } = app.platform.database;
  const definition = storedAggregates().find((one) => one.name === name);
  return (connection.models[name] ?? connection.model(name, definition?.schema)) as AnyModel;
};

const entriesOf = (thing: string): Promise<AuditEntry[]> =>
  auditLog(app.platform.database).find({ thing }).lean<AuditEntry[]>();

/** A field that may be set to a text, to see that a change is recorded. */
function fieldOf(model: AnyModel): { name: string; value: unknown } {
  const beside = ['_id', 'requestDigest', 'updatedAt', 'lastSignedAt', 'lastUsedAt', 'checkedAt'];
  for (const [name, type] of Object.entries(model.schema.paths)) {
    if (name.includes('.') || beside.includes(name)) continue;
    if (type.instance === 'String') return { name, value: 'changed' };
    if (type.instance === 'Date') return { name, value: new Date(86_400_000) };
  }
  throw new Error(`${model.modelName} has no field to change.`);
}

const WAYS: Readonly<Record<string, (model: AnyModel, id: string, set: object) => Promise<unknown>>> = {
  updateOne: (model, _id, set) => model.updateOne({ _id }, { $set: set }),
  updateMany: (model, _id, set) => model.updateMany({ _id }, { $set: set }),
  findOneAndUpdate: (model, _id, set) => model.findOneAndUpdate({ _id }, { $set: set }),
  deleteOne: (model, _id) => model.deleteOne({ _id }),
  deleteMany: (model, _id) => model.deleteMany({ _id }),
  findOneAndDelete: (model, _id) => model.findOneAndDelete({ _id }),
  findByIdAndUpdate: (model, _id, set) => model.findByIdAndUpdate(_id, { $set: set }),
  insertMany: (model) => model.insertMany([{ _id: randomUUID() }]),
  bulkWrite: (model, _id) => model.bulkWrite([{ deleteOne: { filter: { _id } } }]),
};

const audited = storedAggregates().filter(({ audit }) => 'hidden' in audit);

describe('every way of writing', () => {
  it.each(audited.map(({ name }) => name))('to %s leaves an entry or is refused', async (name) => {
    const model = modelOf(name);
    const { name: field, value } = fieldOf(model);
    const around: string[] = [];
    // One function hooks them all: every way is tried once, and each collection by one of each kind.
    const ways = Object.entries(WAYS).filter(
      ([way]) => name === audited[0]?.name || ['updateOne', 'insertMany'].includes(way),
    );
    for (const [way, write] of ways) {
      const id = randomUUID();
      await model.collection.insertOne({ _id: id as never });
      const refused = await write(model, id, { [field]: value }).then(
        () => false,
        () => true,
      );
      if (!refused && (await entriesOf(id)).length === 0) around.push(way);
      await model.collection.deleteOne({ _id: id as never });
    }
    expect(around).toEqual([]);
  });
});

const SERVER = resolve(import.meta.dirname, '../../server');

/** The files of a folder with their text, as paths from `server`. */
const filesOf = (folder: string): { path: string; text: string }[] =>
  readdirSync(join(SERVER, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => ({
      path: join(folder, path),
      text: readFileSync(join(SERVER, folder, path), 'utf8'),
    }));

const WRITE =
  /\)\s*[.](?:create|update\w+|delete\w+|replaceOne|findOneAnd\w+|findByIdAnd\w+|insert\w+|bulkWrite)\(/;

describe('a collection that is not audited', () => {
  const exempt = new Set(
    storedAggregates().flatMap(({ name, audit }) => ('notAudited' in audit ? [name] : [])),
  );
  const exported = filesOf('db/models').flatMap(({ text }) =>
    [...text.matchAll(/export const (\w+) = defineModel<[^>]*>\(\s*'(\w+)'/g)].map(
      ([, model = '', name = '']) => ({
        model,
        name,
      }),
    ),
  );

  it('is written by these use cases alone, each of which records what it does or does nothing to a state', () => {
    const models = exported.filter(({ name }) => exempt.has(name)).map(({ model }) => model);
    expect(models.length).toBeGreaterThan(3);
    const writers = filesOf('services').flatMap(({ path, text }) =>
      models
        .filter((model) =>
          [...text.matchAll(new RegExp(`\\b${model}\\(\\w*[dD]atabase(?=\\))`, 'g'))].some(({ index }) =>
            WRITE.test(text.slice(index, index + 120)),
          ),
        )
        .map((model) => `${dirname(path)}: ${model}`),
    );
    expect([...new Set(writers)].sort()).toMatchInlineSnapshot(`
      [
        "services/bank: processorLines",
        "services/bank: processorPayouts",
        "services/giving: paymentEvents",
        "services/giving: processorLines",
        "services/giving: processorPayouts",
        "services/giving: receiptCounters",
        "services/giving: syncMarks",
        "services/people: accountLinks",
        "services/people: sessions",
      ]
    `);
  });

  it('is the only one that is written around the models', () => {
    const around = filesOf('services')
      .filter(({ text }) =>
        /[.]collection\b[^;]*[.](?:insert|update|delete|replace|bulkWrite|drop)/.test(text),
      )
      .map(({ path }) => path);
    expect(around).toEqual([]);
  });
});

describe('reading personal data', () => {
  let foundation: Foundation;
  beforeAll(async () => {
    foundation = await openFoundation();
  });
  afterAll(() => foundation.close());

  it('of individuals, their documents and the related-party register leaves a trace', async () => {
    const programme = foundation.as('Zhou', ['programme-officer']);
    const finance = foundation.as('Li', ['finance-officer']);
    const [party, document] = [randomUUID(), randomUUID()];
    const person = { kind: 'individual', name: { zh: '林', en: 'Lin' }, creditCode: null } as const;
    await registerParty(programme, { id: party, ...person, locality: null, bankAccount: null });
    const bytes = new TextEncoder().encode('%PDF-1.7');
    const input = { kind: 'other', title: 'Card', validUntil: null, bytes };
    await addPartyDocument(programme, { id: document, party, ...input });
    const { _id: relation } = await declareRelation(programme, {
      ...{ id: null, person: null, party, kind: 'family' as const, note: '' },
    });
    const readsOf = async (thing: string) =>
      auditLog(foundation.database).countDocuments({ thing, action: 'read', actorName: 'Li' });
    await findPartyFor(finance, party);
    await listParties(
      finance,
      { locale: 'zh', kind: null, search: null, only: null },
      { first: 50, after: null },
    );
    await readPartyDocument(finance, { party, id: document });
    await listRelations(finance, null);
    expect(await Promise.all([party, document, relation].map(readsOf))).toEqual([2, 1, 1]);
  });
});

describe('signing in and out', () => {
  it('is on record with the address, and so is ending a session', async () => {
    const administrator = await app.administrator();
    const { data } = await administrator.graphql('{ sessions { id } viewer { person { id } } }');
    const sessions = (data?.['sessions'] as { id: string }[]).map(({ id }) => id);
    const [id = ''] = sessions;
    expect(await entriesOf(id)).toMatchObject([{ action: 'sign-in', concept: 'sessions', sessionId: id }]);
    await administrator.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id });
    expect((await entriesOf(id)).map(({ action }) => action).sort()).toEqual(['delete', 'sign-in']);
  });
});

describe('the auditor', () => {
  it('narrows the log down by what, who and when, on the screen and in the export', async () => {
    const auditor = foundationAuditor();
    const all = await list(auditor, {});
    expect(all.length).toBeGreaterThan(3);
    const created = await list(auditor, { action: 'create' });
    expect(new Set(created.map(({ action }) => action))).toEqual(new Set(['create']));
    const later = new Date(Date.now() + 60_000);
    expect(await list(auditor, { since: later })).toEqual([]);
    expect(await list(auditor, { until: later })).toHaveLength(all.length);
    const streamed = [];
    for await (const entry of streamAuditLog(auditor, { ...EVERYTHING, action: 'create' }))
      streamed.push(entry);
    expect(streamed.map(({ _id }) => _id).sort()).toEqual(created.map(({ _id }) => _id).sort());
  });
});

const EVERYTHING: AuditFilter = {
  ...{ concept: null, thing: null, actor: null, action: null, since: null, until: null },
};

const foundationAuditor = (): ServiceContext =>
  ({
    database: app.platform.database,
    actor: { kind: 'person', personId: 'a', name: 'A', roles: ['auditor'], memberships: [] },
  }) as unknown as ServiceContext;

const list = async (auditor: ServiceContext, change: Partial<AuditFilter>): Promise<readonly AuditEntry[]> =>
  (await listAuditLog(auditor, { ...EVERYTHING, ...change }, { first: 200, after: null })).items;
