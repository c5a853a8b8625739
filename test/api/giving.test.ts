/** Giving through the API: what a donor's page and a finance officer's workspace meet. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pollCheckout } from '../../server/services/giving/poll-checkout.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { press, startRig, type SandboxRig } from '../support/stripe-sandbox.ts';

const START = /* GraphQL */ `
  mutation ($input: StartDonationInput!) {
    startDonation(input: $input) {
      ... on MutationStartDonationSuccess {
        data {
          checkoutUrl
          donation {
            id
            status
            total {
              formatted
            }
          }
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
const FIND = /* GraphQL */ `
  query ($id: ID!) {
    donation(id: $id) {
      ... on QueryDonationSuccess {
        data {
          status
          checkoutUrl
          gift {
            amountMinor
          }
          restriction {
            sectors
          }
        }
      }
      ... on Refusal {
        code
      }
    }
  }
`;
const LIST = /* GraphQL */ `
  query ($first: Int!, $after: ID) {
    donations(first: $first, after: $after) {
      items {
        id
        status
        fee {
          amountMinor
        }
        donor {
          name
          email
        }
      }
      next
    }
    quarantinedPayments {
      items {
        id
      }
    }
  }
`;

let sandbox: SandboxRig;
let app: TestApp;
beforeAll(async () => {
  sandbox = await startRig();
  app = await startTestApp({}, { payments: sandbox.gateway });
});
afterAll(async () => {
  await app.close();
  await sandbox.stop();
});

const gift = (id: string, change: object = {}) => ({
  id,
  giftMinor: '20000',
  restriction: { sectors: ['health'] },
  donor: { name: '王芳', email: 'wang@example.org', locale: 'ZH' },
  ...change,
});

interface Started {
  readonly startDonation: {
    readonly data?: { readonly checkoutUrl: string | null; readonly donation: { readonly status: string } };
    readonly code?: string;
    readonly faults?: readonly { readonly path: string; readonly reason: string }[];
  };
}

async function start(client: TestClient, input: object): Promise<Started['startDonation']> {
  const { data, errors } = await client.graphql(START, { input });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return (data as unknown as Started).startDonation;
}

async function staff(role: string): Promise<TestClient> {
  const input = {
    id: randomUUID(),
    name: '陆佳',
    email: `${randomUUID().slice(0, 8)}@example.org`,
    password: 'four unrelated words',
    roles: [role],
    memberships: [],
  };
  const administrator = await app.administrator();
  const create = 'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { __typename } }';
  await administrator.graphql(create, { input });
  const client = app.client();
  await client.signIn(input.email, input.password);
  return client;
}

describe('a donor without an account', () => {
  it('starts a gift, gets the same page for the same request, and sees its true state by its id', async () => {
    const client = app.client();
    const id = randomUUID();
    const first = await start(client, gift(id, { coverFee: true }));
    expect(first.data).toMatchObject({
      donation: { id, status: 'AWAITING_PAYMENT', total: { formatted: '¥209.48' } },
    });
    expect(await start(app.client(), gift(id, { coverFee: true }))).toEqual(first);
    await press(first.data!.checkoutUrl!, { outcome: 'card' });
    await pollCheckout(app.platform, id);
    const { data } = await client.graphql(FIND, { id });
    expect(data).toEqual({
      donation: {
        data: {
          status: 'SETTLED',
          checkoutUrl: null,
          gift: { amountMinor: '20000' },
          restriction: { sectors: ['health'] },
        },
      },
    });
  });

  it('is told of every fault beside its field', async () => {
    const refused = await start(
      app.client(),
      gift(randomUUID(), { giftMinor: '1', restriction: { sectors: ['x'] } }),
    );
    expect(refused).toEqual({
      code: 'INVALID_INPUT',
      faults: [
        { path: 'giftMinor', reason: 'below-minimum' },
        { path: 'restriction.sectors[0]', reason: 'unknown-sector' },
      ],
    });
  });

  it('is told when there is no such gift', async () => {
    const { data } = await app.client().graphql(FIND, { id: randomUUID() });
    expect(data).toEqual({ donation: { code: 'NOT_FOUND' } });
  });

  it('learns the terms of giving, and what covering the fee adds', async () => {
    const { data } = await app.client().graphql(/* GraphQL */ `
      {
        givingTerms {
          minimum {
            formatted
          }
          feeCoverRate {
            basisPoints
            fixedMinor
          }
          feeCover(giftMinor: "20000") {
            formatted
          }
          nothing: feeCover(giftMinor: "1") {
            formatted
          }
        }
      }
    `);
    expect(data).toEqual({
      givingTerms: {
        minimum: { formatted: '¥5.00' },
        feeCoverRate: { basisPoints: 340, fixedMinor: '235' },
        feeCover: { formatted: '¥9.48' },
        nothing: null,
      },
    });
  });
});

describe('who gave', () => {
  it('is shown to a finance officer, newest first and page by page', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of ids) await start(app.client(), gift(id));
    const officer = await staff('FINANCE_OFFICER');
    const page = async (after: string | null) => {
      const { data } = await officer.graphql(LIST, { first: 2, after });
      return (data as { donations: { items: { id: string; donor: object }[]; next: string } }).donations;
    };
    const first = await page(null);
    expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect(first.items[0]?.donor).toEqual({ name: '王芳', email: 'wang@example.org' });
    expect((await page(first.next)).items[0]?.id).toBe(ids[0]);
  });

  it.each([0, -5, 1_000_000])('is never shown whole: a page of %s is a page', async (first) => {
    const { data } = await (await staff('FINANCE_OFFICER')).graphql(LIST, { first });
    const { length } = (data as { donations: { items: object[] } }).donations.items;
    expect(length).toBeLessThanOrEqual(first > 0 ? 200 : 1);
  });

  it.each(['PROGRAMME_OFFICER', 'APPROVER', 'ADMINISTRATOR'])('is not shown to a %s', async (role) => {
    const { data, errors } = await (await staff(role)).graphql(LIST, { first: 2 });
    expect(data ?? null).toBeNull();
    expect(JSON.stringify(errors)).not.toContain('wang@example.org');
  });

  it('is not shown to anybody who is not signed in', async () => {
    const { data, errors } = await app.client().graphql(LIST, { first: 2 });
    expect(data ?? null).toBeNull();
    expect(errors?.[0]?.extensions['code']).toBe('SIGN_IN_REQUIRED');
  });

  it('is nowhere in the logs', () => {
    for (const secret of ['王芳', 'wang@example.org']) expect(app.logged.join('')).not.toContain(secret);
  });
});
