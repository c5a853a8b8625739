/**
 * Compensation statement (成本分担与补偿表): who should bear which part of a cost that several localities have in common,
 * what each has paid, and who would owe whom. The shares are computed by `share`. It is a statement and never a posting:
 * it moves no money and stands in no account. A version never changes once it is kept.
 */
import type { Control, Signature } from './four-eyes.ts';
import { DomainError, type InputFault } from './errors.ts';
import type { LocalizedText } from './localized-text.ts';
import { averageExtraCosts, share, type ShareProblem, type ShareResult } from './matching/share.ts';
import { canonicalJson } from './canonical-json.ts';
import { compareCodePoints } from './code-point-order.ts';
import { formatMoney, MAX_AMOUNT_MINOR, type Currency, type Minor } from './money.ts';

export const COMPENSATION_STATUSES = ['draft', 'proposed', 'published', 'withdrawn'] as const;

export type CompensationStatus = (typeof COMPENSATION_STATUSES)[number];

/** draft → proposed by whoever drew it up → published once approved; a draft or a proposed one may be withdrawn. */
export const COMPENSATION_TRANSITIONS: Readonly<Record<CompensationStatus, readonly CompensationStatus[]>> = {
  draft: ['proposed', 'withdrawn'],
  proposed: ['published', 'withdrawn'],
  published: [],
  withdrawn: [],
};

export interface LocalityAmount {
  readonly locality: string;
  readonly amountMinor: Minor;
}

/** What some of the localities would pay together, without the others. */
export interface CoalitionCost {
  readonly localities: readonly string[];
  readonly amountMinor: Minor;
}

/** What a locality has paid, and where the figure comes from: our ledger, or a source that is named. */
export interface PaidFigure extends LocalityAmount {
  readonly source: 'ledger' | 'stated';
  /** The source in words; empty for a figure of the ledger. */
  readonly note: string;
}

/** What staff enter. Exactly one of `rule` and `coalitions` says what every group of localities would cost. */
export interface CompensationTerms {
  readonly title: LocalizedText;
  /** The round and the project that the cost belongs to; null for a cost from outside. */
  readonly round: string | null;
  readonly project: string | null;
  readonly localities: readonly string[];
  /** Where the costs come from, shown to everyone. */
  readonly costsSource: string;
  /** The cost of a group is what each needs alone plus what they share. */
  readonly rule: { readonly standAlone: readonly LocalityAmount[]; readonly sharedMinor: Minor } | null;
  readonly coalitions: readonly CoalitionCost[] | null;
  readonly paid: readonly PaidFigure[];
}

/** One version of a statement. */
export interface Compensation {
  readonly _id: string;
  /** Id of the first version: all versions of one matter share it. */
  readonly series: string;
  /** 1, 2, … within the series. */
  readonly version: number;
  readonly title: LocalizedText;
  readonly round: string | null;
  readonly project: string | null;
  readonly currency: Currency;
  readonly costsSource: string;
  readonly paid: readonly PaidFigure[];
  /** When the figures of the ledger were read. */
  readonly figuresAt: Date;
  /** Governments whose money the ledger's figures are: nobody related to one of them decides. */
  readonly parties: readonly string[];
  /** The problem as canonical JSON: anyone may compute the result anew from it. */
  readonly problemJson: string;
  /** What `engine -- share` answers to it, to the byte. */
  readonly resultJson: string;
  /** The sum of the transfers. */
  readonly transfersMinor: bigint;
  readonly status: CompensationStatus;
  readonly control: Control;
  readonly kept: Signature;
  readonly publishedAt: Date | null;
}

/** Fewer have nothing to share; exact shares are computed for at most twenty. */
export const FEWEST_LOCALITIES = 2;
export const MOST_LOCALITIES = 20;

/** With more localities the groups are too many to enter; their costs follow a rule. */
export const MOST_IN_TABLE = 8;

type Fault = (path: string, reason: string, message: string) => void;

