/** Asks the processor for refunds that were decided; what outlives its attempts is brought back by the sweep. */
import { refundOnline } from '../server/services/giving/online-refunds.ts';
import type { Job } from './job.ts';

export const refundOnlineJob: Job<'refund-online'> = {
  name: 'refund-online',
  maxAttempts: 10,
  perform: (platform, { refundId }) => refundOnline(platform, refundId),
};
