/**
 * Entries made by hand (手工凭证): opening balances (期初余额), what no rule foresees, and reversals. Prepared with their
 * documents, approved and posted by different people. What is wrong is said beside its field; nothing is rounded.
 */
import { isClosed } from './accounting-period.ts';
import { ACCOUNT_KINDS, describeKind, kindOfAccount, type AccountKind } from './chart-of-accounts.ts';
import { DomainError, type InputFault } from './errors.ts';
import type { Control } from './four-eyes.ts';
import {
  credit,
  debit,
  parseAccount,
  type Account,
  type Dimensions,
  type EntryDraft,
  type EntryKind,
  type Nature,
  type Posting,
} from './journal.ts';
import { MAX_AMOUNT_MINOR, minor, parseMinor, type Currency, type Minor } from './money.ts';
import { PARTY_KINDS, type PartyKind } from './party.ts';
import { GENERAL_FUND } from './posting-rules.ts';
import { isCalendarDate, periodOf, type CalendarDate } from './time.ts';

export const HAND_KINDS = ['manual', 'opening-balance', 'reversal'] as const satisfies readonly EntryKind[];

export type HandKind = (typeof HAND_KINDS)[number];

export const HAND_ENTRY_STATUSES = ['proposed', 'posted', 'withdrawn'] as const;

export type HandEntryStatus = (typeof HAND_ENTRY_STATUSES)[number];

/** proposed → posted once approved, which writes the ledger; proposed → withdrawn. */
export const HAND_ENTRY_TRANSITIONS: Readonly<Record<HandEntryStatus, readonly HandEntryStatus[]>> = {
  proposed: ['posted', 'withdrawn'],
  posted: [],
  withdrawn: [],
};

/** Natures that a person may book; the others belong to events with rules of their own. */
export const HAND_NATURES = [
  'contribution',
  'management',
  'payment-fees',
  'opening',
] as const satisfies readonly Nature[];

/** Kinds of account that a person may book on; the others are kept by their pledges and awards. */
export const HAND_ACCOUNT_KINDS: readonly AccountKind[] = ACCOUNT_KINDS.filter(
  (kind) => kind !== 'receivable' && kind !== 'award-payable',
);

/** What a line may say beside its account and fund, where the chart of accounts keeps it for the account. */
export const HAND_DIMENSIONS = ['partyKind', 'sector', 'locality'] as const;

export type HandDimension = (typeof HAND_DIMENSIONS)[number];

/** Those that the chart of accounts keeps for a kind of account. */
export const handDimensionsOf = (kind: AccountKind): HandDimension[] =>
  HAND_DIMENSIONS.filter((name) => describeKind(kind).dimensions.includes(name));

/** A supporting document (原始凭证): fixed bytes, kept with their digest. */
export interface EntryDocument {
  readonly _id: string;
  /** The entry that it belongs to, whose id is made before it is prepared. */
  readonly entry: string;
  readonly title: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly storageKey: string;
  readonly addedBy: { readonly personId: string; readonly name: string; readonly at: Date };
}

export interface HandEntry {
  readonly _id: string;
  readonly kind: HandKind;
  readonly effectiveOn: CalendarDate;
  readonly currency: Currency;
  readonly narrative: string;
  readonly postings: readonly Posting[];
  /** The sum of its debits. */
  readonly amountMinor: Minor;
  /** For a reversal: the entry that it undoes. */
  readonly reverses: string | null;
  readonly documents: readonly Pick<EntryDocument, '_id' | 'title' | 'sha256'>[];
  readonly status: HandEntryStatus;
  readonly control: Control;
}

/** What its approvers sign: every line and the bytes of every document. */
export const termsOfHandEntry = (
  entry: Pick<
    HandEntry,
    'kind' | 'effectiveOn' | 'currency' | 'narrative' | 'postings' | 'reverses' | 'documents'
  >,
) => ({
  ...{ kind: entry.kind, effectiveOn: entry.effectiveOn, currency: entry.currency },
  ...{ narrative: entry.narrative, postings: entry.postings, reverses: entry.reverses },
  documents: entry.documents.map(({ _id, sha256 }) => ({ id: _id, sha256 })),
});

/** The entry as the ledger takes it. */
export const draftOfHandEntry = (entry: HandEntry): EntryDraft => ({
  kind: entry.kind,
  cause: entry.reverses ?? entry._id,
  ...{ effectiveOn: entry.effectiveOn, currency: entry.currency, narrative: entry.narrative },
  postings: entry.postings,
  ...(entry.reverses === null ? {} : { reverses: entry.reverses }),
});

