/** Copies the processor's own ledger and follows what no webhook told; the next look makes up for one that failed. */
import { syncProcessor } from '../server/services/giving/sync-processor.ts';
import type { Job } from './job.ts';

export const syncProcessorJob: Job<'sync-processor'> = {
  name: 'sync-processor',
  maxAttempts: 1,
  schedule: '*/15 * * * *',
  async perform(platform, _payload, log) {
    const synced = await syncProcessor(platform);
    if (synced.followed > 0) log.info(synced, 'The processor’s ledger told of what no event had brought.');
  },
};
