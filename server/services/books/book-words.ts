/** The words of the journal for files, in both languages: the same that the screens use, which a test compares. */
import type { EntryKind, Nature } from '../../domain/journal.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import type { PartyKind } from '../../domain/party.ts';

export const words = (zh: string, en: string): LocalizedText => ({ zh, en });

export const ENTRY_KIND_WORDS: Readonly<Record<EntryKind, LocalizedText>> = {
  'pledge-binding': words('认捐生效', 'Pledge became binding'),
  'pledge-receipt': words('认捐到账', 'Pledge receipt'),
  'pledge-write-off': words('认捐核销', 'Pledge written off'),
  'donation-settled': words('捐赠入账', 'Donation settled'),
  'donation-matched': words('捐赠配捐', 'Donation matched'),
  'payment-fee': words('支付手续费', 'Payment fee'),
  refund: words('捐赠退款', 'Refund'),
  dispute: words('拒付争议', 'Dispute'),
  'dispute-fee': words('争议手续费', 'Dispute fee'),
  'processor-fee': words('支付机构收费', 'Charge of the processor'),
  'bank-charge': words('银行扣费', 'Charge kept by the bank'),
  payout: words('支付机构结算到账', 'Payout of the processor'),
  allocation: words('资金分配', 'Allocation'),
  'award-signed': words('资助协议签署', 'Award signed'),
  'award-closed': words('资助协议结清', 'Award closed'),
  disbursement: words('拨付', 'Disbursement'),
  'management-cost': words('管理费用支出', 'Management cost'),
  'opening-balance': words('期初余额', 'Opening balance'),
  manual: words('手工凭证', 'Manual entry'),
  reversal: words('冲销', 'Reversal'),
};

/** Of a line of the journal; statements have names of their own for their lines. */
export const NATURE_NAMES: Readonly<Record<Nature, LocalizedText>> = {
  contribution: words('捐赠与认捐收入', 'Contribution'),
  match: words('配捐', 'Match'),
  allocation: words('分配', 'Allocation'),
  programme: words('业务活动支出', 'Programme'),
  management: words('管理费用', 'Management'),
  'payment-fees': words('支付手续费', 'Payment fees'),
  refund: words('退款', 'Refund'),
  'write-off': words('核销', 'Write-off'),
  opening: words('期初', 'Opening'),
};

export const PARTY_KIND_WORDS: Readonly<Record<PartyKind, LocalizedText>> = {
  government: words('政府', 'Government'),
  enterprise: words('企业', 'Enterprise'),
  'social-organization': words('社会组织', 'Social organization'),
  individual: words('个人', 'Individual'),
};
