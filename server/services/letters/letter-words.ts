/** The words of every letter, and of every printed document of giving, in both languages; only these put values into sentences. */
import type { ReceivingAccount } from '../../domain/donation.ts';
import type { Locale } from '../../domain/localized-text.ts';

export interface GiftWords {
  /** Null: greeted without a name. */
  readonly name: string | null;
  /** `¥1,234.50`. */
  readonly gift: string;
  /** Added for the payment fee; null when nothing was. */
  readonly feeCover: string | null;
  /** What the gift is for: `卫生健康·嘉善`; parts of a split gift with their amounts. */
  readonly purpose: string;
  /** `2026-03-01`; sentences say it in words. */
  readonly settledOn: string;
  readonly donationId: string;
  readonly dedication: string | null;
}

export interface ReceiptWords {
  readonly number: string;
  readonly replaces: string | null;
  readonly amount: string;
  readonly issuedOn: string;
}

export interface LetterWords {
  readonly greeting: (name: string | null) => string;
  readonly received: (gift: GiftWords) => string;
  readonly purpose: (gift: Pick<GiftWords, 'purpose'>) => string;
  readonly dedicated: (to: string) => string;
  readonly transferSubject: (reference: string) => string;
  readonly transfer: (amount: string) => string;
  readonly transferAccount: (account: ReceivingAccount) => string;
  readonly transferReference: (reference: string) => string;
  readonly transferLater: string;
  readonly transferLabel: string;
  readonly thanksSubject: (gift: GiftWords) => string;
  readonly receiptAttached: (receipt: ReceiptWords) => string;
  readonly correctedSubject: (receipt: ReceiptWords) => string;
  readonly corrected: (receipt: ReceiptWords) => string;
  readonly againSubject: (receipt: ReceiptWords) => string;
  readonly again: (receipt: ReceiptWords) => string;
  readonly follow: string;
  readonly reference: (gift: GiftWords) => string;
  readonly rehearsal: string;
  readonly signature: (region: string) => string;
  readonly linkSubject: string;
  readonly linkOpens: string;
  readonly linkLabel: string;
  readonly linkKeep: string;
  readonly declinedSubject: string;
  readonly declined: (amount: string) => string;
  readonly declinedWhatNow: string;
  readonly declinedLabel: string;
  readonly endedSubject: string;
  readonly ended: (amount: string) => string;
  readonly statementSubject: (year: string) => string;
  readonly statement: (year: string) => string;
  readonly paper: {
    readonly receipt: string;
    readonly voided: string;
    readonly statement: (year: string) => string;
    readonly number: string;
    readonly replaces: string;
    readonly payer: string;
    readonly creditCode: string;
    readonly amount: string;
    readonly currency: string;
    readonly capitals: string;
    readonly purpose: string;
    readonly givenOn: string;
    readonly issuedOn: string;
    readonly gift: string;
    readonly someone: string;
    readonly donor: string;
    readonly period: string;
    readonly total: string;
    readonly note: string;
    readonly watermark: string;
  };
}

const inWords = (language: string) => {
  const format = new Intl.DateTimeFormat(language, {
    ...{ year: 'numeric', month: 'long', day: 'numeric' },
    timeZone: 'UTC',
  } as const);
  return (day: string): string => format.format(new Date(`${day}T00:00:00Z`));
};
const inChinese = inWords('zh-CN');
const inEnglish = inWords('en-GB');

