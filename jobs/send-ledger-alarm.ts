/** Tells one person who answers for the books that the nightly check found a breach. */
import { sendLedgerAlarm } from '../server/services/ledger-alarm.ts';
import type { Job } from './job.ts';

/** Its attempts outlast a mail server that is down for a day. */
const MAX_ATTEMPTS = 17;

export const sendLedgerAlarmJob: Job<'send-ledger-alarm'> = {
  name: 'send-ledger-alarm',
  maxAttempts: MAX_ATTEMPTS,
  async perform(platform, { checkId, personId }, log) {
    const outcome = await sendLedgerAlarm(platform, checkId, personId);
    if (outcome === 'refused')
      log.error({ checkId, personId }, 'The mail server refuses this person’s address for good.');
  },
};
