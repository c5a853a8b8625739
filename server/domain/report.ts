/**
 * Computes the disbursement report (拨付公示) of a round: its canonical document, from the ledger up to an instant.
 */
import {
  cellKey,
  coverageBasisPoints,
  FigureSums,
  flowsOf,
  NO_TOTALS,
  type Figures,
  type Flow,
  type Totals,
} from './figures.ts';
import type { JournalEntry } from './journal.ts';
import { causeUndone, paymentsIn } from './payments.ts';
import type { LocalizedText } from './localized-text.ts';
import type { Currency } from './money.ts';
import { PARTY_KINDS, type PartyKind } from './party.ts';
import {
  type AllocationRule,
  type CoverageSummary,
  FOUNDATION_WIDE,
  type ReportDocument,
  type ReportSchemaVersion,
  type TotalsText,
} from './report-document.ts';
import { returnsOf, UNNAMED } from './report-returns.ts';
import type { Restriction } from './restriction.ts';

/** Descriptions that the figures are told with; amounts come from the entries alone. */
export interface ReportRegisters {
  readonly schemaVersion: ReportSchemaVersion;
  readonly number: string;
  readonly version: number;
  readonly corrects: ReportDocument['corrects'];
  readonly currency: Currency;
  readonly region: ReportDocument['region'];
  readonly roundId: string;
  readonly round: ReportDocument['round'];
  readonly needs: readonly {
    readonly sector: string;
    readonly locality: string;
    readonly targetMinor: bigint;
  }[];
  readonly pledges: readonly {
    readonly id: string;
    readonly party: LocalizedText;
    readonly kind: PartyKind;
    readonly restriction: Restriction;
  }[];
  readonly projects: readonly {
    readonly id: string;
    readonly title: LocalizedText;
    readonly grantee: LocalizedText;
    readonly sector: string;
    readonly locality: string;
    readonly openTo: string;
    readonly needMinor: bigint;
  }[];
  readonly funds: ReadonlyMap<string, { readonly name: LocalizedText; readonly giver: PartyKind }>;
  readonly runs: readonly {
    readonly id: string;
    readonly rule: AllocationRule;
    readonly inputHash: string;
    readonly bottlenecks: readonly {
      readonly level: string;
      readonly projects: readonly string[];
      readonly exhaustedFunds: readonly string[];
      readonly reliefMinor: string;
      readonly nextLevel: string;
    }[];
  }[];
  /** The tranche that each disbursement paid. */
  readonly tranches: ReadonlyMap<string, { readonly title: LocalizedText; readonly number: number }>;
  readonly sectorNames: ReportDocument['sectorNames'];
  readonly localityNames: ReportDocument['localityNames'];
  readonly localityShortNames: ReportDocument['localityShortNames'];
}

const totalsText = (totals: Totals): TotalsText => ({
  pledgedMinor: String(totals.pledgedMinor),
  receivedMinor: String(totals.receivedMinor),
  donatedMinor: String(totals.donatedMinor),
  paymentFeesMinor: String(totals.paymentFeesMinor),
  allocatedMinor: String(totals.allocatedMinor),
  awardedMinor: String(totals.awardedMinor),
  disbursedMinor: String(totals.disbursedMinor),
});

const GIFT_KINDS: ReadonlySet<string> = new Set([
  'donation-settled',
  'payment-fee',
  'refund',
  'dispute',
  'dispute-fee',
  'processor-fee',
]);

/**
 * Which entries a report of a round is about: everything that names the round, and the gifts, which belong to no round
 * until they are allocated.
 */
export function concernsRound(
  entry: Pick<JournalEntry, 'kind' | 'reverses' | 'postings'>,
  roundId: string,
): boolean {
  if (GIFT_KINDS.has((entry.reverses ?? entry.kind).split(':', 1)[0] ?? '')) return true;
  return entry.postings.some((posting) => posting.round === roundId);
}

/**
 * The flows of an entry that a report of the round counts: a returned gift may have undone an allocation of another
 * round, which is not this round's. Schema version 1 counted that too.
 */
export function flowsOfRound(
  entry: Parameters<typeof flowsOf>[0],
  { roundId, schemaVersion }: Pick<ReportRegisters, 'roundId' | 'schemaVersion'>,
): Flow[] {
  const flows = flowsOf(entry);
  if (schemaVersion === 1) return flows;
  return flows.filter(({ round }) => round === undefined || round === roundId);
}

function figuresOf(entries: readonly JournalEntry[], registers: ReportRegisters): Figures {
  const sums = new FigureSums();
  for (const entry of entries) for (const flow of flowsOfRound(entry, registers)) sums.add(flow);
  return sums.result();
}

function coverageOf(figures: Figures, registers: ReportRegisters): ReportDocument['coverage'] {
  return registers.needs.map(({ sector, locality, targetMinor }) => {
    const cell = figures.byCell.get(cellKey(sector, locality)) ?? NO_TOTALS;
    return {
      sector,
      locality,
      targetMinor: String(targetMinor),
      fundedMinor: String(cell.allocatedMinor),
      disbursedMinor: String(cell.disbursedMinor),
      coverageBasisPoints: coverageBasisPoints(cell.allocatedMinor, targetMinor),
    };
  });
}

/** A need without money is counted apart: its zero would hide how far the lowest of the others was raised. */
export function summarizeCoverage(
  cells: readonly { readonly fundedMinor: string; readonly coverageBasisPoints: number }[],
): CoverageSummary {
  const covered = cells.filter(({ fundedMinor }) => BigInt(fundedMinor) > 0n);
  return {
    needCount: cells.length,
    coveredCount: covered.length,
    lowestCoveredBasisPoints:
      covered.length === 0
        ? null
        : Math.min(...covered.map(({ coverageBasisPoints }) => coverageBasisPoints)),
  };
}

