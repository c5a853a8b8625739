/** Asks how checkouts stand; what outlives its attempts (17 minutes) is brought back by the sweep. */
import { pollCheckout, pollCheckouts } from '../server/services/giving/poll-checkout.ts';
import type { Job } from './job.ts';

export const pollCheckoutJob: Job<'poll-checkout'> = {
  name: 'poll-checkout',
  maxAttempts: 10,
  perform: (platform, { donationId }) => pollCheckout(platform, donationId),
};

export const pollCheckoutsJob: Job<'poll-checkouts'> = {
  name: 'poll-checkouts',
  maxAttempts: 10,
  perform: (platform, { donationIds }) => pollCheckouts(platform, donationIds),
};
