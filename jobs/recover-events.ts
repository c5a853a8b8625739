/** Takes in the events that no webhook brought; the next look makes up for one that failed. */
import { recoverEvents } from '../server/services/giving/recover-events.ts';
import type { Job } from './job.ts';

export const recoverEventsJob: Job<'recover-events'> = {
  name: 'recover-events',
  maxAttempts: 1,
  schedule: '*/10 * * * *',
  async perform(platform, _payload, log) {
    const recovered = await recoverEvents(platform);
    if (recovered > 0) log.info({ recovered }, 'Events were taken in that no webhook had brought.');
  },
};
