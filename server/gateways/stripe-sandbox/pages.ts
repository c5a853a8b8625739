/** Answers a donor's browser: shows the pages, takes what their buttons post, and sends the donor back. */
import type Stripe from 'stripe';
import { ApiError, noSuch } from './api-errors.ts';
import type { HttpAnswer, HttpRequest } from './api.ts';
import { authenticatePayment, isPayChoice, payCheckout, sessionAsOfNow } from './checkout-payment.ts';
import { saveCard } from './checkout-setup.ts';
import type { Context } from './context.ts';
import { requireCharge } from './objects/charges.ts';
import { requireSession } from './objects/checkout-sessions.ts';
import { requireIntent } from './objects/payment-intents.ts';
import {
  PAGE_HEADERS,
  pageLocale,
  renderAuthenticationPage,
  renderErrorPage,
  renderPaymentPage,
  renderReceiptPage,
  renderResultPage,
} from './payment-page.ts';
import type { Attempt } from './payment-attempts.ts';

const PAGE = /^\/c\/(?<page>pay|authenticate|receipts)\/(?<id>\w+)$/;
const MAX_FIELD_LENGTH = 254;

/** Runs inside a transaction; an error page for whatever cannot be shown or done. */
export function answerPage(context: Context, request: HttpRequest): HttpAnswer {
  const language = request.header('accept-language');
  try {
    const { page, id } = PAGE.exec(request.pathname)?.groups ?? {};
    if (id === undefined) throw noSuch('page', request.pathname);
    if (page === 'pay')
      return request.method === 'POST' ? pay(context, id, request) : showPay(context, id, request);
    if (page === 'authenticate') {
      return request.method === 'POST'
        ? authenticate(context, id, request)
        : showAuthenticate(context, id, language);
    }
    return html(200, renderReceiptPage(requireCharge(context, id), language ?? 'en'));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return html(error.details.status, renderErrorPage(error.message, language ?? 'en'));
  }
}

function showPay(context: Context, id: string, request: HttpRequest): HttpAnswer {
  const session = sessionAsOfNow(context, id);
  const locale = pageLocale(session, request.header('accept-language'));
  const declined = new URLSearchParams(request.query).has('declined');
  return html(
    200,
    session.status === 'open'
      ? renderPaymentPage(session, locale, declined)
      : renderResultPage(session, locale),
  );
}

function pay(context: Context, id: string, request: HttpRequest): HttpAnswer {
  const form = new URLSearchParams(request.body);
  const session = sessionAsOfNow(context, id);
  const locale = pageLocale(session, request.header('accept-language'));
  if (session.status === 'complete') return sendBack(session);
  if (session.status !== 'open') return html(410, renderResultPage(session, locale));
  const choice = form.get('outcome') ?? 'card';
  if (!isPayChoice(choice)) throw noSuch('button', choice, 'outcome');
  if (session.mode === 'setup') {
    const saved = saveCard(context, session, choice);
    return saved ? sendBack(session) : html(402, renderPaymentPage(session, locale, true));
  }
  const attempt = payCheckout(context, id, choice, {
    email: readField(form, 'email'),
    name: readField(form, 'name'),
  });
  if (attempt.outcome === 'declined') return html(402, renderPaymentPage(session, locale, true));
  return follow(context, attempt, session);
}

function showAuthenticate(context: Context, id: string, language: string | null): HttpAnswer {
  const intent = requireIntent(context, id);
  const locale = pageLocale(sessionOf(context, id), language);
  const waits = intent.status === 'requires_action';
  return html(200, waits ? renderAuthenticationPage(intent, locale) : renderResultPage(null, locale));
}

function authenticate(context: Context, id: string, request: HttpRequest): HttpAnswer {
  const succeeds = new URLSearchParams(request.body).get('result') === 'succeed';
  const attempt = authenticatePayment(context, id, succeeds);
  return follow(context, attempt, sessionOf(context, id));
}

function sessionOf(context: Context, intentId: string): Stripe.Checkout.Session | null {
  const sessionId = context.store.get('sandbox.payment_purpose', intentId)?.checkoutSessionId ?? null;
  return sessionId === null ? null : requireSession(context, sessionId);
}

/** Where the donor goes next: to the bank, back to the choice, or back to the one who asked for the payment. */
function follow(context: Context, attempt: Attempt, session: Stripe.Checkout.Session | null): HttpAnswer {
  if (attempt.outcome === 'requires-action') {
    return redirect(`${context.baseUrl}/c/authenticate/${attempt.intent.id}`);
  }
  if (session === null) return html(200, renderResultPage(null, 'en'));
  if (attempt.outcome === 'declined') return redirect(`${context.baseUrl}/c/pay/${session.id}?declined=1`);
  return sendBack(session);
}

function sendBack(session: Stripe.Checkout.Session): HttpAnswer {
  return redirect((session.success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', session.id));
}

function readField(form: URLSearchParams, name: string): string | null {
  const value = (form.get(name) ?? '').trim().slice(0, MAX_FIELD_LENGTH);
  return value === '' ? null : value;
}

function html(status: number, body: string): HttpAnswer {
  return { status, headers: PAGE_HEADERS, body };
}

function redirect(location: string): HttpAnswer {
  return { status: 303, headers: { Location: location, 'Cache-Control': 'no-store' }, body: '' };
}
