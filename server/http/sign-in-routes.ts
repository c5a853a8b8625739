/**
 * Signing in and out: the few routes of the sign-in library that we use, with JSON in and out, slowed for guessers; and
 * the second factor, without which a session of somebody who needs one stands for nobody.
 */
import { fromNodeHeaders } from 'better-auth/node';
import express, { type Request, type Response, Router } from 'express';
import {
  CALLER_ADDRESS_HEADER,
  SIGN_IN_PATH,
  SIGN_IN_ROUTES,
  type SignIn,
} from '../services/people/sign-in.ts';
import { SecondFactorMissing, TooManyTries, WrongCode } from '../domain/second-factor.ts';
import type { SecondFactor } from '../services/people/second-factor.ts';
import type { SignInAttempt, SignInThrottle } from '../services/people/sign-in-throttle.ts';

const MAX_BODY = '16kb';
const SIGN_IN_ROUTE = '/sign-in/email';

export function createSignInRoutes(
  signIn: SignIn,
  secondFactor: SecondFactor,
  throttle: SignInThrottle,
  publicUrl: string,
): Router {
  const router = Router();
  router.use(express.json({ limit: MAX_BODY }));
  router.use((request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    if (SIGN_IN_ROUTES.some((route) => route === request.path) || isSecondFactorRoute(request)) {
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
  addSecondFactorRoutes(router, signIn, secondFactor);
  router.use(async (request, response) => {
    await sendFetchResponse(await signIn.handle(toFetchRequest(request, publicUrl)), response);
  });
  return router;
}

/** Where a session stands: what is left to do before it stands for its person. */
const STATE_ROUTE = '/second-factor';
const ENROL_ROUTE = '/second-factor/enrol';
const ACTIVATE_ROUTE = '/second-factor/activate';
const VERIFY_ROUTE = '/second-factor/verify';

const isSecondFactorRoute = ({ method, path }: Request): boolean =>
  method === 'GET' ? path === STATE_ROUTE : [ENROL_ROUTE, ACTIVATE_ROUTE, VERIFY_ROUTE].includes(path);

function addSecondFactorRoutes(router: Router, signIn: SignIn, secondFactor: SecondFactor): void {
  const stateOf = (request: Request) => signIn.stateOf(fromNodeHeaders(request.headers));
  router.get(STATE_ROUTE, async (request, response) => {
    const { step } = await stateOf(request);
    response.json({ step });
  });
  router.post(ENROL_ROUTE, async (request, response) => {
    const { person } = await stateOf(request);
    const enrolment =
      person === null ? null : await secondFactor.begin({ personId: person._id, email: person.email });
    if (enrolment === null) refuseSignIn(response, 409, 'WRONG_STATE', 'There is nothing to set up now.');
    else response.json(enrolment);
  });
  router.post([ACTIVATE_ROUTE, VERIFY_ROUTE], async (request, response) => {
    const { person, sessionId } = await stateOf(request);
    if (person === null || sessionId === null) {
      refuseSignIn(response, 401, 'SIGN_IN_REQUIRED', 'Sign in with your password first.');
      return;
    }
    try {
      const code = codeOf(request);
      const activating = request.path === ACTIVATE_ROUTE;
      const recoveryCodes = activating ? await secondFactor.activate(person._id, code) : null;
      if (!activating) await secondFactor.verify(person._id, code);
      await signIn.markVerified(sessionId);
      response.json({ recoveryCodes });
    } catch (error) {
      if (error instanceof TooManyTries) {
        response.setHeader('retry-after', String(error.data['waitSeconds']));
        refuseSignIn(response, 429, error.code, error.message);
      } else if (error instanceof WrongCode || error instanceof SecondFactorMissing) {
        refuseSignIn(response, 401, error.code, error.message);
      } else throw error;
    }
  });
}

function codeOf(request: Request): string {
  const body: unknown = request.body;
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : '';
  return typeof code === 'string' ? code.slice(0, 40) : '';
}

function refuseSignIn(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ code, message });
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
