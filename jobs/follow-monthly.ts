/** Looks how one monthly gift stands; what outlives its attempts is brought back by the sweep. */
import { pollMonthly } from '../server/services/giving/follow-monthly.ts';
import type { Job } from './job.ts';

export const followMonthlyJob: Job<'follow-monthly'> = {
  name: 'follow-monthly',
  maxAttempts: 10,
  perform: (platform, { monthlyGivingId }) => pollMonthly(platform, monthlyGivingId),
};
