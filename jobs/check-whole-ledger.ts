/** Every night, replays the whole ledger against its invariants, and keeps and logs what it found; a breach is mailed too. */
import { checkWholeLedgerAlone } from '../server/services/check-ledger.ts';
import type { Job } from './job.ts';

export const checkWholeLedgerJob: Job<'check-whole-ledger'> = {
  name: 'check-whole-ledger',
  maxAttempts: 2,
  schedule: '30 18 * * *',
  async perform(platform, _payload, log) {
    const check = await checkWholeLedgerAlone(platform);
    if (check === null) return;
    const { breachCount, results } = check;
    const broken = results.filter(({ breaches }) => breaches.length > 0);
    if (breachCount > 0) log.error({ broken }, 'The ledger breaches its invariants.');
    else log.info({ invariants: results.length }, 'The ledger is sound.');
  },
};