function pledgesOf(entries: readonly JournalEntry[], figures: Figures, registers: ReportRegisters) {
  const pledged = new Map<string, bigint>();
  for (const entry of entries) {
    if (entry.kind !== 'pledge-binding' && entry.kind !== 'pledge-write-off') continue;
    const sums = new FigureSums();
    for (const flow of flowsOf(entry)) sums.add(flow);
    pledged.set(entry.cause, (pledged.get(entry.cause) ?? 0n) + sums.result().total.pledgedMinor);
  }
  return registers.pledges.flatMap(({ id, party, kind, restriction }) => {
    const pledgedMinor = pledged.get(id);
    if (pledgedMinor === undefined) return [];
    const receivedMinor = figures.receivedByPledge.get(id) ?? 0n;
    return [
      { party, kind, restriction, pledgedMinor: String(pledgedMinor), receivedMinor: String(receivedMinor) },
    ];
  });
}

function allocationsOf(
  entries: readonly JournalEntry[],
  registers: ReportRegisters,
): ReportDocument['allocations'] {
  const fundName = (fundId: string) => registers.funds.get(fundId)?.name ?? UNNAMED;
  return entries
    .filter((entry) => entry.kind === 'allocation')
    .flatMap((entry) => {
      const run = registers.runs.find(({ id }) => id === entry.cause);
      if (run === undefined) return [];
      const drawn = entry.postings.filter((posting) => posting.debitMinor > 0n);
      return [
        {
          id: run.id,
          executedOn: entry.effectiveOn,
          rule: run.rule,
          inputHash: run.inputHash,
          totalMinor: String(drawn.reduce((sum, posting) => sum + posting.debitMinor, 0n)),
          lines: drawn.map((posting) => ({
            fund: fundName(posting.fund ?? ''),
            giver: registers.funds.get(posting.fund ?? '')?.giver ?? 'individual',
            project: posting.project ?? '',
            amountMinor: String(posting.debitMinor),
          })),
          bottlenecks: run.bottlenecks.map((bottleneck) => ({
            ...bottleneck,
            exhaustedFunds: bottleneck.exhaustedFunds.map(fundName),
          })),
        },
      ];
    });
}

function disbursementsOf(
  entries: readonly JournalEntry[],
  registers: ReportRegisters,
): ReportDocument['disbursements'] {
  const projects = new Map(registers.projects.map((project) => [project.id, project]));
  return entries.flatMap((entry) =>
    paymentsIn(entry).map(({ project, amountMinor, sentBack }) => {
      const tranche = registers.tranches.get(sentBack ? causeUndone(entry) : entry.cause);
      return {
        executedOn: entry.effectiveOn,
        grantee: projects.get(project)?.grantee ?? UNNAMED,
        project,
        tranche: tranche?.title ?? UNNAMED,
        trancheNumber: tranche?.number ?? 1,
        amountMinor: String(amountMinor),
        ...(sentBack ? { sentBack } : {}),
      };
    }),
  );
}

function projectsOf(figures: Figures, registers: ReportRegisters): ReportDocument['projects'] {
  return registers.projects.map(({ needMinor, ...project }) => {
    const totals = figures.byProject.get(project.id) ?? NO_TOTALS;
    return {
      ...project,
      needMinor: String(needMinor),
      fundedMinor: String(totals.allocatedMinor),
      disbursedMinor: String(totals.disbursedMinor),
    };
  });
}

/**
 * The canonical document of a round from the entries under a checkpoint.
 * @param entries every entry that concerns the round, in the sealed order
 * @param source identifies those entries, so that the document can be rebuilt and compared
 */
export function buildReportDocument(
  registers: ReportRegisters,
  entries: readonly JournalEntry[],
  source: ReportDocument['ledger'],
): ReportDocument {
  const figures = figuresOf(entries, registers);
  const coverage = coverageOf(figures, registers);
  const projects = projectsOf(figures, registers);
  const funded = (list: readonly { readonly fundedMinor: string }[]) =>
    list.reduce((sum, { fundedMinor }) => sum + BigInt(fundedMinor), 0n);
  return {
    schema: 'supply-foundation/disbursement-report',
    schemaVersion: registers.schemaVersion,
    number: registers.number,
    version: registers.version,
    corrects: registers.corrects,
    currency: registers.currency,
    region: registers.region,
    round: registers.round,
    ledger: source,
    totals: totalsText(figures.total),
    ...(registers.schemaVersion === 1 ? {} : { foundationWide: FOUNDATION_WIDE }),
    givers: PARTY_KINDS.map((kind) => ({ kind, ...totalsText(figures.byPartyKind.get(kind) ?? NO_TOTALS) })),
    pledges: pledgesOf(entries, figures, registers),
    coverage,
    coverageSummary: summarizeCoverage(coverage),
    allocations: allocationsOf(entries, registers),
    projects,
    openToEveryoneBasisPoints: coverageBasisPoints(
      funded(projects.filter((project) => project.openTo === 'everyone')),
      funded(projects),
    ),
    disbursements: disbursementsOf(entries, registers),
    ...returnsOf(entries, registers),
    sectorNames: registers.sectorNames,
    localityNames: registers.localityNames,
    localityShortNames: registers.localityShortNames,
  };
}
