/** Colleagues of the foundation with accounts of their own, signed in as people do. */
import { randomUUID } from 'node:crypto';
import type { Membership, Role } from '../../server/domain/access.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import type { SecondFactor } from '../../server/services/people/second-factor.ts';
import type { TestApp, TestClient } from './app.ts';

const CREATE_ACCOUNT =
  'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { __typename } }';

/** Creates an account with these roles, as the API names roles, and signs in. */
export async function signInAs(app: TestApp, name: string, ...roles: string[]): Promise<TestClient> {
  const email = `${name.toLowerCase()}@example.org`;
  const password = 'four unrelated words';
  const input = { id: randomUUID(), name, email, password, roles, memberships: [] };
  await (await app.administrator()).graphql(CREATE_ACCOUNT, { input });
  const client = app.client();
  await client.signIn(email, password);
  return client;
}

const withoutSecondFactor = { consume: () => Promise.resolve() } as unknown as SecondFactor;

/** Somebody at work without HTTP and without codes, to lay the ground of a test. */
export const inside = (
  app: TestApp,
  name: string,
  roles: readonly Role[],
  memberships: readonly Membership[] = [],
): ServiceContext => ({
  ...app.platform,
  secondFactor: withoutSecondFactor,
  actor: { kind: 'person', personId: `inside-${name}`, name, roles, memberships },
});

export interface Answered<Data = { readonly id: string; readonly control: { readonly digest: string } }> {
  readonly code?: string;
  readonly faults?: readonly { readonly path: string; readonly reason: string }[];
  readonly data?: Data;
}

/** What the one field of an operation answers: its data, or the code of its refusal. */
export async function ask<Answer = Answered>(
  by: TestClient,
  query: string,
  variables: object = {},
): Promise<Answer> {
  const { data, errors } = await by.graphql(query, { ...variables });
  return (Object.values(data ?? {})[0] ?? { code: errors?.[0]?.extensions['code'] }) as Answer;
}
