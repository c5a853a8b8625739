/** Migration 006 on a platform that has paid and reconciled before it: nothing of that changes, and what comes back can be told. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isDuplicateKey } from '../../server/db/database.ts';
import { runMigrations } from '../../server/db/migrations/run-migrations.ts';
import type { CalendarDate } from '../../server/domain/time.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { acceptMilestone, reportMilestone } from '../../server/services/awards/move-milestones.ts';
import { confirmBankLine } from '../../server/services/bank/bank-lines.ts';
import { importStatement } from '../../server/services/bank/import-statement.ts';
import { approveDisbursement } from '../../server/services/disbursements/approve-disbursement.ts';
import { executeDisbursement } from '../../server/services/disbursements/execute-disbursement.ts';
import { prepareDisbursement } from '../../server/services/disbursements/prepare-disbursement.ts';
import { findDisbursement } from '../../server/services/disbursements/read-disbursements.ts';
import { openFoundation, storyId, type Foundation } from '../support/foundation.ts';
import { SIGNED, signAnAward } from '../support/signed-award.ts';

const { grantee: GRANTEE, award: AWARD } = SIGNED;
const PAYMENT = storyId(61);
const OLD_INDEX = 'match.kind_1_match.id_1';
const NEW_INDEXES = ['payment_comes_back_once', 'payment_leaves_once'];

let foundation: Foundation;
let finance: ReturnType<Foundation['as']>;
beforeAll(async () => {
  foundation = await openFoundation();
  finance = foundation.as('Li Zhen', ['finance-officer']);
  await signAnAward({ as: (...who) => foundation.as(...who), later: () => foundation.clock.advance(1_000) });
});
afterAll(() => foundation.close());

const raw = (name: string) =>
  foundation.database.connection.collection<{ _id: string; [field: string]: unknown }>(name);
const lines = () => raw('bankLines');
const matchOf = (id: string) => ({ kind: 'disbursement', id }) as const;
const indexesOfMatches = async () =>
  (await lines().indexes())
    .filter(({ key }) => 'match.id' in key)
    .map(({ name }) => name)
    .toSorted();
const all = async () =>
  Promise.all(
    ['bankLines', 'disbursements', 'journalEntries'].map((name) =>
      raw(name).find({}).sort({ _id: 1 }).toArray(),
    ),
  );

async function payAndReconcile(): Promise<void> {
  const programme = foundation.as('Zhou Min', ['programme-officer']);
  const owner = foundation.as('Wang Fang', [], [{ partyId: GRANTEE, role: 'owner' }]);
  const place = { award: AWARD, milestone: 'm1' };
  await reportMilestone(owner, { ...place, evidence: 'Contract.' });
  await acceptMilestone(programme, place);
  const { control } = await prepareDisbursement(programme, { id: PAYMENT, ...place });
  const seen = { id: PAYMENT, digest: control.digest };
  await approveDisbursement(foundation.as('Chen Jing', ['approver']), seen);
  foundation.clock.advance(1_000);
  const executedOn = '2026-03-02' as CalendarDate;
  await executeDisbursement(finance, { ...seen, bankReference: 'OUT-1', executedOn });
  const rows = ['交易日期,流水号,收入,支出,对方户名,对方账号,附言'];
  for (const [serial, credit, debit] of [
    ['OUT-1', '', '240.00'],
    ['OUT-2', '', '240.00'],
    ['IN-1', '240.00', ''],
    ['IN-2', '240.00', ''],
  ])
    rows.push(`2026-03-02,${serial},${credit},${debit},Lake Health,6222-Lake Health,退汇`);
  const bytes = new TextEncoder().encode(`${rows.join('\n')}\n`);
  await importStatement(finance, { id: storyId(91), fileName: 's.csv', bytes, columns: null });
  await confirmBankLine(finance, { line: 'main:OUT-1', match: matchOf(PAYMENT) });
}

/** The indexes, the records and the progress of a platform that was last started before the migration. */
async function goBackBefore(): Promise<void> {
  for (const name of NEW_INDEXES) await lines().dropIndex(name);
  const partialFilterExpression = { 'match.kind': 'disbursement' };
  await lines().createIndex(
    { 'match.kind': 1, 'match.id': 1 },
    { unique: true, partialFilterExpression },
    {},
  );
  await raw('disbursements').updateMany({}, { $unset: { sentBack: '' } });
  await raw('migrations').deleteOne({ _id: '006-payments-that-come-back' });
}

/** As another process would that knows nothing of what the first has read. */
const tells = (line: string) =>
  lines()
    .updateOne({ _id: line }, { $set: { match: matchOf(PAYMENT) } })
    .then(
      () => 'told',
      (error: unknown) => (isDuplicateKey(error) ? 'told already' : Promise.reject(error as Error)),
    );

it('before it, no line can tell that a payment came back whose leaving another tells', async () => {
  await payAndReconcile();
  await goBackBefore();
  expect(await indexesOfMatches()).toEqual([OLD_INDEX]);
  expect(await tells('main:IN-1')).toBe('told already');
});

it('replaces the index and changes no record, by however many processes and however often it is run', async () => {
  const before = await all();
  await Promise.all([1, 2, 3].map(() => runMigrations(foundation.database)));
  expect(await indexesOfMatches()).toEqual(NEW_INDEXES);
  expect(await all()).toEqual(before);
  // Cut off after its work and before it was noted.
  await raw('migrations').deleteOne({ _id: '006-payments-that-come-back' });
  await runMigrations(foundation.database);
  expect(await indexesOfMatches()).toEqual(NEW_INDEXES);
  expect(await all()).toEqual(before);
});

it('after it, a payment from before leaves once and comes back once', async () => {
  await confirmBankLine(finance, { line: 'main:IN-1', match: matchOf(PAYMENT) });
  expect(await findDisbursement(finance, PAYMENT)).toMatchObject({
    status: 'sent-back',
    sentBack: { bankLine: 'main:IN-1', keptMinor: 0n },
  });
  expect([await tells('main:OUT-2'), await tells('main:IN-2')]).toEqual(['told already', 'told already']);
  expect((await checkLedger(foundation.database)).flatMap(({ breaches }) => breaches)).toEqual([]);
});
