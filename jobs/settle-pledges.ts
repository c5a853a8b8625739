/** Every ten minutes, settles the conditional pledges of rounds whose deadline has passed. */
import { settlePledges } from '../server/services/pledge-settlement.ts';
import type { Job } from './job.ts';

export const settlePledgesJob: Job<'settle-pledges'> = {
  name: 'settle-pledges',
  maxAttempts: 5,
  schedule: '*/10 * * * *',
  async perform(platform, _payload, log) {
    const done = await settlePledges(platform);
    if (done.binding + done.lapsed > 0) log.info(done, 'Settled conditional pledges.');
  },
};
