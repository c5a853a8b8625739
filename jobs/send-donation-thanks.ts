/** Thanks one donor by mail; the attempts outlast a mail server that is down for a day. */
import { sendDonationThanks } from '../server/services/giving/send-donation-thanks.ts';
import type { Job } from './job.ts';

export const sendDonationThanksJob: Job<'send-donation-thanks'> = {
  name: 'send-donation-thanks',
  maxAttempts: 17,
  async perform(platform, { donationId }, log) {
    const outcome = await sendDonationThanks(platform, donationId);
    if (outcome === 'refused')
      log.error({ donationId }, 'The mail server refuses this donor’s address for good.');
  },
};
