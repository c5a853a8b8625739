/** API tokens as a script meets them: within their scopes, as long as they hold, and never in place of a person. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiTokens } from '../../server/db/models/api-token.ts';
import { auditLog } from '../../server/db/models/audit-log.ts';
import { startTestApp, type GraphqlAnswer, type TestApp, type TestClient } from '../support/app.ts';

const CREATE_ACCOUNT =
  'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { __typename } }';
const CREATE = /* GraphQL */ `
  mutation ($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      __typename
      ... on MutationCreateApiTokenSuccess {
        data {
          text
          token {
            id
          }
        }
      }
      ... on InvalidInput {
        faults {
          reason
        }
      }
      ... on Refusal {
        code
      }
    }
  }
`;

let app: TestApp;
let auditor: TestClient;
let auditorId: string;

beforeAll(async () => {
  app = await startTestApp();
  auditorId = randomUUID();
  const account = { id: auditorId, name: 'Wu', email: 'wu@example.org', password: 'four unrelated words' };
  await (
    await app.administrator()
  ).graphql(CREATE_ACCOUNT, { input: { ...account, roles: ['AUDITOR'], memberships: [] } });
  auditor = app.client();
  await auditor.signIn(account.email, account.password);
});
afterAll(() => app.close());

interface Made {
  readonly code?: string;
  readonly faults?: readonly { reason: string }[];
  readonly data?: { readonly text: string; readonly token: { readonly id: string } };
}

async function make(by: TestClient, scopes: readonly string[], days = 30): Promise<Made> {
  const input = { id: randomUUID(), name: 'Nightly copy', scopes, days };
  const { data } = await by.graphql(CREATE, { input });
  return data?.['createApiToken'] as Made;
}

async function makeText(scopes: readonly string[]): Promise<{ text: string; id: string }> {
  const { data } = await make(auditor, scopes);
  if (data === undefined) throw new Error('No token was made.');
  return { text: data.text, id: data.token.id };
}

async function ask(token: string, query: string, path = '/graphql'): Promise<GraphqlAnswer> {
  const response = await fetch(`${app.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as GraphqlAnswer;
}

const codeOf = ({ errors }: GraphqlAnswer) => errors?.[0]?.extensions['code'];

describe('a token', () => {
  it('does for its person what its scopes say, and nothing else that they may', async () => {
    const { text } = await makeText(['PARTY_READ']);
    expect((await ask(text, '{ parties { items { id } } }')).data).toEqual({ parties: { items: [] } });
    const refused = await ask(text, '{ auditLog { next } }');
    expect(codeOf(refused)).toBe('NOT_PERMITTED');
    expect((await auditor.graphql('{ auditLog { next } }')).errors).toBeUndefined();
  });

  it('is no person: it ends no session, confirms no step and makes no other token', async () => {
    const { text, id } = await makeText(['PARTY_READ']);
    for (const query of [
      'mutation { endOtherSessions { __typename } }',
      'mutation { confirmSteps(steps: [], code: "123456") { __typename } }',
      `mutation { createApiToken(input: {id: "${randomUUID()}", name: "x", scopes: [PARTY_READ], days: 1}) { __typename } }`,
      `mutation { revokeApiToken(id: "${id}") { __typename } }`,
      '{ sessions { id } }',
    ]) {
      expect(codeOf(await ask(text, query)), query).toBe('TOKEN_NOT_ENOUGH');
    }
  });

  it('is asked for by somebody signed in, for rights of their own', async () => {
    expect(await make(app.client(), ['PARTY_READ'])).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect(await make(auditor, ['PARTY_REGISTER'])).toMatchObject({ faults: [{ reason: 'not-your-right' }] });
    expect(await make(auditor, ['PARTY_READ'], 1_000)).toMatchObject({ faults: [{ reason: 'token-days' }] });
  });

  it('that is wrong, revoked or over stands for nobody', async () => {
    const { text, id } = await makeText(['PARTY_READ']);
    const parties = '{ parties { items { id } } }';
    const other = text.endsWith('A') ? `${text.slice(0, -1)}B` : `${text.slice(0, -1)}A`;
    for (const wrong of [other, 'nonsense', `sft_${'0'.repeat(32)}_${'x'.repeat(43)}`]) {
      expect(codeOf(await ask(wrong, parties))).toBe('SIGN_IN_REQUIRED');
    }
    await apiTokens(app.platform.database).updateOne({ _id: id }, { $set: { expiresAt: new Date(0) } });
    expect(codeOf(await ask(text, parties))).toBe('SIGN_IN_REQUIRED');
    const next = await makeText(['PARTY_READ']);
    await auditor.graphql(`mutation { revokeApiToken(id: "${next.id}") { __typename } }`);
    expect(codeOf(await ask(next.text, parties))).toBe('SIGN_IN_REQUIRED');
  });

  it('is stored as a digest, and what it does is on record under its id', async () => {
    const { text, id } = await makeText(['AUDIT_READ']);
    const stored = JSON.stringify(await apiTokens(app.platform.database).find().lean());
    // The secret may have underscores itself.
    const secret = text.split('_').slice(2).join('_');
    expect(secret).toHaveLength(43);
    expect(stored).not.toContain(secret);
    const log = await auditLog(app.platform.database).find({ thing: id }).lean();
    expect(log).toMatchObject([{ action: 'create', actorName: 'Wu' }]);
    expect(JSON.stringify(log)).not.toMatch(/[0-9a-f]{64}/);
    expect((await ask(text, '{ auditLog(first: 1) { items { id } } }')).data).toMatchObject({
      auditLog: { items: [{}] },
    });
  });

  it('ends with the account of its person', async () => {
    const { text } = await makeText(['PARTY_READ']);
    const close = `mutation { closeAccount(input: {person: "${auditorId}", reason: "Left."}) { __typename } }`;
    await (await app.administrator()).graphql(close);
    expect(codeOf(await ask(text, '{ parties { items { id } } }'))).toBe('SIGN_IN_REQUIRED');
    const reopen = `mutation { reopenAccount(input: {person: "${auditorId}", reason: "Back."}) { __typename } }`;
    await (await app.administrator()).graphql(reopen);
    expect(codeOf(await ask(text, '{ parties { items { id } } }'))).toBe('SIGN_IN_REQUIRED');
  });
});