/** A line as it was typed. Amounts are whole minor units as text; empty for none. */
export interface HandLine {
  readonly account: string;
  readonly debitMinor: string;
  readonly creditMinor: string;
  readonly nature: string | null;
  /** Whose money it is; of an account of a fund it may be left out. */
  readonly fund: string | null;
  readonly partyKind: string | null;
  readonly sector: string | null;
  readonly locality: string | null;
}

interface HandInput {
  readonly kind: 'manual' | 'opening-balance';
  readonly effectiveOn: string;
  readonly currency: string;
  readonly narrative: string;
  readonly lines: readonly HandLine[];
  /** How many documents are with it. */
  readonly documents: number;
}

/** What the rules compare an entry with. */
export interface HandFacts {
  readonly currency: Currency;
  readonly today: CalendarDate;
  readonly closedThrough: string | null;
  readonly funds: ReadonlySet<string>;
  readonly sectors: ReadonlySet<string>;
  readonly localities: ReadonlySet<string>;
  /** Bank accounts and donors' debts that are in the books, by their account. */
  readonly accounts: ReadonlySet<string>;
  /** The first period with an entry that is no opening balance; null while there is none. */
  readonly firstOrdinaryPeriod: string | null;
  /** Accounts that have their opening balance, each as `account|fund`. */
  readonly opened: ReadonlySet<string>;
}

export const MAX_LINES = 100;
const MAX_NARRATIVE = 500;

/** What names an account and its fund among opening balances. */
export const openingKey = ({ account, fund }: Pick<Posting, 'account' | 'fund'>): string =>
  `${account}|${fund ?? ''}`;

export type Fault = (path: string, reason: string, message: string) => void;

/**
 * Reads an entry that a person wrote, or says everything that is wrong with it.
 *
 * - At least two lines, each with exactly one of debit and credit above zero, within 2^53, on an account of the chart.
 * - Debits equal credits, in all and fund by fund: an entry made by hand moves no money from one fund to another, which
 *   a giver's restriction forbids and allocations alone may do.
 * - A line on a fund has its nature; management and payment fees are borne by the unrestricted fund alone.
 * - A kind of party, a sector and a locality stand only on accounts for which the chart of accounts keeps them.
 * - Receivables of pledges and award payables are kept by their pledges and awards, and not by hand.
 * - Dated in an open period and not in the future; an opening balance not after the first day of the first period
 *   with other entries, once for each account and fund, and only before any period is closed.
 * - With at least one supporting document (会计基础工作规范, art. 51).
 */
export function readHandEntry(
  input: HandInput,
  facts: HandFacts,
): { readonly postings: readonly Posting[]; readonly faults: readonly InputFault[] } {
  const faults: InputFault[] = [];
  const fault: Fault = (path, reason, message) => faults.push({ path, reason, message });
  checkOccasion(input, facts, fault);
  const { lines } = input;
  if (lines.length < 2 || lines.length > MAX_LINES)
    fault('lines', 'line-count', `An entry has from 2 to ${MAX_LINES} lines.`);
  const postings = lines.flatMap((line, index) => {
    const before = faults.length;
    const posting = readLine(line, `lines[${index}]`, input.kind, facts, fault);
    return posting === null || faults.length > before ? [] : [posting];
  });
  if (postings.length === lines.length && lines.length > 0) checkBalance(postings, fault);
  return { postings, faults };
}

function checkOccasion(input: HandInput, facts: HandFacts, fault: Fault): void {
  const { kind, effectiveOn, currency, narrative, documents } = input;
  checkDay(effectiveOn, facts, fault);
  if (kind === 'opening-balance') checkOpeningDay(effectiveOn, facts, fault);
  if (currency !== facts.currency)
    fault('currency', 'wrong-currency', `The books are kept in ${facts.currency}.`);
  checkNarrative(narrative, fault);
  if (documents === 0)
    fault('documents', 'document-missing', 'Attach at least one supporting document: a PDF, PNG or JPEG.');
}

export function checkNarrative(narrative: string, fault: Fault): void {
  const text = narrative.trim();
  if (text === '' || text.length > MAX_NARRATIVE)
    fault('narrative', 'narrative-length', `Say what happened, in at most ${MAX_NARRATIVE} characters.`);
}

