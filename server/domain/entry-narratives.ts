/**
 * What an entry says of itself (摘要), in the terms of both languages side by side: it is recorded once, sealed, and read in
 * exports by whoever keeps the books. The kind of the entry and its amounts stand beside it and are not said again.
 */
import type { LocalizedText } from './localized-text.ts';

/** Longer words of people are kept where they were said; an entry has their beginning. */
const MOST_WORDS = 300;

const said = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

/** A name in both languages; once where they are the same. */
const named = ({ zh, en }: LocalizedText): string => (zh === en ? zh : `${zh} ${en}`);

function quoted(words: string): string {
  const text = words.trim();
  const characters = Array.from(text);
  return characters.length <= MOST_WORDS ? text : `${characters.slice(0, MOST_WORDS).join('')}…`;
}

const agreement = (reference: string): string => `协议 Agreement ${reference}`;
const bankEntry = (reference: string): string => `银行流水号 Bank reference ${reference}`;
const bankLine = (serial: string): string => `银行流水 Bank line ${serial}`;
const ofGift = (id: string): string => `捐赠 Gift ${id}`;

/** Every text that the platform writes into an entry. Money is given as it is shown; ids and references as they are kept. */
export const NARRATIVES = {
  pledge: (party: LocalizedText, reference: string) => said(named(party), agreement(reference)),
  pledgeReceipt: (reference: string, bankReference: string) =>
    said(agreement(reference), bankEntry(bankReference)),
  pledgeWriteOff: (reference: string, reason: string) => said(agreement(reference), quoted(reason)),
  onlineGift: (id: string) => `线上捐赠 Online gift ${id}`,
  giftByTransfer: (id: string) => `银行转账捐赠 Gift by bank transfer ${id}`,
  paymentFee: (giftId: string) => ofGift(giftId),
  refund: (id: string, giftId: string) => said(`退款 Refund ${id}`, ofGift(giftId)),
  dispute: (id: string, giftId: string) => said(`争议 Dispute ${id}`, ofGift(giftId)),
  disputeFee: (id: string) => `争议 Dispute ${id}`,
  refundFailed: (id: string) => `退款未成功 Refund failed ${id}`,
  disputeWon: (id: string) => `争议胜诉 Dispute won ${id}`,
  processorCharge: (category: string, lineId: string) => said(`支付机构 Processor ${category}`, lineId),
  payout: (id: string, serial: string) => said(`结算 Payout ${id}`, bankLine(serial)),
  match: (pool: LocalizedText, giftId: string) => said(named(pool), ofGift(giftId)),
  /** The hash is there in full with the run, which is the entry's cause. */
  allocation: (projects: number, inputHash: string) =>
    said(`${projects} 个项目 projects`, `输入摘要 Input ${inputHash.slice(0, 12)}`),
  award: (project: LocalizedText, runId: string) => said(named(project), `分配 Run ${runId}`),
  awardClosed: (project: LocalizedText, reason: string) => said(named(project), quoted(reason)),
  disbursement: (project: LocalizedText, milestone: LocalizedText, bankReference: string) =>
    said(named(project), named(milestone), bankEntry(bankReference)),
  disbursementSentBack: (serial: string) => said('银行退回 Sent back by the bank', bankLine(serial)),
  bankChargeKept: (serial: string) =>
    said('退回拨付时银行扣费 Kept by the bank of a disbursement sent back', bankLine(serial)),
  managementCost: (purpose: string, bankReference: string) => said(quoted(purpose), bankEntry(bankReference)),
  managementCostSentBack: (serial: string) => said('费用退回 Came back', bankLine(serial)),
} as const;
