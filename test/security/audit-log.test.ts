/** The audit log: every change of state and every read of personal data by staff, written with the change or not at all. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../server/domain/audit.ts';
import { changesBetween } from '../../server/domain/audit.ts';
import { AuditExportCheck } from '../../server/domain/verification/audit-export.ts';
import { inTransaction } from '../../server/db/database.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { credentials, people } from '../../server/db/models/person.ts';
import { secondFactors } from '../../server/db/models/second-factor.ts';
import { sha256 } from '../../server/ledger/sha-256.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';

const CREATE = /* GraphQL */ `
  mutation ($input: CreateAccountInput!) {
    createAccount(input: $input) {
      __typename
    }
  }
`;
const CHANGE_ROLES = /* GraphQL */ `
  mutation ($input: ChangeRolesInput!) {
    changeRoles(input: $input) {
      __typename
    }
  }
`;
const PASSWORD = 'four unrelated words';

let app: TestApp;
let administrator: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  administrator = await app.administrator();
});
afterAll(() => app.close());

async function createAccount(roles: readonly string[]): Promise<{ id: string; email: string }> {
  const id = randomUUID();
  const email = `${id.slice(0, 8)}@example.org`;
  const input = { id, name: '=何越', email, password: PASSWORD, roles, memberships: [] };
  await administrator.graphql(CREATE, { input });
  return { id, email };
}

const entriesOf = (thing: string): Promise<AuditEntry[]> =>
  auditLog(app.platform.database).find({ thing }).sort({ at: 1 }).lean<AuditEntry[]>();

describe('a change', () => {
  it('is recorded with who, from where, before, after and why, in its own transaction', async () => {
    const { id } = await createAccount(['AUDITOR']);
    await administrator.graphql(CHANGE_ROLES, {
      input: { person: id, roles: ['APPROVER'], memberships: [], reason: 'Elected to the committee.' },
    });
    const [created, changed] = await entriesOf(id);
    expect(created).toMatchObject({ action: 'create', concept: 'people', atomic: true, actorKind: 'person' });
    expect(changed).toMatchObject({
      ...{ action: 'update', atomic: true, actorName: 'Administrator', reason: 'Elected to the committee.' },
      changes: [{ path: 'roles', before: '["auditor"]', after: '["approver"]' }],
    });
    expect(changed?.address).toMatch(/127\.0\.0\.1/);
    expect(changed?.sessionId).not.toBeNull();
  });

  it('that is rolled back leaves no entry', async () => {
    const { database } = app.platform;
    const _id = randomUUID();
    const failing = inTransaction(database, async (session) => {
      const at = new Date();
      const person = {
        ...{ _id, name: 'N', email: `${_id}@example.org`, emailVerified: false, roles: [], memberships: [] },
        ...{ createdBy: null, createdAt: at, updatedAt: at, requestDigest: 'd' },
      };
      await people(database).create([person], { session });
      throw new Error('something else went wrong');
    });
    await expect(failing).rejects.toThrow('something else');
    expect(await entriesOf(_id)).toEqual([]);
  });

  it('of many things at once is recorded for each', async () => {
    const { database } = app.platform;
    const one = await createAccount(['REVIEWER']);
    const two = await createAccount(['REVIEWER']);
    await inTransaction(database, (session) =>
      people(database).updateMany({ roles: 'reviewer' }, { $set: { roles: ['auditor'] } }, { session }),
    );
    for (const { id } of [one, two]) {
      expect((await entriesOf(id)).at(-1)).toMatchObject({ action: 'update', actorKind: 'platform' });
    }
  });

  it('shows no password, no second factor and nothing that a donor said', async () => {
    const { id, email } = await createAccount(['AUDITOR']);
    await app.client().signIn(email, PASSWORD);
    const credential = await credentials(app.platform.database).findOne({ userId: id }).lean();
    const factor = await secondFactors(app.platform.database).findById(id).lean();
    const everything = JSON.stringify(await auditLog(app.platform.database).find().limit(10_000).lean());
    expect(credential?.password).toMatch(/^\$argon2id\$/);
    expect(everything).not.toContain(credential?.password);
    expect(everything).not.toContain(factor?.sealedSecret);
    const donor = { donor: { name: 'Lin', email: 'lin@example.org' }, status: 'started' };
    const changes = changesBetween(null, donor, new Set(['donor']));
    expect(JSON.stringify(changes)).not.toContain('Lin');
  });
});

describe('an entry', () => {
  it('is never changed nor taken out', async () => {
    const model = auditLog(app.platform.database);
    await expect(model.updateOne({}, { $set: { reason: 'x' } })).rejects.toThrow('only added to');
    await expect(model.deleteMany({})).rejects.toThrow('only added to');
  });
});

describe('personal data', () => {
  it('is not read by staff without a trace', async () => {
    const { id } = await createAccount(['AUDITOR']);
    await administrator.graphql('{ people(first: 200) { items { email } } }');
    expect((await entriesOf(id)).at(-1)).toMatchObject({ action: 'read', actorName: 'Administrator' });
  });
});

describe('the auditor', () => {
  it('reads the log page by page and takes it away; nobody else does', async () => {
    const { email } = await createAccount(['AUDITOR']);
    const auditor = app.client();
    await auditor.signIn(email, PASSWORD);
    const first = await auditor.graphql('{ auditLog(first: 2) { items { id at } next } }');
    const page = first.data?.['auditLog'] as { items: { id: string; at: string }[]; next: string };
    expect(page.items).toHaveLength(2);
    const next = await auditor.graphql(`{ auditLog(first: 2, after: "${page.next}") { items { id at } } }`);
    const { items } = next.data?.['auditLog'] as typeof page;
    expect(items).toHaveLength(2);
    expect(items).not.toContainEqual(page.items[1]);
    const file = await auditor.send('/audit-log.csv');
    expect(file.headers.get('content-type')).toContain('text/csv');
    const text = await file.text();
    expect(text.split('\n').length).toBeGreaterThan(5);
    // A name that begins like a formula stays text in a spreadsheet.
    expect(text).not.toMatch(/(^|,)"?=何越/m);
    const sealed = await (await auditor.send('/audit-log.jsonl')).text();
    const check = new AuditExportCheck(sha256, () => Promise.resolve(true), undefined);
    for (const line of sealed.trimEnd().split('\n')) check.take(new TextEncoder().encode(line));
    expect(await check.finish()).toMatchObject({ holds: true, faults: [] });
    expect((await administrator.send('/audit-log.jsonl')).status).toBe(403);
    expect((await administrator.send('/audit-log.csv')).status).toBe(403);
    expect((await app.client().send('/audit-log.csv')).status).toBe(401);
    const refused = await administrator.graphql('{ auditLog { next } }');
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_PERMITTED' });
  });
});