export function checkDay(
  effectiveOn: string,
  { today, closedThrough }: Pick<HandFacts, 'today' | 'closedThrough'>,
  fault: Fault,
): void {
  if (!isCalendarDate(effectiveOn)) fault('effectiveOn', 'not-a-date', 'Write the day as YYYY-MM-DD.');
  else if (effectiveOn > today) fault('effectiveOn', 'in-future', 'The day has not come yet.');
  else if (isClosed(periodOf(effectiveOn), closedThrough))
    fault('effectiveOn', 'closed-period', `The books are closed through ${closedThrough ?? ''}.`);
}

function checkOpeningDay(effectiveOn: string, facts: HandFacts, fault: Fault): void {
  const { closedThrough, firstOrdinaryPeriod } = facts;
  if (closedThrough !== null)
    fault('kind', 'opening-after-closing', 'Opening balances are recorded before the first closing.');
  else if (firstOrdinaryPeriod !== null && effectiveOn > `${firstOrdinaryPeriod}-01`)
    fault(
      'effectiveOn',
      'opening-too-late',
      `An opening balance is dated ${firstOrdinaryPeriod}-01 or earlier, before the first other entry.`,
    );
}

function readLine(
  line: HandLine,
  path: string,
  kind: HandInput['kind'],
  facts: HandFacts,
  fault: Fault,
): Posting | null {
  const account = readAccount(line.account, `${path}.account`, facts, fault);
  const debits = readAmount(line.debitMinor, `${path}.debitMinor`, fault);
  const credits = readAmount(line.creditMinor, `${path}.creditMinor`, fault);
  if (debits === null || credits === null || account === null) return null;
  if (debits > 0n === credits > 0n) {
    fault(`${path}.debitMinor`, 'one-side', 'Fill in either the debit or the credit, above zero.');
    return null;
  }
  const fund = readFund(line, account, path, facts, fault);
  const nature = readNature(line.nature, { account, fund, kind, path }, fault);
  const dimensions = readDimensions(line, account, path, facts, fault);
  const details = { fund, ...dimensions, ...(nature === null ? {} : { nature }) };
  const posting = debits > 0n ? debit(account, debits, details) : credit(account, credits, details);
  if (kind === 'opening-balance' && facts.opened.has(openingKey(posting)))
    fault(`${path}.account`, 'opened-already', 'This account and fund has its opening balance already.');
  return posting;
}

function readAccount(text: string, path: string, facts: HandFacts, fault: Fault): Account | null {
  const parsed = parseAccount(text);
  const kind = kindOfAccount(text);
  if (kind !== null && !HAND_ACCOUNT_KINDS.includes(kind)) {
    fault(path, 'controlled-account', 'This account is kept by its pledge or its award, and not by hand.');
    return null;
  }
  const known =
    parsed?.class === 'stripe-clearing' ||
    parsed?.class === 'refund-payable' ||
    (parsed?.class === 'fund' ? facts.funds.has(parsed.owner) : facts.accounts.has(text));
  if (parsed !== null && known) return text as Account;
  fault(path, 'unknown-account', 'Choose an account of the chart of accounts.');
  return null;
}

function readAmount(text: string, path: string, fault: Fault): bigint | null {
  const typed = text.trim();
  if (typed === '') return 0n;
  if (/^[0-9]{1,24}$/.test(typed) && BigInt(typed) > MAX_AMOUNT_MINOR) {
    fault(path, 'amount-out-of-range', 'The amount is beyond what one entry can hold. Split it.');
    return null;
  }
  try {
    const amount = parseMinor(typed);
    if (amount > 0n) return amount;
    fault(path, 'not-positive', 'The amount must be above zero; leave the other side empty.');
  } catch {
    fault(path, 'not-an-amount', 'Write whole minor units in digits.');
  }
  return null;
}

function readFund(line: HandLine, account: Account, path: string, facts: HandFacts, fault: Fault): string {
  const parsed = parseAccount(account);
  const owner = parsed?.class === 'fund' ? parsed.owner : null;
  const fund = line.fund ?? owner ?? '';
  if (owner !== null && fund !== owner)
    fault(`${path}.fund`, 'other-fund', 'A line on the account of a fund is of that fund.');
  else if (!facts.funds.has(fund))
    fault(`${path}.fund`, 'unknown-fund', 'Say whose money it is: choose a fund.');
  return fund;
}

