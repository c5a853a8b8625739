/**
 * The chart of accounts (会计科目表): what each kind of account is called, on which side it normally stands, what its
 * postings say, and which general ledger account of 《民间非营利组织会计制度》 it is reported under. One line a kind.
 * The ledger keeps income and expense as natures of postings on funds, so natures have their general ledger account too.
 */
import { parseAccount, type AccountClass, type Dimensions, type Nature, type Posting } from './journal.ts';
import type { LocalizedText } from './localized-text.ts';
import type { PartyKind } from './party.ts';
import { GENERAL_FUND } from './posting-rules.ts';

/** The five elements (会计要素) of the Chinese standard for non-profit organizations. */
export type Element = 'asset' | 'liability' | 'net-assets' | 'income' | 'expense';

export type Side = 'debit' | 'credit';

/** An account of the general ledger that an accountant of a Chinese foundation expects. */
export interface GeneralLedgerAccount {
  /** Number in 财会〔2004〕7号, second part. */
  readonly code: string;
  readonly name: LocalizedText;
  readonly element: Element;
}

const gl = (code: string, zh: string, en: string, element: Element): GeneralLedgerAccount => ({
  code,
  name: { zh, en },
  element,
});

export const GENERAL_LEDGER = {
  bank: gl('1002', '银行存款', 'Cash at bank', 'asset'),
  otherMoney: gl('1009', '其他货币资金', 'Other monetary assets', 'asset'),
  otherReceivables: gl('1122', '其他应收款', 'Other receivables', 'asset'),
  otherPayables: gl('2209', '其他应付款', 'Other payables', 'liability'),
  unrestricted: gl('3101', '非限定性净资产', 'Unrestricted net assets', 'net-assets'),
  restricted: gl('3102', '限定性净资产', 'Restricted net assets', 'net-assets'),
  donations: gl('4101', '捐赠收入', 'Donation income', 'income'),
  governmentGrants: gl('4401', '政府补助收入', 'Government grant income', 'income'),
  programme: gl('5101', '业务活动成本', 'Programme expenses', 'expense'),
  management: gl('5201', '管理费用', 'Management expenses', 'expense'),
  fundraising: gl('5301', '筹资费用', 'Fund-raising expenses', 'expense'),
} as const;

export const ACCOUNT_KINDS = [
  'bank',
  'stripe-clearing',
  'receivable',
  'donor-debt',
  'award-payable',
  'refund-payable',
  'unrestricted-fund',
  'restricted-fund',
] as const;

export type AccountKind = (typeof ACCOUNT_KINDS)[number];

export interface AccountKindDescription {
  readonly kind: AccountKind;
  readonly account: GeneralLedgerAccount;
  readonly name: LocalizedText;
  /** How its accounts are written in the ledger. */
  readonly written: string;
  readonly normalSide: Side;
  readonly dimensions: readonly (keyof Dimensions)[];
  readonly purpose: LocalizedText;
}

const ofGift = ['fund', 'partyKind', 'round'] as const;
const ofProject = ['fund', 'sector', 'locality', 'project', 'award', 'round'] as const;
const ofFund = ['fund', 'partyKind', 'sector', 'locality', 'project', 'award', 'round'] as const;

const describe = (
  kind: AccountKind,
  account: GeneralLedgerAccount,
  written: string,
  name: LocalizedText,
  dimensions: readonly (keyof Dimensions)[],
  purpose: LocalizedText,
): AccountKindDescription => {
  const normalSide = account.element === 'asset' ? 'debit' : 'credit';
  return { kind, account, written, name, normalSide, dimensions, purpose };
};

