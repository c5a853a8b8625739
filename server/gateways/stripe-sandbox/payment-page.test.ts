import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { formatAmount, pageLocale, renderPaymentPage, renderResultPage } from './payment-page.ts';

function session(over: object = {}): Stripe.Checkout.Session {
  const plain = {
    amount_total: 20_000,
    cancel_url: 'http://127.0.0.1:9/give',
    currency: 'cny',
    customer_email: null,
    locale: 'zh',
    payment_method_types: ['card', 'alipay', 'wechat_pay'],
  };
  return { ...plain, ...over } as unknown as Stripe.Checkout.Session;
}

describe('the payment page', () => {
  it('says in the donor’s language that no real money moves, and asks for no card number', () => {
    const chinese = renderPaymentPage(session(), 'zh', false);
    expect(chinese).toContain('<html lang="zh-CN">');
    expect(chinese).toContain('不会发生任何真实扣款');
    expect(chinese).toContain('CNY 200.00');
    expect(renderPaymentPage(session(), 'en', false)).toContain('NO REAL MONEY moves here');
    expect([...chinese.matchAll(/<input [^>]*name="(\w+)"/g)].map((match) => match[1])).toEqual([
      'email',
      'name',
    ]);
    expect(chinese).not.toContain('<script');
  });

  it('shows only the methods that the checkout takes', () => {
    const cards = renderPaymentPage(session({ payment_method_types: ['card'] }), 'en', false);
    expect(cards).toContain('value="card_3ds"');
    expect(cards).not.toContain('alipay');
  });

  it('leads whoever comes back to it back to the site, paid or expired', () => {
    const back = (status: string) =>
      renderResultPage(
        session({ id: 'cs_1', status, success_url: 'http://x/gift?s={CHECKOUT_SESSION_ID}' }),
        'en',
      );
    expect(back('complete')).toContain('<a href="http://x/gift?s=cs_1">Back to the site</a>');
    expect(back('expired')).toContain('<a href="http://127.0.0.1:9/give">Back to the site</a>');
  });

  it('shows whatever it is given as text', () => {
    const hostile = session({
      customer_email: '"><script>alert(1)</script>',
      cancel_url: 'http://x/"onload="',
    });
    const page = renderPaymentPage(hostile, 'en', true);
    expect(page).not.toContain('<script');
    expect(page).not.toContain('"onload=');
    expect(page).toContain('role="alert"');
  });

  it('takes the checkout’s language, and the browser’s where the checkout has none', () => {
    expect(pageLocale(session({ locale: 'en' }), 'zh-CN')).toBe('en');
    expect(pageLocale(session({ locale: 'auto' }), 'zh-CN,zh;q=0.9')).toBe('zh-CN,zh;q=0.9');
    expect(pageLocale(session({ locale: null }), null)).toBe('en');
  });

  it.each([
    [0, 'cny', 'CNY 0.00'],
    [5, 'cny', 'CNY 0.05'],
    [99_999_999, 'cny', 'CNY 999999.99'],
    [500, 'jpy', 'JPY 500'],
    [1_234, 'kwd', 'KWD 1.234'],
  ])('writes %i %s as %s', (amount, currency, text) => {
    expect(formatAmount(amount, currency)).toBe(text);
  });
});
