/** What was booked on funds between any two days, on a real database: the same as adding up every entry. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { day, giftDraft, openLedger, type LedgerRig } from '../../test/support/ledger-rig.ts';
import type { DayRange } from '../domain/day-range.ts';
import { dayBefore } from '../domain/day-range.ts';
import { minor } from '../domain/money.ts';
import { allocationApproved } from '../domain/posting-rules.ts';
import { bookedOn } from '../domain/roll-up.ts';
import { fundStatement, type FundFlow } from '../domain/statements.ts';
import { inTransaction } from '../db/database.ts';
import { readEveryFundPosition } from './read-balances.ts';
import { readFundFlows } from './read-fund-flows.ts';
import { streamEntries } from './read-ledger.ts';
import { readSealState } from './seal-entries.ts';
import { sealStates } from './models/seal-state.ts';

let ledger: LedgerRig;

const DAYS = [
  '2025-12-31',
  '2026-01-01',
  '2026-01-31',
  '2026-02-01',
  '2026-02-15',
  '2026-03-10',
  '2026-03-31',
];

const line = {
  ...{ fundId: 'gifts-0', projectId: 'p', projectFundId: 'project-p' },
  ...{ sector: 'health', locality: '330421' },
};

const draftsOf = (name: string) =>
  DAYS.flatMap((effectiveOn, index) => [
    giftDraft(`${name}${index}`, {
      effectiveOn,
      giftMinor: 100n + BigInt(index),
      fundId: `gifts-${index % 2}`,
    }),
    allocationApproved({
      ...{ runId: `${name}${index}`, round: 'r', narrative: 'allocation', currency: 'CNY' },
      effectiveOn: day(effectiveOn),
      lines: [{ ...line, amountMinor: minor(7n) }],
    }),
  ]);

beforeAll(async () => {
  ledger = await openLedger();
  await ledger.post(...draftsOf('sealed'));
  await ledger.seal();
  await sealStates(ledger.database).updateOne({ _id: 'ledger' }, { $set: { closedThrough: '2025-12' } });
  await ledger.post(...draftsOf('waiting'));
});
afterAll(() => ledger.stop());

/** Net by nature, fund and giver, zeros left out. */
function netOf(flows: readonly FundFlow[]): Record<string, bigint> {
  const net = new Map<string, bigint>();
  for (const { nature, fund, partyKind, debitMinor, creditMinor } of flows) {
    const key = `${nature} ${fund} ${partyKind}`;
    net.set(key, (net.get(key) ?? 0n) + creditMinor - debitMinor);
  }
  return Object.fromEntries([...net].filter(([, amount]) => amount !== 0n).sort());
}

async function replayed({ from, through }: DayRange): Promise<FundFlow[]> {
  const { closedThrough } = await readSealState(ledger.database, null);
  const flows: FundFlow[] = [];
  for await (const entry of streamEntries(ledger.database)) {
    const booked = entry.bookedOn ?? bookedOn(entry.effectiveOn, closedThrough);
    if (booked < from || booked > through) continue;
    for (const { account, nature, fund, partyKind, debitMinor, creditMinor } of entry.postings) {
      if (!account.startsWith('fund:')) continue;
      flows.push({
        ...{ nature: nature ?? null, fund: fund ?? null, partyKind: partyKind ?? null },
        ...{ debitMinor, creditMinor },
      });
    }
  }
  return flows;
}

it.each([
  ['2026-01-01', '2026-03-31'],
  ['2025-12-31', '2026-03-30'],
  ['2026-01-31', '2026-02-01'],
  ['2026-02-02', '2026-02-14'],
  ['2025-01-01', '2025-12-31'],
  ['2026-03-10', '2026-03-10'],
])('from %s through %s they are a replay of the journal, and tie to the balances', async (from, through) => {
  const range = { from: day(from), through: day(through) };
  const { flows, lines } = await inTransaction(ledger.database, async (session) => {
    const read = await readFundFlows(ledger.database, session, range);
    return {
      flows: read,
      lines: fundStatement(
        read,
        await readEveryFundPosition(ledger.database, session, dayBefore(range.from)),
        await readEveryFundPosition(ledger.database, session, range.through),
      ),
    };
  });
  expect(netOf(flows)).toEqual(netOf(await replayed(range)));
  for (const line of lines) expect(line.differenceMinor).toBe(0n);
});
