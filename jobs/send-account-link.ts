/** Mails one person the link with which they choose a password. */
import { sendAccountLink } from '../server/services/people/account-links.ts';
import type { Job } from './job.ts';

export const sendAccountLinkJob: Job<'send-account-link'> = {
  name: 'send-account-link',
  maxAttempts: 12,
  async perform(platform, { personId, purpose }, log) {
    const outcome = await sendAccountLink(platform, personId, purpose);
    if (outcome === 'refused') {
      log.error({ personId, purpose }, 'The mail server refuses this person’s address for good.');
    }
  },
};
