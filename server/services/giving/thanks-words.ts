/** The words of the letter of thanks, in both languages; only these functions put values into sentences. */
import type { Locale } from '../../domain/localized-text.ts';

export interface ThanksValues {
  /** Null: greeted without a name. */
  readonly name: string | null;
  /** `¥1,234.50`. */
  readonly gift: string;
  /** Added for the payment fee; null when nothing was. */
  readonly feeCover: string | null;
  /** What the gift is for: `卫生健康·嘉善`. */
  readonly purpose: string;
  readonly region: string;
  readonly settledOn: string;
  readonly donationId: string;
  readonly page: string;
  /** No real money moved: the letter must say so. */
  readonly rehearsal: boolean;
}

interface ThanksWords {
  readonly languageTag: string;
  readonly subject: (values: ThanksValues) => string;
  readonly greeting: (values: ThanksValues) => string;
  readonly received: (values: ThanksValues) => string;
  readonly purpose: (values: ThanksValues) => string;
  readonly follow: string;
  readonly reference: (values: ThanksValues) => string;
  readonly notice: string;
  readonly rehearsal: string;
  readonly signature: (values: ThanksValues) => string;
}

export const THANKS_WORDS: Readonly<Record<Locale, ThanksWords>> = {
  zh: {
    languageTag: 'zh-CN',
    subject: ({ gift }) => `感谢您的捐赠 ${gift}`,
    greeting: ({ name }) => (name === null ? '尊敬的捐赠人：' : `尊敬的${name}：`),
    received: ({ gift, feeCover, settledOn }) =>
      feeCover === null
        ? `我们已于 ${settledOn} 收到您的捐赠 ${gift}。`
        : `我们已于 ${settledOn} 收到您的捐赠 ${gift}，以及您为支付手续费另付的 ${feeCover}。`,
    purpose: ({ purpose }) => `用途：${purpose}。`,
    follow: '您可以随时在这里查看这笔捐赠的去向：',
    reference: ({ donationId }) => `捐赠编号：${donationId}`,
    notice: '本邮件是到账通知，不是捐赠票据。',
    rehearsal: '这是演示环境：没有任何真实资金发生转移。',
    signature: ({ region }) => `${region}公共产品供给基金会`,
  },
  en: {
    languageTag: 'en',
    subject: ({ gift }) => `Thank you for your gift of ${gift}`,
    greeting: ({ name }) => (name === null ? 'Dear donor,' : `Dear ${name},`),
    received: ({ gift, feeCover, settledOn }) =>
      feeCover === null
        ? `We received your gift of ${gift} on ${settledOn}.`
        : `We received your gift of ${gift} on ${settledOn}, and the ${feeCover} that you added for the payment fee.`,
    purpose: ({ purpose }) => `It is for: ${purpose}.`,
    follow: 'You can see what becomes of it here at any time:',
    reference: ({ donationId }) => `Donation number: ${donationId}`,
    notice: 'This letter says that your gift arrived; it is not a tax receipt.',
    rehearsal: 'This is a demonstration: no real money moved.',
    signature: ({ region }) => `Supply Foundation, ${region}`,
  },
};
