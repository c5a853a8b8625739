/** Answers about one round: its rules in two versions, its needs, its matching pool and what that does about gifts. */
import { anyUse, text, pageOf } from './basics.ts';

const rules = {
  ...{ version: 1, effectiveOn: '2026-03-01', reason: '', level: 'CELL_THEN_PROJECT' },
  weightPolicy: { measure: 'BUDGET_EXPENDITURE', k: '3/5', floor: '1/2', ceiling: '3/2' },
  ...{ capPerProjectMinor: null, refundWindowDays: 14 },
  eligibility: { granteeKinds: null, everyoneOnly: false, lowestScore: null },
};
const amended = {
  ...{ ...rules, version: 2, effectiveOn: '2026-05-01', reason: '主管部门要求延长退款期。' },
  ...{ capPerProjectMinor: '500000000', refundWindowDays: 30 },
  eligibility: { granteeKinds: ['SOCIAL_ORGANIZATION'], everyoneOnly: true, lowestScore: '60' },
};

const round = {
  ...{ id: 'round', code: 'round', batch: '2026-1', status: 'OPEN' },
  ...{
    opensOn: '2026-03-01',
    pledgesUntil: '2026-06-30',
    proposalsUntil: '2026-07-31',
    closesOn: '2026-09-30',
  },
  title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
  localityWeights: [
    { locality: '310118', exact: '1/2', rounded: '0.5000' },
    { locality: '330421', exact: '3/2', rounded: '1.5000' },
  ],
  rules: amended,
  rulesVersions: [rules, amended],
  needs: [
    { sector: 'health', locality: '310118', source: '统计公报 2026', targetMinor: '80000000' },
    { sector: 'elderly-care', locality: '330421', source: '统计公报 2026', targetMinor: '50000000' },
  ],
};

const pool = {
  ...{ id: 'pool', round: 'round', status: 'OPEN', fundId: 'pool-pool', ratio: '1/2' },
  ...{ opensOn: '2026-03-01', closesOn: '2026-09-30', leftover: 'ALLOCATE' },
  name: text('水乡企业配捐池', 'Water-town enterprises’ pool'),
  sponsor: { id: 'p2', name: text('太浦河实业集团', 'Taipu River Industries') },
  caps: { perGiftMinor: '500000', perGiverMinor: '30000', perPurposeMinor: null },
  scope: { ...anyUse, sectors: ['health', 'elderly-care'] },
  position: {
    ...{ cashMinor: '200000000', promisedMinor: '100000000', heldMinor: '3525000', finalMinor: '12000000' },
    ...{ waitingGiftsMinor: '0', availableMinor: '184475000' },
  },
};

const match = {
  ...{ id: 'm1', donation: '6f1d8f0e-4f6c-4c6e-9a53-0d6b0b4f7f10', giftMinor: '60000', rate: '1/2' },
  ...{ rulesVersion: 1, amountMinor: '30000', boundBy: 'PER_GIVER', status: 'HELD', because: null },
  finalOn: '2026-05-12',
};

export const roundAnswers = {
  // Another round is one that the server fails on.
  OneRound: ({ code }: { code: string }) => (code === 'round' ? { round } : null),
  PoolsOfRound: { matchingPools: [pool] },
  OnePool: {
    matchingPool: pool,
  },
  PoolMatches: {
    matchesOfPool: pageOf([
      match,
      { ...match, id: 'm2', status: 'FINAL', boundBy: null, finalOn: '2026-04-12' },
      { ...match, id: 'm3', status: 'EXCLUDED', because: 'RELATED', amountMinor: '0', boundBy: null },
    ]),
  },
};
