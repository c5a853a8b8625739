/** Answers about rounds and what is proposed in them. */
import { text, project, pageOf } from './basics.ts';

export const proposal = {
  id: 'proposal',
  status: 'SUBMITTED',
  round: 'round',
  revision: 3,
  sector: 'elderly-care',
  locality: '330421',
  serviceItem: null,
  openTo: 'EVERYONE',
  needMinor: '564000000',
  minimumMinor: '100000000',
  title: project.title,
  summary: text(
    '为 120 名独居和随迁老人提供日托、助餐和康复。',
    'Day care, meals and rehabilitation for 120 people.',
  ),
  localTerm: null,
  grantee: { id: 'p3', name: text('嘉善县银龄社会服务中心', 'Jiashan Silver Age Social Services') },
  milestones: [
    {
      id: 'm1',
      dueOn: '2026-09-30',
      shareBasisPoints: 4000,
      title: text('完成场地改造', 'Building converted'),
    },
    {
      id: 'm2',
      dueOn: '2027-03-31',
      shareBasisPoints: 6000,
      title: text('招收首批 60 名老人', 'First 60 people enrolled'),
    },
  ],
  gaps: [],
  decision: null,
};

export const proposalAnswers = {
  RoundsToChoose: {
    rounds: [
      {
        id: 'round',
        code: '2026-1',
        status: 'OPEN',
        title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
      },
    ],
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
  Proposals: { proposals: pageOf([proposal]) },
  OneProposal: { proposal: { __typename: 'QueryProposalSuccess', data: proposal } },
  ServiceItems: { region: { serviceItems: [] } },
};
