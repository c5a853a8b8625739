/**
 * Where the payment processor tells us what happened: the bytes as they came are proved and stored, then answered.
 * Whatever is not stored is answered so that it is sent again.
 */
import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import type { Logger } from 'pino';
import type { GivingPlatform } from '../services/context.ts';
import { receivePaymentEvent } from '../services/giving/receive-payment-event.ts';
import { logDefect } from './mask-errors.ts';

const MAX_BODY = '512kb';

export function createStripeWebhook(platform: GivingPlatform, logger: Logger): Router {
  const router = Router();
  router.post(
    '/webhooks/stripe',
    express.raw({ type: () => true, limit: MAX_BODY }),
    async (request: Request, response: Response) => {
      const body: unknown = request.body;
      const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      const received = await receivePaymentEvent(platform, bytes, request.get('stripe-signature'));
      if (received.outcome === 'refused') {
        logger.warn({ reason: received.reason }, 'webhook refused');
        response.status(400).json({ code: 'WEBHOOK_REFUSED', message: received.message });
        return;
      }
      response.json({ received: received.eventId });
    },
    answerFailure(logger),
  );
  return router;
}

function answerFailure(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const status =
      typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 503;
    if (status === 413) {
      response.status(413).json({ code: 'BODY_TOO_LARGE', message: `Send at most ${MAX_BODY}.` });
      return;
    }
    const reference = logDefect(logger, error);
    response
      .status(503)
      .json({ code: 'TEMPORARILY_UNAVAILABLE', message: 'Not stored; send it again.', reference });
  };
}
