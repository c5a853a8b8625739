/** Colleagues of the foundation with accounts of their own, signed in as people do. */
import { randomUUID } from 'node:crypto';
import type { TestApp, TestClient } from './app.ts';

const CREATE_ACCOUNT =
  'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { __typename } }';

/** Creates an account with one role, as the API names roles, and signs in. */
export async function signInAs(app: TestApp, name: string, role: string): Promise<TestClient> {
  const email = `${name.toLowerCase()}@example.org`;
  const password = 'four unrelated words';
  const input = { id: randomUUID(), name, email, password, roles: [role], memberships: [] };
  await (await app.administrator()).graphql(CREATE_ACCOUNT, { input });
  const client = app.client();
  await client.signIn(email, password);
  return client;
}