/** All that is wrong with the terms. @param known codes of the region's localities */
export function faultsOfCompensation(terms: CompensationTerms, known: ReadonlySet<string>): InputFault[] {
  const faults: InputFault[] = [];
  const fault: Fault = (path, reason, message) => faults.push({ path, reason, message });
  if (terms.title.zh.trim() === '' || terms.title.en.trim() === '')
    fault('title', 'empty', 'Give the title in Chinese and in English.');
  if (terms.costsSource.trim() === '')
    fault('costsSource', 'no-source', 'Say where the costs come from: everybody may ask.');
  faultsOfLocalities(terms.localities, known, fault);
  faultsOfCosts(terms, fault);
  faultsOfPaid(terms, fault);
  return faults;
}

function faultsOfLocalities(localities: readonly string[], known: ReadonlySet<string>, fault: Fault): void {
  if (localities.length < FEWEST_LOCALITIES)
    fault('localities', 'too-few-localities', 'A cost is shared by at least two localities.');
  if (localities.length > MOST_LOCALITIES)
    fault('localities', 'too-many-localities', `At most ${MOST_LOCALITIES} localities share one cost.`);
  localities.forEach((code, index) => {
    const path = `localities[${index}]`;
    if (!known.has(code))
      fault(
        path,
        'unknown-locality',
        `There is no locality "${code}" in this region. Choose one from the list.`,
      );
    if (localities.indexOf(code) < index)
      fault(path, 'locality-twice', `The locality "${code}" is named twice.`);
  });
}

/** One amount for each locality, none for others, none below zero. */
function faultsOfAmounts(
  path: string,
  amounts: readonly LocalityAmount[],
  localities: readonly string[],
  fault: Fault,
): void {
  amounts.forEach(({ locality, amountMinor }, index) => {
    const at = `${path}[${index}]`;
    if (!localities.includes(locality))
      fault(
        `${at}.locality`,
        'locality-not-listed',
        `The locality "${locality}" is not among those that share.`,
      );
    if (amounts.findIndex((one) => one.locality === locality) < index)
      fault(`${at}.locality`, 'locality-twice', `The locality "${locality}" is named twice.`);
    if (amountMinor < 0n) fault(`${at}.amountMinor`, 'below-zero', 'An amount may not be below zero.');
  });
  const missing = localities.filter((code) => amounts.every(({ locality }) => locality !== code));
  if (missing.length > 0)
    fault(path, 'amount-missing', `Give an amount, or zero, for: ${missing.join(', ')}.`);
}

const sumOf = (amounts: readonly { readonly amountMinor: bigint }[]): bigint =>
  amounts.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

function faultsOfCosts({ rule, coalitions, localities }: CompensationTerms, fault: Fault): void {
  if ((rule === null) === (coalitions === null)) {
    fault('costs', 'one-basis', 'Give the costs either by a rule or for every group, and not both.');
  } else if (rule !== null) {
    faultsOfAmounts('rule.standAlone', rule.standAlone, localities, fault);
    if (rule.sharedMinor < 0n) fault('rule.sharedMinor', 'below-zero', 'An amount may not be below zero.');
    if (sumOf(rule.standAlone) + rule.sharedMinor > MAX_AMOUNT_MINOR)
      fault('rule', 'too-large', 'The whole cost is beyond what one statement can hold.');
  } else faultsOfCoalitions(coalitions ?? [], localities, fault);
}

const keyOf = (localities: readonly string[]): string => localities.toSorted(compareCodePoints).join('+');

function groupsOf(localities: readonly string[]): string[] {
  const sorted = localities.toSorted(compareCodePoints);
  return Array.from({ length: 2 ** sorted.length - 1 }, (_, index) =>
    sorted.filter((_code, bit) => ((index + 1) & (1 << bit)) !== 0).join('+'),
  );
}

