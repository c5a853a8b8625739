/**
 * The pages that a donor sees: to pay, to authenticate, and what became of it. Plain forms that work without
 * script, in the language of the checkout; every one says that no real money moves.
 */
import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { PAY_CHOICES, type PayChoice } from './checkout-payment.ts';
import { pageWords, type PageWords } from './payment-page-words.ts';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, 'Noto Sans SC', 'PingFang SC', sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 28rem; }
.warning { padding: .75rem 1rem; border: 2px solid #b45309; border-radius: .5rem; font-weight: 600; }
.amount { font-size: 2rem; font-weight: 700; margin: .5rem 0 0; }
.error { padding: .75rem 1rem; border: 2px solid #b91c1c; border-radius: .5rem; }
fieldset { border: 1px solid #8886; border-radius: .5rem; margin: 1rem 0; padding: .5rem 1rem 1rem; }
label { display: block; margin: .75rem 0 .25rem; }
input, button { box-sizing: border-box; width: 100%; min-height: 2.75rem; font: inherit; padding: .5rem .75rem; }
button { margin-top: .5rem; cursor: pointer; }
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** The checkout's language, or the browser's where the checkout leaves it open. */
export function pageLocale(session: Stripe.Checkout.Session | null, acceptLanguage: string | null): string {
  const asked = session?.locale ?? 'auto';
  return asked === 'auto' ? (acceptLanguage ?? 'en') : asked;
}

/** @param declined whether a try has just been declined. */
export function renderPaymentPage(
  session: Stripe.Checkout.Session,
  locale: string,
  declined: boolean,
): string {
  const words = pageWords(locale);
  const choices = (Object.keys(PAY_CHOICES) as PayChoice[]).filter((choice) =>
    session.payment_method_types.includes(PAY_CHOICES[choice].type),
  );
  const groups = [...new Set(choices.map((choice) => PAY_CHOICES[choice].type))].map((type) => {
    const buttons = choices
      .filter((choice) => PAY_CHOICES[choice].type === type)
      .map((choice) => `<button name="outcome" value="${choice}">${escape(words.choices[choice])}</button>`);
    return `<fieldset><legend>${escape(words.methods[type])}</legend>${buttons.join('')}</fieldset>`;
  });
  return page(
    words,
    session.mode === 'setup' ? words.saveTitle : words.payTitle,
    `${declined ? `<p class="error" role="alert">${escape(words.declined)}</p>` : ''}
    ${session.amount_total === null ? '' : `<p class="amount">${escape(formatAmount(session.amount_total, session.currency ?? ''))}</p>`}
    <form method="post">
      <label for="email">${escape(words.email)}</label>
      <input id="email" name="email" type="email" autocomplete="email" value="${escape(session.customer_email ?? '')}">
      <label for="name">${escape(words.name)}</label>
      <input id="name" name="name" autocomplete="name">
      ${groups.join('\n')}
    </form>
    ${session.cancel_url === null ? '' : `<p><a href="${escape(session.cancel_url)}">${escape(words.cancel)}</a></p>`}`,
  );
}

export function renderAuthenticationPage(intent: Stripe.PaymentIntent, locale: string): string {
  const words = pageWords(locale);
  return page(
    words,
    words.authenticateTitle,
    `<p>${escape(words.authenticate)}</p>
    <p class="amount">${escape(formatAmount(intent.amount, intent.currency))}</p>
    <form method="post">
      <button name="result" value="succeed">${escape(words.authenticateSucceed)}</button>
      <button name="result" value="fail">${escape(words.authenticateFail)}</button>
    </form>`,
  );
}

/** A checkout that can no longer be paid, or a payment that belongs to no checkout. */
export function renderResultPage(session: Stripe.Checkout.Session | null, locale: string): string {
  const words = pageWords(locale);
  const text = session?.status === 'expired' ? words.expired : words.done;
  const back = (session?.status === 'expired' ? session.cancel_url : session?.success_url) ?? null;
  const address = back?.replaceAll('{CHECKOUT_SESSION_ID}', session?.id ?? '') ?? '';
  const link = back === null ? '' : `<p><a href="${escape(address)}">${escape(words.goBack)}</a></p>`;
  return page(words, text, link);
}

export function renderReceiptPage(charge: Stripe.Charge, locale: string): string {
  const words = pageWords(locale);
  return page(
    words,
    words.done,
    `<p class="amount">${escape(formatAmount(charge.amount, charge.currency))}</p><p>${escape(charge.id)}</p>`,
  );
}

export function renderErrorPage(message: string, locale: string): string {
  return page(pageWords(locale), message, '');
}

function page(words: PageWords, title: string, content: string): string {
  return `<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<p class="warning">${escape(words.noRealMoney)}</p>
<main>
<h1>${escape(title)}</h1>
${content}
</main>
</body>
</html>
`;
}

/** `CNY 200.00`, by the minor unit of the currency and without a float. */
export function formatAmount(amountMinor: number, currency: string): string {
  const code = currency.toUpperCase();
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions()
      .maximumFractionDigits ?? 2;
  if (digits === 0) return `${code} ${amountMinor}`;
  const text = String(amountMinor).padStart(digits + 1, '0');
  return `${code} ${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function escape(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