const BY_KIND: Readonly<Record<AccountKind, AccountKindDescription>> = {
  bank: describe('bank', GENERAL_LEDGER.bank, 'bank:<account>', { zh: '银行存款', en: 'Bank' }, ofFund, {
    zh: '基金会在银行的存款，按每一分钱所属的基金核算。',
    en: 'Money at the bank, kept by the fund whose money it is.',
  }),
  'stripe-clearing': describe(
    'stripe-clearing',
    GENERAL_LEDGER.otherMoney,
    'stripe-clearing',
    { zh: '支付机构待结算款', en: 'Payment clearing' },
    ofGift,
    {
      zh: '支付机构代收、尚未结算到银行的捐款；结算到账后归零。',
      en: 'Gifts that the payment processor holds for us; drains to zero as payouts arrive.',
    },
  ),
  receivable: describe(
    'receivable',
    GENERAL_LEDGER.otherReceivables,
    'receivable:<pledge>',
    { zh: '应收认捐', en: 'Pledges receivable' },
    ofGift,
    {
      zh: '已生效、尚未到账的认捐。会计制度不确认捐赠承诺，对外报表须扣除本科目及其对应的净资产，并在附注披露。',
      en: 'Binding pledges not yet received. The standard does not recognize promises to give: outside statements leave these, and the net assets they stand for, to the notes.',
    },
  ),
  'donor-debt': describe(
    'donor-debt',
    GENERAL_LEDGER.otherReceivables,
    'donor-debt:<donation>',
    { zh: '应收捐赠人退回款', en: 'Donor debt' },
    ['fund', 'partyKind'],
    {
      zh: '捐款已使用后又被退回或拒付，应由捐赠人补还的款项。',
      en: 'Owed by a donor whose gift was refunded or disputed after it had been spent.',
    },
  ),
  'award-payable': describe(
    'award-payable',
    GENERAL_LEDGER.otherPayables,
    'award-payable:<award>',
    { zh: '应付资助款', en: 'Awards payable' },
    ofProject,
    {
      zh: '已签资助协议、尚未拨付的款项，每份协议一个明细科目。',
      en: 'What signed awards still owe to grantees, an account for each award.',
    },
  ),
  'refund-payable': describe(
    'refund-payable',
    GENERAL_LEDGER.otherPayables,
    'refund-payable',
    { zh: '应付退款', en: 'Refunds payable' },
    ['fund', 'partyKind'],
    { zh: '已决定退还、尚未付出的捐款。', en: 'Refunds that were decided and have not left yet.' },
  ),
  'unrestricted-fund': describe(
    'unrestricted-fund',
    GENERAL_LEDGER.unrestricted,
    `fund:${GENERAL_FUND}, fund:pledge-<pledge>`,
    { zh: '非限定基金', en: 'Unrestricted funds' },
    ofFund,
    {
      zh: '没有限定用途的净资产：非限定基金（也是准备金，承担手续费和退款缺口），以及每笔不限用途的认捐各一只基金。',
      en: 'Net assets without restriction: the general fund, which is the reserve that bears fees and what refunds leave open, and a fund for every pledge without restriction.',
    },
  ),
  'restricted-fund': describe(
    'restricted-fund',
    GENERAL_LEDGER.restricted,
    'fund:<fund>',
    { zh: '限定基金', en: 'Restricted funds' },
    ofFund,
    {
      zh: '限定用途的净资产：每笔有限定的认捐、每种限定、每个项目、每个配捐池各一只基金。',
      en: 'Net assets with one restriction each: of a restricted pledge, of gifts, of a project, of a matching pool.',
    },
  ),
};

/** Every kind of account, in the order of the general ledger. */
export const CHART_OF_ACCOUNTS: readonly AccountKindDescription[] = ACCOUNT_KINDS.map(
  (kind) => BY_KIND[kind],
);

const KIND_OF_CLASS: Readonly<Record<Exclude<AccountClass, 'fund'>, AccountKind>> = {
  bank: 'bank',
  'stripe-clearing': 'stripe-clearing',
  receivable: 'receivable',
  'donor-debt': 'donor-debt',
  'award-payable': 'award-payable',
  'refund-payable': 'refund-payable',
};

/** Ids of the funds whose money its givers left without restriction. */
export type UnrestrictedFunds = ReadonlySet<string>;

/** What is unrestricted where no pledge is looked at: what a hand may write on, say. */
export const GENERAL_FUND_ALONE: UnrestrictedFunds = new Set([GENERAL_FUND]);

/**
 * The kind of an account; null for what is no account of ours. Whether a fund is restricted is what its giver said:
 * beside the general fund there are pledges without restriction, which somebody has to look up.
 */
export function kindOfAccount(
  account: string,
  unrestricted: UnrestrictedFunds = GENERAL_FUND_ALONE,
): AccountKind | null {
  const parsed = parseAccount(account);
  if (parsed === null) return null;
  if (parsed.class !== 'fund') return KIND_OF_CLASS[parsed.class];
  return unrestricted.has(parsed.owner) ? 'unrestricted-fund' : 'restricted-fund';
}

export const describeKind = (kind: AccountKind): AccountKindDescription => BY_KIND[kind];

/** A balance on its normal side: above zero where it stands as it should. */
export function balanceOn(
  side: Side,
  { debitMinor, creditMinor }: Pick<Posting, 'debitMinor' | 'creditMinor'> | Sums,
): bigint {
  return side === 'debit' ? debitMinor - creditMinor : creditMinor - debitMinor;
}

interface Sums {
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
}

/**
 * Where a nature is reported: an account of income or expense, or null where money only moves between funds (match,
 * allocation) or was there before the books (opening). A refund takes back income. A pledge that is written off is a
 * loss on a receivable, which the standard counts to management expenses (管理费用).
 */
export function accountOfNature(
  nature: Nature,
  partyKind: PartyKind | null = null,
): GeneralLedgerAccount | null {
  switch (nature) {
    case 'contribution':
    case 'refund':
      return partyKind === 'government' ? GENERAL_LEDGER.governmentGrants : GENERAL_LEDGER.donations;
    case 'programme':
      return GENERAL_LEDGER.programme;
    case 'management':
    case 'write-off':
      return GENERAL_LEDGER.management;
    case 'payment-fees':
      return GENERAL_LEDGER.fundraising;
    case 'match':
    case 'allocation':
    case 'opening':
      return null;
  }
}