function faultsOfCoalitions(
  coalitions: readonly CoalitionCost[],
  localities: readonly string[],
  fault: Fault,
): void {
  if (localities.length > MOST_IN_TABLE) {
    const message = `For more than ${MOST_IN_TABLE} localities, give the costs by a rule.`;
    fault('coalitions', 'too-many-localities', message);
    return;
  }
  const groups = new Set(groupsOf(localities));
  const given = new Set<string>();
  coalitions.forEach(({ localities: members, amountMinor }, index) => {
    const path = `coalitions[${index}]`;
    const key = keyOf(members);
    if (!groups.has(key)) fault(path, 'no-such-group', 'This is no group of the localities that share.');
    if (given.has(key)) fault(path, 'group-twice', 'This group has its cost already.');
    if (amountMinor < 0n) fault(`${path}.amountMinor`, 'below-zero', 'An amount may not be below zero.');
    given.add(key);
  });
  const missing = [...groups].filter((group) => !given.has(group));
  if (missing.length > 0)
    fault('coalitions', 'group-missing', `Give what these would cost on their own: ${missing.join(', ')}.`);
}

function faultsOfPaid({ paid, localities, round }: CompensationTerms, fault: Fault): void {
  faultsOfAmounts('paid', paid, localities, fault);
  paid.forEach(({ source, note }, index) => {
    if (source === 'stated' && note.trim() === '')
      fault(`paid[${index}].note`, 'no-source', 'Say where this figure comes from: everybody may ask.');
    if (source === 'ledger' && round === null)
      fault(`paid[${index}].source`, 'no-round', 'Name the round whose payments the ledger shall give.');
  });
  if (sumOf(paid) > MAX_AMOUNT_MINOR)
    fault('paid', 'too-large', 'What was paid is beyond what one statement can hold.');
}

/** A figure that is said to be of the ledger, and is not. @param ledger what it says now, by locality; absent: nothing */
export function faultsOfLedgerFigures(
  paid: readonly PaidFigure[],
  ledger: ReadonlyMap<string, bigint>,
  currency: Currency,
): InputFault[] {
  return paid.flatMap(({ locality, amountMinor, source }, index) => {
    const now = ledger.get(locality) ?? 0n;
    if (source !== 'ledger' || amountMinor === now) return [];
    const message = `The ledger says ${formatMoney(now, currency)} for ${locality}. Take its figure, or state your source.`;
    return [{ path: `paid[${index}].amountMinor`, reason: 'ledger-differs', message }];
  });
}

/** The ledger's figures are no longer those that the statement was computed from. */
export class FiguresMoved extends DomainError {
  readonly code = 'FIGURES_MOVED';

  constructor(moved: readonly string[]) {
    super(`Since the figures were read, ${moved.join('; ')}. Withdraw this version and keep a new one.`, {
      moved,
    });
  }
}

/** @throws FiguresMoved naming each locality, from what to what */
export function assertFiguresHold(
  paid: readonly PaidFigure[],
  ledger: ReadonlyMap<string, bigint>,
  currency: Currency,
): void {
  const moved = paid.flatMap(({ locality, amountMinor, source }) => {
    const now = ledger.get(locality) ?? 0n;
    if (source !== 'ledger' || amountMinor === now) return [];
    return [`${locality}: ${formatMoney(amountMinor, currency)} → ${formatMoney(now, currency)}`];
  });
  if (moved.length > 0) throw new FiguresMoved(moved);
}

const byLocality = (amounts: readonly LocalityAmount[]): Record<string, string> =>
  Object.fromEntries(amounts.map(({ locality, amountMinor }) => [locality, String(amountMinor)]));

/** The problem of `share` that sound terms pose; the same bytes in whatever order they were entered. */
export function problemOfCompensation(terms: CompensationTerms): ShareProblem {
  const { rule, coalitions, paid, localities } = terms;
  return {
    version: 1,
    parties: localities.toSorted(compareCodePoints),
    ...(rule === null
      ? {}
      : { rule: { standAloneMinor: byLocality(rule.standAlone), sharedMinor: String(rule.sharedMinor) } }),
    ...(coalitions === null
      ? {}
      : {
          costs: Object.fromEntries(
            coalitions.map(({ localities: members, amountMinor }) => [keyOf(members), String(amountMinor)]),
          ),
        }),
    paidMinor: byLocality(paid),
  };
}