function readNature(
  text: string | null,
  at: { account: Account; fund: string; kind: HandInput['kind']; path: string },
  fault: Fault,
): Nature | null {
  const path = `${at.path}.nature`;
  if (parseAccount(at.account)?.class !== 'fund') {
    if (text !== null) fault(path, 'nature-elsewhere', 'Only a line on a fund has a nature.');
    return null;
  }
  const nature = HAND_NATURES.find((one) => one === text);
  if (nature === undefined || (nature === 'opening') !== (at.kind === 'opening-balance')) {
    fault(path, 'nature', 'Choose why the fund changes; “opening” belongs to opening balances alone.');
    return null;
  }
  if ((nature === 'management' || nature === 'payment-fees') && at.fund !== GENERAL_FUND)
    fault(path, 'restricted-fund', 'Costs are borne by the unrestricted fund: givers restricted this one.');
  return nature;
}

function readDimensions(
  line: HandLine,
  account: Account,
  path: string,
  facts: HandFacts,
  fault: Fault,
): Dimensions {
  const { partyKind, sector, locality } = line;
  const kind = kindOfAccount(account);
  const kept = kind === null ? [] : handDimensionsOf(kind);
  for (const name of HAND_DIMENSIONS)
    if (line[name] !== null && !kept.includes(name))
      fault(`${path}.${name}`, 'not-kept-here', 'This account does not keep that; leave it out here.');
  if (partyKind !== null && !PARTY_KINDS.some((kind) => kind === partyKind))
    fault(`${path}.partyKind`, 'choose', 'Choose a kind of party.');
  if (sector !== null && !facts.sectors.has(sector))
    fault(`${path}.sector`, 'unknown-sector', 'Choose a sector of the region.');
  if (locality !== null && !facts.localities.has(locality))
    fault(`${path}.locality`, 'unknown-locality', 'Choose a locality of the region.');
  return {
    ...(partyKind === null ? {} : { partyKind: partyKind as PartyKind }),
    ...(sector === null ? {} : { sector }),
    ...(locality === null ? {} : { locality }),
  };
}

/** Net debit by fund. */
export function netByFund(postings: readonly Posting[]): ReadonlyMap<string, bigint> {
  const nets = new Map<string, bigint>();
  for (const { fund = '', debitMinor, creditMinor } of postings)
    nets.set(fund, (nets.get(fund) ?? 0n) + debitMinor - creditMinor);
  return nets;
}

function checkBalance(postings: readonly Posting[], fault: Fault): void {
  const debits = postings.reduce((sum, { debitMinor }) => sum + debitMinor, 0n);
  const credits = postings.reduce((sum, { creditMinor }) => sum + creditMinor, 0n);
  if (debits > MAX_AMOUNT_MINOR || credits > MAX_AMOUNT_MINOR)
    fault('lines', 'amount-out-of-range', 'The sum is beyond what one entry can hold. Split it.');
  else if (debits !== credits)
    fault('lines', 'unbalanced', `Debits of ${debits} and credits of ${credits} differ, in fen.`);
  else if ([...netByFund(postings).values()].some((net) => net !== 0n))
    fault('lines', 'moves-between-funds', 'Debits and credits must be equal for each fund by itself.');
}

export const amountOf = (postings: readonly Posting[]): Minor =>
  minor(postings.reduce((sum, { debitMinor }) => sum + debitMinor, 0n));

/** An entry made by hand would spend what a fund does not have. */
export class EntryOverdrawsFund extends DomainError {
  readonly code = 'ENTRY_OVERDRAWS_FUND';

  /** @param fund by its name, in both languages */
  constructor(fund: string) {
    super(`The fund "${fund}" has less than this entry takes out of it. Nothing was posted.`, { fund });
  }
}

/** How an entry changes what a fund may spend and the cash that it has. */
export function changeOfFund(
  postings: readonly Posting[],
  fundId: string,
): { readonly balanceMinor: bigint; readonly cashMinor: bigint } {
  let [balanceMinor, cashMinor] = [0n, 0n];
  for (const { account, fund, debitMinor, creditMinor } of postings) {
    if (fund !== fundId) continue;
    const held = parseAccount(account)?.class;
    if (held === 'fund') balanceMinor += creditMinor - debitMinor;
    else if (held === 'bank' || held === 'stripe-clearing') cashMinor += debitMinor - creditMinor;
  }
  return { balanceMinor, cashMinor };
}