export const LETTER_WORDS: Readonly<Record<Locale, LetterWords>> = {
  zh: {
    greeting: (name) => (name === null ? '尊敬的捐赠人：' : `尊敬的${name}：`),
    received: ({ gift, feeCover, settledOn }) =>
      feeCover === null
        ? `我们已于 ${inChinese(settledOn)}收到您的捐赠 ${gift}。`
        : `我们已于 ${inChinese(settledOn)}收到您的捐赠 ${gift}，以及您为支付手续费另付的 ${feeCover}。`,
    purpose: ({ purpose }) => `用途：${purpose}。`,
    dedicated: (to) => `谨以此捐赠致敬：${to}`,
    transferSubject: (reference) => `转账捐赠说明，附言编号 ${reference}`,
    transfer: (amount) => `感谢您愿意捐赠 ${amount}。请通过银行转账至以下账户：`,
    transferAccount: ({ accountName, bankName, accountNumber }) =>
      `户名：${accountName}\n开户行：${bankName}\n账号：${accountNumber}`,
    transferReference: (reference) => `转账附言请只填写：${reference}。凭此编号我们才能认出您的捐赠。`,
    transferLater:
      '款项到账并核对后，我们会寄出感谢信和捐赠收据，通常需要一至三个工作日。60 天内未到账，此登记自动失效；之后到账的款项仍会照此用途入账。',
    transferLabel: '查看这笔捐赠',
    thanksSubject: ({ gift }) => `感谢您的捐赠 ${gift}`,
    receiptAttached: ({ number }) => `捐赠收据 ${number} 见附件。`,
    correctedSubject: ({ number }) => `更正后的捐赠收据 ${number}`,
    corrected: ({ number, replaces, amount }) =>
      `收据 ${replaces ?? ''} 已作废，由附件中的收据 ${number} 代替，金额 ${amount}。`,
    againSubject: ({ number }) => `捐赠收据 ${number}`,
    again: ({ number, amount }) => `应您的要求，再次寄上捐赠收据 ${number}，金额 ${amount}。`,
    follow: '查看我的捐赠与去向',
    reference: ({ donationId }) => `捐赠编号：${donationId}`,
    rehearsal: '这是演示环境：没有任何真实资金发生转移。',
    signature: (region) => `${region}公共产品供给基金会`,
    linkSubject: '您的捐赠页面链接',
    linkOpens: '点击下面的链接，可以查看您的捐赠、收据和去向，更改或停止月捐，导出或删除您的个人信息。',
    linkLabel: '打开我的捐赠',
    linkKeep: '此链接只属于您，请勿转发；如果不是您本人申请，可以忽略本邮件。',
    declinedSubject: '本月的月捐没有扣款成功',
    declined: (amount) => `本月的月捐 ${amount} 没有扣款成功。您没有被收取任何费用。`,
    declinedWhatNow: '支付服务将在几天后再试一次。您也可以现在换一张卡，或停止月捐：',
    declinedLabel: '更换银行卡',
    endedSubject: '您的月捐已停止',
    ended: (amount) => `您每月 ${amount} 的捐赠已停止，今后不再扣款。感谢您一直以来的支持。`,
    statementSubject: (year) => `${year} 年度捐赠汇总`,
    statement: (year) => `附件是您 ${year} 年度的捐赠汇总。`,
    paper: {
      receipt: '捐赠收据',
      voided: '捐赠收据（冲销）',
      statement: (year) => `${year} 年度捐赠汇总`,
      number: '编号',
      replaces: '代替收据',
      payer: '捐赠人',
      creditCode: '统一社会信用代码',
      amount: '金额',
      currency: '币种',
      capitals: '金额（大写）',
      purpose: '用途',
      givenOn: '到账日期',
      issuedOn: '开具日期',
      gift: '捐赠编号',
      someone: '热心人士',
      donor: '捐赠人',
      period: '期间',
      total: '合计',
      note: '本收据由系统生成，编号连续，可凭编号向基金会查验。',
      watermark: '演示 非真实资金',
    },
  },
  en: {
    greeting: (name) => (name === null ? 'Dear donor,' : `Dear ${name},`),
    received: ({ gift, feeCover, settledOn }) =>
      feeCover === null
        ? `We received your gift of ${gift} on ${inEnglish(settledOn)}.`
        : `We received your gift of ${gift} on ${inEnglish(settledOn)}, and the ${feeCover} that you added for the payment fee.`,
    purpose: ({ purpose }) => `It is for: ${purpose}.`,
    dedicated: (to) => `It is dedicated to: ${to}`,
    transferSubject: (reference) => `How to transfer your gift, reference ${reference}`,
    transfer: (amount) => `Thank you for wishing to give ${amount}. Please transfer it to this account:`,
    transferAccount: ({ accountName, bankName, accountNumber }) =>
      `Account name: ${accountName}\nBank: ${bankName}\nAccount number: ${accountNumber}`,
    transferReference: (reference) =>
      `As the message of the transfer write only: ${reference}. By this reference we know that the money is from you.`,
    transferLater:
      'Once the money has come and is compared, we send thanks and the receipt, mostly within one to three working days. After 60 days without it this note expires; money that comes later is still used as you chose.',
    transferLabel: 'See this gift',
    thanksSubject: ({ gift }) => `Thank you for your gift of ${gift}`,
    receiptAttached: ({ number }) => `Receipt ${number} is attached.`,
    correctedSubject: ({ number }) => `Corrected receipt ${number}`,
    corrected: ({ number, replaces, amount }) =>
      `Receipt ${replaces ?? ''} is no longer valid: the attached receipt ${number} over ${amount} replaces it.`,
    againSubject: ({ number }) => `Receipt ${number}`,
    again: ({ number, amount }) => `As you asked, here is receipt ${number} over ${amount} again.`,
    follow: 'See my gifts and where they go',
    reference: ({ donationId }) => `Donation number: ${donationId}`,
    rehearsal: 'This is a demonstration: no real money moved.',
    signature: (region) => `Supply Foundation, ${region}`,
    linkSubject: 'The link to your giving page',
    linkOpens:
      'This link shows your gifts, receipts and where the money went; you can change or stop monthly giving, and export or erase your data.',
    linkLabel: 'Open my giving',
    linkKeep:
      'The link is yours alone, so do not pass it on. If you did not ask for it, leave this letter alone.',
    declinedSubject: 'This month’s gift could not be charged',
    declined: (amount) => `This month’s gift of ${amount} could not be charged. Nothing was taken.`,
    declinedWhatNow:
      'The payment service tries again in some days. You can also use another card now, or stop monthly giving:',
    declinedLabel: 'Use another card',
    endedSubject: 'Your monthly giving has ended',
    ended: (amount) =>
      `Your monthly gift of ${amount} has ended; nothing more will be charged. Thank you for your support.`,
    statementSubject: (year) => `Your gifts of ${year}`,
    statement: (year) => `The statement of your gifts of ${year} is attached.`,
    paper: {
      receipt: 'Donation receipt',
      voided: 'Donation receipt (reversed)',
      statement: (year) => `Statement of gifts, ${year}`,
      number: 'Number',
      replaces: 'Replaces receipt',
      payer: 'Received from',
      creditCode: 'Social credit code',
      amount: 'Amount',
      currency: 'Currency',
      capitals: 'Amount in capitals',
      purpose: 'Purpose',
      givenOn: 'Received on',
      issuedOn: 'Issued on',
      gift: 'Donation number',
      someone: 'A kind donor',
      donor: 'Donor',
      period: 'Period',
      total: 'Total',
      note: 'This receipt was made by our system; numbers are consecutive, and the foundation verifies any number on request.',
      watermark: 'DEMONSTRATION',
    },
  },
};