/** The same text as `engine -- share` gives: result and line end. */
export const shareText = (problem: ShareProblem): string => `${JSON.stringify(share(problem))}\n`;

/** What a problem comes to: its texts, and the sum of what would be transferred. */
export function computeCompensation(problem: ShareProblem) {
  const resultJson = shareText(problem);
  const { transfers } = JSON.parse(resultJson) as ShareResult;
  const transfersMinor = transfers.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n);
  return { problemJson: canonicalJson(problem), resultJson, transfersMinor };
}

/** A line of the statement: one locality, from its cost alone to what it would pay or get. */
export interface CompensationLine {
  readonly locality: string;
  /** What it would pay without the others. */
  readonly standAloneMinor: bigint;
  /** What it adds to the cost on average, joining first, second, … last; the share is the mean of these. */
  readonly extraExact: readonly string[];
  readonly shareExact: string;
  readonly shareMinor: bigint;
  /** What sharing saves it: stand-alone less share; below zero where it would be better off alone. */
  readonly savingMinor: bigint;
  readonly paidMinor: bigint;
  /** Paid less share: above zero it gets, below zero it owes. */
  readonly netMinor: bigint;
}

/** A statement as people read it. */
export interface CompensationStatement {
  readonly lines: readonly CompensationLine[];
  readonly transfers: readonly { readonly from: string; readonly to: string; readonly amountMinor: bigint }[];
  readonly totalMinor: bigint;
  readonly paidMinor: bigint;
  /** What nobody here has paid yet (above zero), or what was paid beyond the cost (below zero): no transfer settles it. */
  readonly unpaidMinor: bigint;
  readonly inCore: boolean;
  /** The group that would save most on its own, and that saving; null where every group does better together. */
  readonly objection: { readonly localities: readonly string[]; readonly savingExact: string } | null;
}

/** Reads a problem and its result as a statement. */
export function statementOf(problem: ShareProblem, result: ShareResult): CompensationStatement {
  const extras = new Map(averageExtraCosts(problem).map(({ id, extraExact }) => [id, extraExact]));
  const lines = result.parties.map(({ id, shareExact, shareMinor, paidMinor, netMinor }) => {
    const extraExact = extras.get(id) ?? [];
    const standAloneMinor = BigInt(extraExact[0] ?? '0');
    return {
      ...{ locality: id, standAloneMinor, extraExact, shareExact },
      ...{ shareMinor: BigInt(shareMinor), savingMinor: standAloneMinor - BigInt(shareMinor) },
      ...{ paidMinor: BigInt(paidMinor), netMinor: BigInt(netMinor) },
    };
  });
  const totalMinor = lines.reduce((sum, line) => sum + line.shareMinor, 0n);
  const paidMinor = lines.reduce((sum, line) => sum + line.paidMinor, 0n);
  return {
    lines,
    transfers: result.transfers.map(({ from, to, amountMinor }) => ({
      ...{ from, to },
      amountMinor: BigInt(amountMinor),
    })),
    ...{ totalMinor, paidMinor, unpaidMinor: totalMinor - paidMinor },
    inCore: result.inCore,
    objection:
      result.objection === null
        ? null
        : {
            localities: result.objection.coalition.split('+'),
            savingExact: result.objection.savingExact,
          },
  };
}

export const statementOfCompensation = ({
  problemJson,
  resultJson,
}: Pick<Compensation, 'problemJson' | 'resultJson'>): CompensationStatement =>
  statementOf(JSON.parse(problemJson) as ShareProblem, JSON.parse(resultJson) as ShareResult);

/** What the signatures on a version stand for. */
export const termsOfCompensation = (one: Omit<Compensation, 'status' | 'control' | 'publishedAt'>) => ({
  ...{ series: one.series, version: one.version, title: one.title, round: one.round, project: one.project },
  ...{
    costsSource: one.costsSource,
    paid: one.paid,
    problemJson: one.problemJson,
    resultJson: one.resultJson,
  },
});
