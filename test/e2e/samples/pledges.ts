/** Answers about pledges, their funds and the pools that they may fill. */
import { text, money, controlOf, anyUse, pageOf } from './basics.ts';
import { parties } from './parties.ts';

export const pledge = {
  id: '0b6f5f3e-2f0e-4e43-9d3c-6b3f6c1b7a01',
  status: 'BINDING',
  agreementReference: 'RJ-2026-018',
  pledgedOn: '2026-03-02',
  fundId: 'pledge:0b6f5f3e',
  managementShareBasisPoints: 300,
  round: 'round',
  condition: null,
  party: { id: 'p9', kind: 'GOVERNMENT', name: text('嘉善县财政局', 'Jiashan County Finance Bureau') },
  restriction: { ...anyUse, sectors: ['elderly-care', 'health'], localities: ['330421'] },
  instalments: [
    { dueOn: '2026-03-31', amountMinor: '600000000', paidMinor: '600000000', isOverdue: false },
    { dueOn: '2026-06-30', amountMinor: '300000000', paidMinor: '0', isOverdue: true },
  ],
  writeOffs: [
    {
      id: 'w1',
      status: 'PROPOSED',
      reason: '预算调减，余款不再拨付。',
      amount: money(3_000_000),
      control: controlOf('陆远'),
    },
  ],
  overdue: money(3_000_000),
  receipts: [
    { id: 'r1', receivedOn: '2026-03-20', bankReference: '20260320-00871', amountMinor: '600000000' },
  ],
  amount: money(9_000_000),
  received: money(6_000_000),
  outstanding: money(3_000_000),
};

/** The same promise on condition: "we pay if the others do". */
const conditionalPledge = {
  ...pledge,
  id: 'conditional',
  status: 'CONDITIONAL',
  instalments: [],
  writeOffs: [],
  receipts: [],
  condition: {
    capMinor: '900000000',
    baseMinor: '0',
    ratePerOther: '1/2',
    stepMinor: '1000000',
    atLeastParties: 2,
    joinsFromMinor: '100000000',
    othersAtLeastMinor: '0',
  },
  amount: money(0),
  received: money(0),
  outstanding: money(0),
  overdue: money(0),
};

const pledgeOutlook = {
  pledges: [
    {
      pledge: 'conditional',
      isConditional: true,
      capMinor: '900000000',
      amountMinor: '650000000',
      boundBy: 'rate',
      party: pledge.party,
    },
    {
      pledge: 'other',
      isConditional: false,
      capMinor: '1300000000',
      amountMinor: '1300000000',
      boundBy: 'cap',
      party: { name: text('青浦区财政局', 'Qingpu District Finance Bureau') },
    },
  ],
  parties: [
    {
      amountMinor: '650000000',
      othersWouldAddMinor: '0',
      othersWouldLoseMinor: '0',
      party: { id: 'p9' },
    },
  ],
  absences: [
    { party: null, amountMinor: '650000000' },
    {
      party: { id: 'p8', name: text('青浦区财政局', 'Qingpu District Finance Bureau') },
      amountMinor: '0',
    },
  ],
};

export const pledgeAnswers = {
  Pledges: {
    pledges: pageOf([
      pledge,
      {
        ...pledge,
        id: 'other',
        status: 'FULFILLED',
        restriction: anyUse,
        outstanding: money(0),
        party: parties[1],
      },
    ]),
  },
  OnePledge: ({ id }: { id: string }) => ({
    pledge: id === 'conditional' ? { ...conditionalPledge, pool: null } : { ...pledge, pool: 'pool' },
  }),
  FilledPool: {
    matchingPool: {
      ...{ id: 'pool', round: 'round', status: 'OPEN', ratio: '1/2' },
      name: text('太浦河配捐', 'Taipu River matching'),
      position: { availableMinor: '125000000' },
    },
    rounds: [{ id: 'round', code: 'round' }],
  },
  PledgeOutlook: { pledgeOutlook },
  PoolsToFill: { matchingPools: [] },
  Funds: {
    funds: pageOf([
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
    ]),
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
