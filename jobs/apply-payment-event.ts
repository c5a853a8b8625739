/** Applies stored events; what outlives its attempts (17 minutes) is brought back by the sweep. */
import { applyPaymentEvent, applyPaymentEvents } from '../server/services/giving/apply-payment-event.ts';
import type { Job } from './job.ts';

export const applyPaymentEventJob: Job<'apply-payment-event'> = {
  name: 'apply-payment-event',
  maxAttempts: 10,
  perform: (platform, { eventId }) => applyPaymentEvent(platform, eventId),
};

export const applyPaymentEventsJob: Job<'apply-payment-events'> = {
  name: 'apply-payment-events',
  maxAttempts: 10,
  perform: (platform, { eventIds }) => applyPaymentEvents(platform, eventIds),
};
