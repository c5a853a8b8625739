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
import { InvalidInput } from '../domain/errors.ts';
import { SecondFactorMissing, TooManyTries, WrongCode } from '../domain/second-factor.ts';
import type { Platform } from '../services/context.ts';
import { LinkExpired, requestPasswordReset, setPasswordByLink } from '../services/people/account-links.ts';
import type { SecondFactor } from '../services/people/second-factor.ts';
import type { SignInAttempt, SignInThrottle } from '../services/people/sign-in-throttle.ts';

const MAX_BODY = '16kb';
const SIGN_IN_ROUTE = '/sign-in/email';

export function createSignInRoutes(
  signIn: SignIn,
  secondFactor: SecondFactor,
  throttle: SignInThrottle,
  platform: Pick<Platform, 'database' | 'clock' | 'queue' | 'publicUrl'>,
): Router {
  const { publicUrl } = platform;
  const router = Router();
  router.use(express.json({ limit: MAX_BODY }));
  router.use((request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    if (SIGN_IN_ROUTES.some((route) => route === request.path) || isOwnRoute(request)) {
      next();
      return;
    }
    response.status(404).json({ code: 'NOT_FOUND', message: 'There is no such sign-in route.' });
  });
  router.post(SIGN_IN_ROUTE, async (request, response) => {
    const attempt = attemptOf(request);
    const wait = await throttle.begin(attempt);
    if (wait !== null) {
      refuseTries(response, wait);
      return;
    }
    const answer = await signIn.handle(toFetchRequest(request, publicUrl));
    if (answer.ok) await throttle.succeed(attempt);
    await sendFetchResponse(answer, response);
  });
  addSecondFactorRoutes(router, signIn, secondFactor);
  addPasswordRoutes(router, throttle, platform);
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

const FORGOTTEN_ROUTE = '/forgotten-password';
const SET_PASSWORD_ROUTE = '/set-password';

const OWN_POSTS = [ENROL_ROUTE, ACTIVATE_ROUTE, VERIFY_ROUTE, FORGOTTEN_ROUTE, SET_PASSWORD_ROUTE];

const isOwnRoute = ({ method, path }: Request): boolean =>
  method === 'GET' ? path === STATE_ROUTE : method === 'POST' && OWN_POSTS.includes(path);

/** Both answer alike whether there is such an account or link, and are slowed for whoever tries many. */
function addPasswordRoutes(
  router: Router,
  throttle: SignInThrottle,
  platform: Pick<Platform, 'database' | 'clock' | 'queue'>,
): void {
  router.post(FORGOTTEN_ROUTE, async (request, response) => {
    const attempt = attemptOf(request);
    const wait = await throttle.begin({ ...attempt, email: `forgotten ${attempt.email}` });
    if (wait !== null) {
      refuseTries(response, wait);
      return;
    }
    await requestPasswordReset(platform, attempt.email);
    response.status(202).json({});
  });
  router.post(SET_PASSWORD_ROUTE, async (request, response) => {
    const wait = await throttle.begin({ address: request.ip ?? '', email: 'set-password' });
    if (wait !== null) {
      refuseTries(response, wait);
      return;
    }
    try {
      const language = textOf(request, 'locale', 2);
      const locale = language === 'zh' || language === 'en' ? language : null;
      const password = textOf(request, 'password', 200);
      await setPasswordByLink(platform, textOf(request, 'secret', 200), password, locale);
      response.json({});
    } catch (error) {
      if (!(error instanceof LinkExpired || error instanceof InvalidInput)) throw error;
      refuseSignIn(response, 400, error.code, error.message);
    }
  });
}

function refuseTries(response: Response, waitSeconds: number): void {
  response.setHeader('retry-after', String(waitSeconds));
  refuseSignIn(response, 429, 'TOO_MANY_TRIES', `Too many tries: wait ${waitSeconds} seconds and try again.`);
}

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
      const code = textOf(request, 'code', 40);
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

/** A text of the body, cut to a length; empty where there is none. */
function textOf(request: Request, name: string, maxLength: number): string {
  const body: unknown = request.body;
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : '';
  return typeof value === 'string' ? value.slice(0, maxLength) : '';
}

function refuseSignIn(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ code, message });
}

function attemptOf(request: Request): SignInAttempt {
  return { address: request.ip ?? '', email: textOf(request, 'email', 320) };
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
