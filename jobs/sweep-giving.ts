/** Every ten minutes, brings back donations and events whose own job was lost. */
import { sweepGiving } from '../server/services/giving/sweep-giving.ts';
import type { Job } from './job.ts';

export const sweepGivingJob: Job<'sweep-giving'> = {
  name: 'sweep-giving',
  maxAttempts: 3,
  schedule: '*/10 * * * *',
  async perform(platform, _payload, log) {
    const swept = await sweepGiving(platform);
    if (swept.events + swept.donations + swept.monthly > 0)
      log.info(swept, 'Brought back what had lost its job.');
  },
};
