/** Asks how one checkout stands; what outlives its attempts (17 minutes) is brought back by the sweep. */
import { pollCheckout } from '../server/services/giving/poll-checkout.ts';
import type { Job } from './job.ts';

export const pollCheckoutJob: Job<'poll-checkout'> = {
  name: 'poll-checkout',
  maxAttempts: 10,
  perform: (platform, { donationId }) => pollCheckout(platform, donationId),
};
