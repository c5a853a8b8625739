/** Checks that every figure of a published report follows from the entries under the checkpoint that it names. */
import {
  cellKey,
  coverageBasisPoints,
  FigureSums,
  flowsOf,
  NO_TOTALS,
  type Figures,
  type Totals,
} from '../figures.ts';
import type { JournalEntry } from '../journal.ts';
import { MerkleFrontier, toHex, type Sha256 } from '../merkle-tree.ts';
import { paymentsIn } from '../payments.ts';
import { concernsRound, flowsOfRound, summarizeCoverage } from '../report.ts';
import { type ReportDocument } from '../report-document.ts';

/** An entry as far as its sealed body tells. */
export type BodyEntry = Pick<
  JournalEntry,
  '_id' | 'kind' | 'cause' | 'effectiveOn' | 'postings' | 'reverses' | 'currency'
>;

export interface Difference {
  readonly path: string;
  readonly published: string;
  readonly computed: string;
}

type Compare = (path: string, published: unknown, computed: unknown) => void;

/** What a report's digest of its entries is: the root of the Merkle tree over their leaves, in the sealed order. */
export class EntryDigest {
  readonly #frontier: MerkleFrontier;

  constructor(sha256: Sha256) {
    this.#frontier = new MerkleFrontier(sha256);
  }

  get count(): number {
    return this.#frontier.size;
  }

  add(leaf: Uint8Array): void {
    this.#frontier.append(leaf);
  }

  text(): string {
    return `sha256:${toHex(this.#frontier.root())}`;
  }
}

export class ReportCheck {
  readonly document: ReportDocument;
  readonly #round: string;
  readonly #digest: EntryDigest;
  readonly #sums = new FigureSums();
  readonly #allocations: BodyEntry[] = [];
  readonly #disbursements: BodyEntry[] = [];
  readonly #closings: BodyEntry[] = [];
  readonly #pledged = new Map<string, bigint>();

  constructor(sha256: Sha256, document: ReportDocument, round: string) {
    this.document = document;
    this.#round = round;
    this.#digest = new EntryDigest(sha256);
  }

