/** Every ten minutes, shares the matching pools among gifts that settled, and makes final what waited long enough. */
import { matchDonations } from '../server/services/matching-pools/match-donations.ts';
import type { Job } from './job.ts';

export const matchDonationsJob: Job<'match-donations'> = {
  name: 'match-donations',
  maxAttempts: 3,
  schedule: '*/10 * * * *',
  async perform(platform, _payload, log) {
    const done = await matchDonations(platform);
    if (done.held + done.final > 0) log.info(done, 'Matched donations.');
  },
};
