/** Bank reconciliation over HTTP: a file is brought as bytes, its lines are read and decided by finance officers alone. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';

const CREATE = 'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { __typename } }';
const LINES = /* GraphQL */ `
  query {
    bankLines(status: OPEN) {
      items {
        id
        serial
        reason
        amount {
          formatted
        }
        suggestions {
          grounds
        }
      }
    }
    bankStatements {
      items {
        fileName
        newCount
        importedBy
      }
    }
  }
`;
const SET_ASIDE = /* GraphQL */ `
  mutation ($line: ID!, $reason: String!) {
    setAsideBankLine(line: $line, reason: $reason) {
      ... on MutationSetAsideBankLineSuccess {
        data {
          status
          note
          decidedBy
        }
      }
      ... on Refusal {
        code
        faults {
          path
          reason
        }
      }
    }
  }
`;
const CONFIRM = /* GraphQL */ `
  mutation ($line: ID!, $id: ID!) {
    confirmBankLine(line: $line, match: { kind: PLEDGE, id: $id }) {
      ... on Refusal {
        code
      }
    }
  }
`;

let app: TestApp;
let officer: TestClient;
let auditor: TestClient;

async function staff(role: string): Promise<TestClient> {
  const account = { email: `${role.toLowerCase()}@example.org`, password: 'four unrelated words' };
  const input = { id: randomUUID(), name: role, ...account, roles: [role], memberships: [] };
  await (await app.administrator()).graphql(CREATE, { input });
  const client = app.client();
  await client.signIn(account.email, account.password);
  return client;
}

beforeAll(async () => {
  app = await startTestApp();
  officer = await staff('FINANCE_OFFICER');
  auditor = await staff('AUDITOR');
});
afterAll(() => app.close());

async function bring(client: TestClient, file: string, query = '', id: string = randomUUID()) {
  const response = await client.send(`/bank-statements/${id}?fileName=march.csv${query}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', origin: app.url },
    body: file,
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const FILE = 'When,Number,How much,Who\n2026-03-02,S-1,520.00,陈晓\n';

it('a file with unusual headings is asked about, then taken with the columns that are named', async () => {
  expect(await bring(officer, FILE)).toMatchObject({
    status: 400,
    answer: {
      code: 'STATEMENT_COLUMNS_MISSING',
      missing: ['bookedOn', 'serial', 'amount'],
      headings: ['When', 'Number', 'How much', 'Who'],
    },
  });
  const columns = '&bookedOn=When&serial=Number&amount=How%20much&counterpartyName=Who';
  const id = randomUUID();
  for (let time = 0; time < 2; time += 1) {
    expect(await bring(officer, FILE, columns, id)).toEqual({
      status: 201,
      answer: { id, lineCount: 1, newCount: 1 },
    });
  }
  expect(await bring(officer, FILE.replace('520', '521'), columns)).toMatchObject({
    status: 400,
    answer: { faults: [{ path: 'line[S-1].serial', reason: 'serial-differs' }] },
  });
  expect((await bring(officer, FILE, '', 'not-a-uuid')).status).toBe(400);
});

it('its lines are for finance officers and auditors, and decided by finance officers', async () => {
  const { data } = await auditor.graphql(LINES);
  expect(data).toEqual({
    bankLines: {
      items: [
        {
          ...{ id: 'main:S-1', serial: 'S-1', reason: 'NOBODY_KNOWN', suggestions: [] },
          amount: { formatted: '¥520.00' },
        },
      ],
    },
    bankStatements: { items: [{ fileName: 'march.csv', newCount: 1, importedBy: 'FINANCE_OFFICER' }] },
  });
  expect((await bring(auditor, FILE)).status).toBe(403);
  expect((await bring(app.client(), FILE)).status).toBe(401);
  const told = { line: 'main:S-1', reason: '月末统一入账' };
  const { errors } = await auditor.graphql(SET_ASIDE, told);
  expect(errors?.[0]?.extensions['code']).toBe('NOT_PERMITTED');
  const { data: unknown } = await officer.graphql(CONFIRM, { line: 'main:S-1', id: randomUUID() });
  expect(unknown).toEqual({ confirmBankLine: { code: 'NOT_FOUND' } });
  const { data: empty } = await officer.graphql(SET_ASIDE, { ...told, reason: '' });
  expect(empty).toEqual({
    setAsideBankLine: { code: 'INVALID_INPUT', faults: [{ path: 'reason', reason: 'empty' }] },
  });
  const { data: done } = await officer.graphql(SET_ASIDE, told);
  expect(done).toEqual({
    setAsideBankLine: { data: { status: 'SET_ASIDE', note: told.reason, decidedBy: 'FINANCE_OFFICER' } },
  });
});
