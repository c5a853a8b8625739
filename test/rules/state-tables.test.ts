import { describe, expect, it } from 'vitest';
import { PERIOD_DECISION_TRANSITIONS } from '../../server/domain/accounting-period.ts';
import { ALLOCATION_RUN_TRANSITIONS } from '../../server/domain/allocation-run.ts';
import { AWARD_CLOSING_TRANSITIONS } from '../../server/domain/award-closing.ts';
import { AWARD_TRANSITIONS, MILESTONE_TRANSITIONS } from '../../server/domain/award.ts';
import { BANK_LINE_TRANSITIONS } from '../../server/domain/bank-line.ts';
import { COMPENSATION_TRANSITIONS } from '../../server/domain/compensation.ts';
import { DISBURSEMENT_TRANSITIONS } from '../../server/domain/disbursement.ts';
import { DONATION_TRANSITIONS } from '../../server/domain/donation.ts';
import { GIFT_RETURN_TRANSITIONS } from '../../server/domain/gift-return.ts';
import { HAND_ENTRY_TRANSITIONS } from '../../server/domain/manual-entry.ts';
import { DONATION_MATCH_TRANSITIONS } from '../../server/domain/matching-pool.ts';
import { MANAGEMENT_COST_TRANSITIONS } from '../../server/domain/management-cost.ts';
import { MONTHLY_GIVING_TRANSITIONS } from '../../server/domain/monthly-giving.ts';
import { PLEDGE_TRANSITIONS } from '../../server/domain/pledge.ts';
import { WRITE_OFF_TRANSITIONS } from '../../server/domain/pledge-write-off.ts';
import { PROJECT_TRANSITIONS } from '../../server/domain/project.ts';
import { PROPOSAL_TRANSITIONS } from '../../server/domain/proposal.ts';
import { GIFT_REFUND_TRANSITIONS } from '../../server/domain/gift-refund.ts';
import { catalogues } from '../../client/locales/catalogues.ts';

type Table = Readonly<Record<string, readonly string[]>>;

interface States {
  readonly begins: readonly string[];
  readonly table: Table;
  /** Where a thing may stay for good though something may yet move it: a bank that sends money back. */
  readonly rests?: readonly string[];
}

/** Every table of states with the states in which a thing may begin. */
const TABLES: Readonly<Record<string, States>> = {
  'allocation run': { begins: ['proposed'], table: ALLOCATION_RUN_TRANSITIONS },
  award: { begins: ['prepared'], table: AWARD_TRANSITIONS },
  'closing of an award': { begins: ['proposed'], table: AWARD_CLOSING_TRANSITIONS },
  milestone: { begins: ['planned'], table: MILESTONE_TRANSITIONS, rests: ['paid'] },
  'bank line': { begins: ['open'], table: BANK_LINE_TRANSITIONS },
  disbursement: { begins: ['prepared'], table: DISBURSEMENT_TRANSITIONS },
  'donation match': { begins: ['waiting', 'excluded'], table: DONATION_MATCH_TRANSITIONS },
  donation: { begins: ['created', 'awaiting-transfer', 'settled'], table: DONATION_TRANSITIONS },
  'return of a gift': { begins: ['asked', 'taken'], table: GIFT_RETURN_TRANSITIONS },
  pledge: { begins: ['binding', 'conditional'], table: PLEDGE_TRANSITIONS },
  'write-off': { begins: ['proposed'], table: WRITE_OFF_TRANSITIONS },
  'decision on a period': { begins: ['proposed'], table: PERIOD_DECISION_TRANSITIONS },
  'compensation statement': { begins: ['draft'], table: COMPENSATION_TRANSITIONS },
  'entry made by hand': { begins: ['proposed'], table: HAND_ENTRY_TRANSITIONS },
  'management cost': { begins: ['proposed'], table: MANAGEMENT_COST_TRANSITIONS },
  'monthly giving': { begins: ['created'], table: MONTHLY_GIVING_TRANSITIONS },
  'refund of a gift': { begins: ['proposed'], table: GIFT_REFUND_TRANSITIONS },
  project: { begins: ['eligible'], table: PROJECT_TRANSITIONS, rests: ['completed'] },
  proposal: { begins: ['draft'], table: PROPOSAL_TRANSITIONS },
};

function reachable(table: Table, begins: readonly string[]): Set<string> {
  const seen = new Set(begins);
  for (const state of seen) for (const next of table[state] ?? []) seen.add(next);
  return seen;
}

describe.each(Object.entries(TABLES))('the states of a %s', (_name, { begins, table, rests = [] }) => {
  it('can all be reached from where it begins', () => {
    expect([...reachable(table, begins)].sort()).toEqual(Object.keys(table).sort());
  });

  it('have a word in both languages for whoever is refused because of one', () => {
    for (const { refusal } of Object.values(catalogues))
      expect(Object.keys(table).filter((state) => !(state in refusal.word))).toEqual([]);
  });

  it('lead only to states of the table', () => {
    const known = new Set(Object.keys(table));
    for (const next of Object.values(table).flat()) expect(known.has(next), next).toBe(true);
  });

  it('come to an end', () => {
    const ends = [...rests, ...Object.keys(table).filter((state) => table[state]?.length === 0)];
    expect(ends.length).toBeGreaterThan(0);
    for (const state of Object.keys(table)) {
      expect(
        [...reachable(table, [state])].some((end) => ends.includes(end)),
        state,
      ).toBe(true);
    }
  });
});