  /** Takes the next entry in the sealed order; those beyond the report's checkpoint are left out. */
  add(entry: BodyEntry, sequence: number, leaf: Uint8Array): void {
    if (sequence >= this.document.ledger.checkpoint.treeSize) return;
    if (!concernsRound(entry, this.#round)) return;
    this.#digest.add(leaf);
    const { schemaVersion } = this.document;
    for (const flow of flowsOfRound(entry, { roundId: this.#round, schemaVersion })) this.#sums.add(flow);
    if (entry.kind === 'allocation') this.#allocations.push(entry);
    if (paymentsIn(entry).length > 0) this.#disbursements.push(entry);
    if (entry.kind === 'award-closed') this.#closings.push(entry);
    if (entry.kind === 'pledge-binding' || entry.kind === 'pledge-write-off') this.#addPledge(entry);
  }

  #addPledge(entry: BodyEntry): void {
    const sums = new FigureSums();
    for (const flow of flowsOf(entry)) sums.add(flow);
    const { pledgedMinor } = sums.result().total;
    this.#pledged.set(entry.cause, (this.#pledged.get(entry.cause) ?? 0n) + pledgedMinor);
  }

  /** Every figure that the entries do not give. */
  differences(): Difference[] {
    const found: Difference[] = [];
    const compare: Compare = (path, published, computed) => {
      const [a, b] = [String(published), String(computed)];
      if (a !== b) found.push({ path, published: a, computed: b });
    };
    const figures = this.#sums.result();
    const { document } = this;
    compare('ledger.entryCount', document.ledger.entryCount, this.#digest.count);
    compare('ledger.digest', document.ledger.digest, this.#digest.text());
    compareTotals(compare, 'totals', document.totals, figures.total);
    document.givers.forEach((giver, index) => {
      compareTotals(compare, `givers[${index}]`, giver, figures.byPartyKind.get(giver.kind) ?? NO_TOTALS);
    });
    compareCoverage(compare, document, figures);
    this.#comparePledges(compare, figures);
    compareAllocations(compare, document, this.#allocations);
    compareProjects(compare, document, figures);
    compareDisbursements(compare, document, this.#disbursements);
    compareReturns(compare, document.returns ?? [], this.#closings);
    return found;
  }

  /** Pledges stand in a report without their ids, so they are compared as a set. */
  #comparePledges(compare: Compare, figures: Figures): void {
    const line = (pledged: bigint | string, received: bigint | string) => `${pledged}/${received}`;
    const computed = [...this.#pledged].map(([id, pledged]) =>
      line(pledged, figures.receivedByPledge.get(id) ?? 0n),
    );
    const published = this.document.pledges.map(({ pledgedMinor, receivedMinor }) =>
      line(pledgedMinor, receivedMinor),
    );
    compare('pledges', published.sort().join(' '), computed.sort().join(' '));
  }
}

function compareReturns(
  compare: Compare,
  published: NonNullable<ReportDocument['returns']>,
  entries: readonly BodyEntry[],
): void {
  const line = (on: string, project: string, amounts: readonly (string | bigint)[]) =>
    `${on} ${project} ${amounts.join('+')}`;
  const computed = entries.map(({ effectiveOn, postings }) => {
    const back = postings.filter(({ creditMinor }) => creditMinor > 0n);
    return line(
      effectiveOn,
      back[0]?.project ?? '',
      back.map(({ creditMinor }) => creditMinor),
    );
  });
  compare('returns.length', published.length, entries.length);
  published.forEach(({ closedOn, project, amountMinor, lines }, index) => {
    const amounts = lines.map((one) => one.amountMinor);
    compare(`returns[${index}]`, line(closedOn, project, amounts), computed[index] ?? '');
    const sum = amounts.reduce((total, amount) => total + BigInt(amount), 0n);
    compare(`returns[${index}].amountMinor`, amountMinor, sum);
  });
}

const TOTAL_NAMES = Object.keys(NO_TOTALS) as (keyof Totals)[];

function compareTotals(
  compare: Compare,
  path: string,
  published: Readonly<Record<keyof Totals, string>>,
  computed: Totals,
): void {
  for (const name of TOTAL_NAMES) compare(`${path}.${name}`, published[name], computed[name]);
}

function compareCoverage(compare: Compare, document: ReportDocument, figures: Figures): void {
  document.coverage.forEach((cell, index) => {
    const path = `coverage[${index}]`;
    const totals = figures.byCell.get(cellKey(cell.sector, cell.locality)) ?? NO_TOTALS;
    compare(`${path}.fundedMinor`, cell.fundedMinor, totals.allocatedMinor);
    compare(`${path}.disbursedMinor`, cell.disbursedMinor, totals.disbursedMinor);
    compare(
      `${path}.coverageBasisPoints`,
      cell.coverageBasisPoints,
      coverageBasisPoints(totals.allocatedMinor, BigInt(cell.targetMinor)),
    );
  });
  const summary = summarizeCoverage(document.coverage);
  const { needCount, coveredCount, lowestCoveredBasisPoints } = document.coverageSummary;
  compare('coverageSummary.needCount', needCount, summary.needCount);
  compare('coverageSummary.coveredCount', coveredCount, summary.coveredCount);
  compare(
    'coverageSummary.lowestCoveredBasisPoints',
    lowestCoveredBasisPoints,
    summary.lowestCoveredBasisPoints,
  );
}

function compareAllocations(compare: Compare, document: ReportDocument, entries: readonly BodyEntry[]): void {
  compare('allocations.length', document.allocations.length, entries.length);
  document.allocations.forEach((published, index) => {
    const entry = entries[index];
    if (entry === undefined) return;
    const path = `allocations[${index}]`;
    const drawn = entry.postings.filter(({ debitMinor }) => debitMinor > 0n);
    compare(`${path}.id`, published.id, entry.cause);
    compare(`${path}.executedOn`, published.executedOn, entry.effectiveOn);
    compare(
      `${path}.totalMinor`,
      published.totalMinor,
      drawn.reduce((sum, { debitMinor }) => sum + debitMinor, 0n),
    );
    compare(`${path}.lines.length`, published.lines.length, drawn.length);
    published.lines.forEach((line, at) => {
      compare(`${path}.lines[${at}].project`, line.project, drawn[at]?.project ?? '');
      compare(`${path}.lines[${at}].amountMinor`, line.amountMinor, drawn[at]?.debitMinor ?? '');
    });
  });
}

function compareProjects(compare: Compare, document: ReportDocument, figures: Figures): void {
  let [all, open] = [0n, 0n];
  document.projects.forEach((project, index) => {
    const totals = figures.byProject.get(project.id) ?? NO_TOTALS;
    compare(`projects[${index}].fundedMinor`, project.fundedMinor, totals.allocatedMinor);
    compare(`projects[${index}].disbursedMinor`, project.disbursedMinor, totals.disbursedMinor);
    all += totals.allocatedMinor;
    if (project.openTo === 'everyone') open += totals.allocatedMinor;
  });
  compare('openToEveryoneBasisPoints', document.openToEveryoneBasisPoints, coverageBasisPoints(open, all));
}

function compareDisbursements(
  compare: Compare,
  document: ReportDocument,
  entries: readonly BodyEntry[],
): void {
  const paid = entries.flatMap((entry) =>
    paymentsIn(entry).map((line) => ({ ...line, executedOn: entry.effectiveOn })),
  );
  compare('disbursements.length', document.disbursements.length, paid.length);
  document.disbursements.forEach((published, index) => {
    const path = `disbursements[${index}]`;
    compare(`${path}.executedOn`, published.executedOn, paid[index]?.executedOn ?? '');
    compare(`${path}.project`, published.project, paid[index]?.project ?? '');
    compare(`${path}.amountMinor`, published.amountMinor, paid[index]?.amountMinor ?? '');
    compare(`${path}.sentBack`, published.sentBack ?? false, paid[index]?.sentBack ?? false);
  });
}

/** A document that is not even of a report's shape differs as a whole. */
export function differencesOf(report: ReportCheck): ReturnType<ReportCheck['differences']> {
  try {
    return report.differences();
  } catch {
    return [{ path: '$', published: 'something else', computed: 'a report' }];
  }
}
