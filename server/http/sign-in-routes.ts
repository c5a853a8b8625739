/** Signing in and out: the few routes of the sign-in library that we use, with JSON in and out, slowed for guessers. */
import { fromNodeHeaders } from 'better-auth/node';
import express, { type Request, type Response, Router } from 'express';
import {
  CALLER_ADDRESS_HEADER,
  SIGN_IN_PATH,
  SIGN_IN_ROUTES,
  type SignIn,
} from '../services/people/sign-in.ts';
import type { SignInAttempt, SignInThrottle } from '../services/people/sign-in-throttle.ts';

const MAX_BODY = '16kb';
const SIGN_IN_ROUTE = '/sign-in/email';

export function createSignInRoutes(signIn: SignIn, throttle: SignInThrottle, publicUrl: string): Router {
  const router = Router();
  router.use(express.json({ limit: MAX_BODY }));
  router.use((request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    if (SIGN_IN_ROUTES.some((route) => route === request.path)) {
      next();
      return;
    }
    response.status(404).json({ code: 'NOT_FOUND', message: 'There is no such sign-in route.' });
  });
  router.post(SIGN_IN_ROUTE, async (request, response) => {
    const attempt = attemptOf(request);
    const wait = await throttle.begin(attempt);
    if (wait !== null) {
      response
        .status(429)
        .setHeader('retry-after', String(wait))
        .json({ code: 'TOO_MANY_TRIES', message: `Too many tries: wait ${wait} seconds and try again.` });
      return;
    }
    const answer = await signIn.handle(toFetchRequest(request, publicUrl));
    if (answer.ok) await throttle.succeed(attempt);
    await sendFetchResponse(answer, response);
  });
  router.use(async (request, response) => {
    await sendFetchResponse(await signIn.handle(toFetchRequest(request, publicUrl)), response);
  });
  return router;
}

function attemptOf(request: Request): SignInAttempt {
  const body: unknown = request.body;
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : '';
  return { address: request.ip ?? '', email: typeof email === 'string' ? email : '' };
}

function toFetchRequest(request: Request, publicUrl: string): globalThis.Request {
  const headers = fromNodeHeaders(request.headers);
  headers.delete('content-length');
  // Browsers name the origin of whatever they post, and foreign ones were refused before; who names none is a script.
  if (!headers.has('origin')) headers.set('origin', publicUrl);
  headers.set(CALLER_ADDRESS_HEADER, request.ip ?? '');
  const hasBody = request.method === 'POST';
  if (hasBody) headers.set('content-type', 'application/json');
  return new globalThis.Request(new URL(`${SIGN_IN_PATH}${request.url}`, publicUrl), {
    method: request.method,
    headers,
    ...(hasBody ? { body: JSON.stringify(request.body ?? {}) } : {}),
  });
}

async function sendFetchResponse(answer: globalThis.Response, response: Response): Promise<void> {
  response.status(answer.status);
  answer.headers.forEach((value, name) => {
    if (name !== 'set-cookie') response.setHeader(name, value);
  });
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.send(Buffer.from(await answer.arrayBuffer()));
}
