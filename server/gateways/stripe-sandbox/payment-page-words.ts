/** The words of the payment page, in the two languages of the platform. */
import type { MethodType } from './objects/payment-methods.ts';
import type { PayChoice } from './checkout-payment.ts';

export interface PageWords {
  readonly lang: string;
  readonly noRealMoney: string;
  readonly payTitle: string;
  readonly saveTitle: string;
  readonly email: string;
  readonly name: string;
  readonly cancel: string;
  readonly goBack: string;
  readonly declined: string;
  readonly done: string;
  readonly expired: string;
  readonly authenticateTitle: string;
  readonly authenticate: string;
  readonly authenticateSucceed: string;
  readonly authenticateFail: string;
  readonly methods: Readonly<Record<MethodType, string>>;
  readonly choices: Readonly<Record<PayChoice, string>>;
}

const ENGLISH: PageWords = {
  lang: 'en',
  noRealMoney: 'Test page: NO REAL MONEY moves here. Enter no card number.',
  payTitle: 'Pay (test)',
  saveTitle: 'Save another card (test)',
  email: 'E-mail',
  name: 'Name (optional)',
  cancel: 'Back without paying',
  goBack: 'Back to the site',
  declined: 'The payment was declined. Nothing was taken; choose another way to pay.',
  done: 'This payment is complete.',
  expired: 'This page has expired. Nothing was taken; start again from the beginning.',
  authenticateTitle: '3-D Secure (test)',
  authenticate: 'Your bank would ask you here to confirm the payment.',
  authenticateSucceed: 'Confirm',
  authenticateFail: 'Refuse',
  methods: { card: 'Bank card', alipay: 'Alipay', wechat_pay: 'WeChat Pay' },
  choices: {
    card: 'Pay by card: succeeds',
    card_decline: 'Pay by card: declined',
    card_insufficient_funds: 'Pay by card: insufficient funds',
    card_3ds: 'Pay by card: asks for 3-D Secure',
    card_dispute: 'Pay by card: succeeds, then is disputed',
    card_fails_later: 'Pay by card: succeeds now, declined in later months',
    alipay: 'Alipay: succeeds a moment later',
    alipay_failure: 'Alipay: fails a moment later',
    wechat_pay: 'WeChat Pay: succeeds a moment later',
    wechat_pay_failure: 'WeChat Pay: fails a moment later',
  },
};

const CHINESE: PageWords = {
  lang: 'zh-CN',
  noRealMoney: '测试页面：不会发生任何真实扣款。请勿输入银行卡号。',
  payTitle: '支付（测试）',
  saveTitle: '更换银行卡（测试）',
  email: '电子邮箱',
  name: '姓名（选填）',
  cancel: '不支付，返回',
  goBack: '返回网站',
  declined: '支付未成功，没有扣款。请换一种方式支付。',
  done: '这笔支付已完成。',
  expired: '页面已过期，没有扣款。请重新开始。',
  authenticateTitle: '3-D Secure 验证（测试）',
  authenticate: '在真实支付中，发卡银行会在此请您确认。',
  authenticateSucceed: '确认支付',
  authenticateFail: '拒绝支付',
  methods: { card: '银行卡', alipay: '支付宝', wechat_pay: '微信支付' },
  choices: {
    card: '银行卡：支付成功',
    card_decline: '银行卡：被拒绝',
    card_insufficient_funds: '银行卡：余额不足',
    card_3ds: '银行卡：需要 3-D Secure 验证',
    card_dispute: '银行卡：成功，随后持卡人提出争议',
    card_fails_later: '银行卡：本次成功，以后各月被拒绝',
    alipay: '支付宝：稍后成功',
    alipay_failure: '支付宝：稍后失败',
    wechat_pay: '微信支付：稍后成功',
    wechat_pay_failure: '微信支付：稍后失败',
  },
};

export function pageWords(locale: string): PageWords {
  return locale.toLowerCase().startsWith('zh') ? CHINESE : ENGLISH;
}
