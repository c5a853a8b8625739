/** Answers of the API to the workspaces, by the name of the operation, for tests that look at their screens. */
import { sampleBooks } from './books.ts';
import { compensationAnswers } from './compensation.ts';
import { ledgerAnswers } from './ledger.ts';
import { allocationAnswers } from './allocations.ts';
import { awardAnswers } from './awards.ts';
import { bankAnswers } from './bank.ts';
import { text, project } from './basics.ts';
import { partyAnswers } from './parties.ts';
import { peopleAnswers } from './people.ts';
import { pledgeAnswers } from './pledges.ts';
import { policyAnswers } from './policies.ts';
import { proposalAnswers, proposal } from './proposals.ts';
import { roundAnswers } from './rounds.ts';

const sampleAnswers: Record<string, unknown> = {
  ...sampleBooks,
  ...compensationAnswers,
  ...ledgerAnswers,
  ...pledgeAnswers,
  ...partyAnswers,
  ...allocationAnswers,
  ...proposalAnswers,
  ...roundAnswers,
  ...awardAnswers,
  ...peopleAnswers,
  ...bankAnswers,
  ...policyAnswers,
  Waiting: {
    viewer: {
      person: { id: 'staff' },
      waitingForMe: [
        {
          kind: 'PROPOSAL',
          id: 'proposal',
          step: 'DECIDE',
          since: '2026-04-02T02:00:00Z',
          title: proposal.title,
        },
        {
          kind: 'ALLOCATION',
          id: 'run',
          step: 'APPROVE',
          since: '2026-06-30T02:00:00Z',
          title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
        },
        {
          kind: 'MILESTONE',
          id: 'award',
          step: 'PREPARE_DISBURSEMENT',
          since: '2026-07-05T02:00:00Z',
          title: project.title,
        },
        {
          ...{ kind: 'LEDGER_CHECK', id: 'check-2', step: 'LOOK_INTO', since: '2026-03-31T18:30:41Z' },
          title: text('账簿检查发现 1 处差异', 'The check of the books found a difference'),
        },
      ],
    },
  },
  Start: {
    viewer: {
      person: {
        id: 'staff',
        name: '周敏',
        roles: ['PROGRAMME_OFFICER', 'FINANCE_OFFICER', 'APPROVER', 'ADMINISTRATOR'],
        memberships: [{ partyId: 'p3', role: 'OWNER' }],
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
};

const signedOut = { viewer: { person: null }, region: { currency: 'CNY', sectors: [], localities: [] } };

/**
 * What the API answers to an operation; null for one without a sample, which the page meets as a broken server.
 * @param variables of the operation, which some samples look at
 */
export function sampleAnswer(operation: string, variables: unknown, signedIn: boolean): unknown {
  const answer = operation === 'Start' && !signedIn ? signedOut : sampleAnswers[operation];
  return typeof answer === 'function' ? (answer as (asked: unknown) => unknown)(variables) : (answer ?? null);
}