/** Letters about an account are in the language that their reader has used, or in both where nobody knows yet. */
export interface AccountLetterWords {
  readonly subject: { readonly zh: string; readonly en: string };
  readonly zh: string;
  readonly en: string;
  /** Of the button; left out, that of choosing a password. */
  readonly label?: { readonly zh: string; readonly en: string };
}

export const ACCOUNT_LETTER_WORDS = {
  greeting: { zh: (name: string) => `${name}：`, en: (name: string) => `Dear ${name},` },
  label: { zh: '设置密码', en: 'Choose a password' },
  invitation: {
    subject: { zh: '邀请您使用区域公共产品供给基金会平台', en: 'Your account at the Supply Foundation' },
    zh: '您的账号已开通。请在七天内打开下面的链接设置密码，然后设置第二验证因素。',
    en: 'An account was made for you. Open this link within seven days to choose a password; then you set up your second factor.',
  },
  'password-reset': {
    subject: { zh: '设置新密码', en: 'Choose a new password' },
    zh: '有人（希望是您）要求设置新密码。请在一小时内打开下面的链接；如果不是您，请忽略本邮件。',
    en: 'Somebody, hopefully you, asked for a new password. Open this link within an hour; if it was not you, ignore this mail.',
  },
} as const;

export const LEDGER_ALARM_WORDS = ({
  day,
  breachCount,
  first,
}: {
  readonly day: string;
  readonly breachCount: number;
  readonly first: string;
}): AccountLetterWords => ({
  subject: {
    zh: `账簿检查发现 ${breachCount} 处差异（${day}）`,
    en: `The check of the books found ${breachCount === 1 ? 'a difference' : `${breachCount} differences`}, ${day}`,
  },
  zh: `${day} 的账簿全面检查发现 ${breachCount} 处差异。在查明原因之前，请勿结账，也不要发布公示。首个差异（检查程序原文）：\n${first}`,
  en: `The full check of the books of ${day} found ${breachCount === 1 ? 'a difference' : `${breachCount} differences`}. Until it is explained, close no period and publish no report. The first, as the check words it:\n${first}`,
  label: { zh: '查看检查结果', en: 'See what was found' },
});
