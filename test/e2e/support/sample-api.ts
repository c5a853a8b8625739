/** Answers of the API to the workspaces, by the name of the operation, for tests that look at their screens. */
import type { Page } from 'playwright-core';

type Answer = unknown;

const text = (zh: string, en: string) => ({ zh, en });
const money = (yuan: number) => ({ amountMinor: `${yuan}00`, currency: 'CNY' });
const anyUse = { sectors: null, localities: null, projects: null };

const pledge = {
  id: '0b6f5f3e-2f0e-4e43-9d3c-6b3f6c1b7a01',
  status: 'BINDING',
  agreementReference: 'RJ-2026-018',
  pledgedOn: '2026-03-02',
  fundId: 'pledge:0b6f5f3e',
  party: { kind: 'GOVERNMENT', name: text('嘉善县财政局', 'Jiashan County Finance Bureau') },
  restriction: { ...anyUse, sectors: ['elderly-care', 'health'], localities: ['330421'] },
  instalments: [],
  receipts: [
    { id: 'r1', receivedOn: '2026-03-20', bankReference: '20260320-00871', amountMinor: '600000000' },
  ],
  amount: money(9_000_000),
  received: money(6_000_000),
  outstanding: money(3_000_000),
};

const parties = [
  {
    id: 'p1',
    kind: 'GOVERNMENT',
    name: text('青浦区民政局', 'Qingpu Civil Affairs Bureau'),
    locality: '310118',
    creditCode: '11310118MB2F30123X',
  },
  {
    id: 'p2',
    kind: 'ENTERPRISE',
    name: text('太浦河实业集团', 'Taipu River Industries'),
    locality: '320509',
    creditCode: null,
  },
  {
    id: 'p3',
    kind: 'SOCIAL_ORGANIZATION',
    name: text('嘉善县银龄社会服务中心', 'Jiashan Silver Age Social Services'),
    locality: '330421',
    creditCode: null,
  },
];

export const sampleAnswers: Record<string, Answer> = {
  Start: {
    viewer: {
      person: {
        id: 'staff',
        name: '周敏',
        roles: ['PROGRAMME_OFFICER', 'FINANCE_OFFICER', 'ADMINISTRATOR'],
        memberships: [],
      },
    },
    region: {
      currency: 'CNY',
      sectors: [
        { code: 'health', name: text('卫生健康', 'Health') },
        { code: 'education', name: text('教育', 'Education') },
        { code: 'elderly-care', name: text('养老', 'Elderly care') },
      ],
      localities: [
        { code: '310118', shortName: text('青浦', 'Qingpu') },
        { code: '320509', shortName: text('吴江', 'Wujiang') },
        { code: '330421', shortName: text('嘉善', 'Jiashan') },
      ],
    },
  },
  Rounds: {
    rounds: [
      {
        id: 'round',
        code: '2026-1',
        status: 'OPEN',
        opensOn: '2026-03-01',
        closesOn: '2026-09-30',
        title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
      },
    ],
  },
  RoundsToPledge: {
    rounds: [
      {
        id: 'round',
        status: 'OPEN',
        title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
      },
    ],
  },
  Parties: { parties },
  PartiesToChoose: { parties },
  Pledges: {
    pledges: [
      pledge,
      {
        ...pledge,
        id: 'other',
        status: 'FULFILLED',
        restriction: anyUse,
        outstanding: money(0),
        party: parties[1],
      },
    ],
  },
  OnePledge: { pledge },
  Funds: {
    funds: [
      {
        balanceMinor: '900000000',
        cashMinor: '600000000',
        receivableMinor: '300000000',
        fund: {
          id: 'f1',
          name: text('嘉善县财政局认捐', 'Pledge of Jiashan County Finance Bureau'),
          restriction: pledge.restriction,
        },
      },
    ],
  },
  People: {
    people: [{ id: 'staff', name: '周敏', email: 'zhou@fund.example', roles: ['PROGRAMME_OFFICER'] }],
  },
  RecordPledgeReceipt: {
    recordPledgeReceipt: {
      __typename: 'InvalidInput',
      code: 'INVALID_INPUT',
      message: 'The receipt is recorded.',
      details: [],
      faults: [{ path: 'bankReference', reason: 'already-recorded', message: 'Already recorded.' }],
    },
  },
};

const signedOut = { viewer: { person: null }, region: { currency: 'CNY', sectors: [], localities: [] } };

/** Lets the page talk to the sample answers; an operation without one gets no answer, like a broken server. */
export async function answerWithSamples(page: Page, signedIn: boolean): Promise<void> {
  await page.route('**/graphql', async (route) => {
    const { query } = route.request().postDataJSON() as { query: string };
    const name = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '';
    const data = name === 'Start' && !signedIn ? signedOut : sampleAnswers[name];
    await route.fulfill(
      data === undefined
        ? { status: 500, contentType: 'application/json', body: '{}' }
        : { status: 200, contentType: 'application/json', body: JSON.stringify({ data }) },
    );
  });
  await page.route('**/auth/sign-in/email', (route) =>
    route.fulfill({ status: 401, contentType: 'application/json', body: '{}' }),
  );
}
