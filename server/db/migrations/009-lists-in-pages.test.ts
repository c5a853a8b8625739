import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFoundation, type Foundation } from '../../../test/support/foundation.ts';
import { makeMany } from '../../../test/support/many-records.ts';
import { readListsInPages } from './009-lists-in-pages.ts';

let foundation: Foundation;
beforeAll(async () => {
  foundation = await openFoundation();
});
afterAll(() => foundation.close());

it('gives what was stored before the values that lists are ordered by, as what is stored now has them', async () => {
  const { database } = foundation;
  const of = (name: string) => database.connection.collection(name);
  const [[party], [person], [proposal, draft]] = await Promise.all([
    makeMany(database, 'parties', 1),
    makeMany(database, 'people', 1),
    makeMany(database, 'proposals', 2),
  ]);
  await of('proposals').updateOne({ _id: draft as never }, { $set: { submittedBy: null } });
  const stored = () =>
    Promise.all(['parties', 'people', 'proposals'].map((name) => of(name).find().sort({ _id: 1 }).toArray()));
  const before = await stored();
  expect(before[0]).toMatchObject([{ _id: party, nameKeys: { en: 'organization 000\n机构000\n' } }]);
  await of('parties').updateOne({ _id: party as never }, { $unset: { nameKeys: 1 } });
  await of('people').updateOne({ _id: person as never }, { $unset: { nameKey: 1 } });
  await of('proposals').updateOne({ _id: proposal as never }, { $unset: { startedAt: 1 } });
  await of('proposals').updateOne({ _id: draft as never }, { $unset: { startedAt: 1 } });
  await of('donations').createIndex({ status: 1, createdAt: 1 }, {}, {});

  await readListsInPages(database);

  expect(await stored()).toEqual(before);
  expect((await of('donations').indexes()).map(({ name }) => name)).not.toContain('status_1_createdAt_1');
  await readListsInPages(database);
});
