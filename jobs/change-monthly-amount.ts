/** Tells the processor the amount of a monthly gift that counts now; the attempts outlast a day of outage. */
import { applyMonthlyAmount } from '../server/services/giving/change-monthly.ts';
import type { Job } from './job.ts';

export const changeMonthlyAmountJob: Job<'change-monthly-amount'> = {
  name: 'change-monthly-amount',
  maxAttempts: 17,
  perform: (platform, { monthlyGivingId }) => applyMonthlyAmount(platform, monthlyGivingId),
};
