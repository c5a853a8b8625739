/**
 * Disbursement report (拨付公示): the canonical document of a round, computed from the ledger up to an instant. It holds
 * nothing about a person; every format of a report is made from it and from nothing else.
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
import type { AllocateResult } from './matching/allocate-format.ts';
import type { Currency } from './money.ts';
import { PARTY_KINDS, type PartyKind } from './party.ts';
import { returnsOf, UNNAMED, type ReportReturn } from './report-returns.ts';
import type { Restriction } from './restriction.ts';

export const REPORT_STATUSES = ['prepared', 'published', 'withdrawn'] as const;

export type ReportStatus = (typeof REPORT_STATUSES)[number];

/** Which rule the computation of an allocation followed. */
export type AllocationRule = AllocateResult['rule'];

/**
 * What documents are made to: 2 says which figures cover the whole foundation, and leaves out the allocations of other
 * rounds that a returned gift undid. A document that was published to 1 is rebuilt to 1, so its bytes and its hash stay.
 */
export type ReportSchemaVersion = 1 | 2;

/** What a report that is prepared now is made to. */
export const REPORT_SCHEMA_VERSION: ReportSchemaVersion = 2;

/** Amounts in the document are strings of whole minor units. */
type MinorText = string;

interface TotalsText {
  readonly pledgedMinor: MinorText;
  readonly receivedMinor: MinorText;
  readonly donatedMinor: MinorText;
  readonly paymentFeesMinor: MinorText;
  readonly allocatedMinor: MinorText;
  readonly awardedMinor: MinorText;
  readonly disbursedMinor: MinorText;
}

export interface ReportDocument {
  readonly schema: 'supply-foundation/disbursement-report';
  readonly schemaVersion: ReportSchemaVersion;
  readonly number: string;
  readonly version: number;
  /** For a correction: why, and what it replaces. */
  readonly corrects: { readonly version: number; readonly reason: string } | null;
  readonly currency: Currency;
  readonly region: { readonly code: string; readonly name: LocalizedText };
  readonly round: {
    readonly code: string;
    readonly title: LocalizedText;
    readonly batch: string;
    readonly level: string;
    readonly localityWeights: readonly { readonly locality: string; readonly weight: string }[];
  };
  /** What the figures were computed from. */
  readonly ledger: {
    readonly recordedUntil: string;
    /** The signed checkpoint: every entry under it, and no other. */
    readonly checkpoint: { readonly treeSize: number; readonly rootHash: string };
    /** Of these, the entries that concern the round. */
    readonly entryCount: number;
    /** Root of the Merkle tree over the leaves of these entries, in the sealed order. */
    readonly digest: string;
  };
  readonly totals: TotalsText;
  /** Which figures are not of this round alone; left out of documents of schema version 1. */
  readonly foundationWide?: typeof FOUNDATION_WIDE;
  readonly givers: readonly ({ readonly kind: PartyKind } & TotalsText)[];
  readonly pledges: readonly {
    readonly party: LocalizedText;
    readonly kind: PartyKind;
    readonly restriction: Restriction;
    readonly pledgedMinor: MinorText;
    readonly receivedMinor: MinorText;
  }[];
  readonly coverage: readonly {
    readonly sector: string;
    readonly locality: string;
    readonly targetMinor: MinorText;
    readonly fundedMinor: MinorText;
    readonly disbursedMinor: MinorText;
    readonly coverageBasisPoints: number;
  }[];
  readonly coverageSummary: CoverageSummary;
  readonly allocations: readonly {
    readonly id: string;
    readonly executedOn: string;
    readonly rule: AllocationRule;
    readonly inputHash: string;
    readonly totalMinor: MinorText;
    readonly lines: readonly {
      readonly fund: LocalizedText;
      /** Who the fund's money comes from. */
      readonly giver: PartyKind;
      readonly project: string;
      readonly amountMinor: MinorText;
    }[];
    readonly bottlenecks: readonly {
      readonly level: string;
      readonly projects: readonly string[];
      readonly exhaustedFunds: readonly LocalizedText[];
      readonly reliefMinor: MinorText;
      readonly nextLevel: string;
    }[];
  }[];
  readonly projects: readonly {
    readonly id: string;
    readonly title: LocalizedText;
    readonly grantee: LocalizedText;
    readonly sector: string;
    readonly locality: string;
    readonly openTo: string;
    readonly needMinor: MinorText;
    readonly fundedMinor: MinorText;
    readonly disbursedMinor: MinorText;
  }[];
  /** Of what was allocated, the share that goes to projects open to everyone, local registration or not. */
  readonly openToEveryoneBasisPoints: number;
  readonly disbursements: readonly {
    readonly executedOn: string;
    readonly grantee: LocalizedText;
    readonly project: string;
    readonly tranche: LocalizedText;
    /** Which tranche of the award it paid, counted from 1. */
    readonly trancheNumber: number;
    /** Below zero where the bank sent it back. */
    readonly amountMinor: MinorText;
    /** There where this line is a payment that came back, on the day that it did. */
    readonly sentBack?: true;
  }[];
  /** Left out where there is nothing, so that documents without returns stay what they are. */
  readonly returns?: readonly ReportReturn[];
  readonly sectorNames: Readonly<Record<string, LocalizedText>>;
  readonly localityNames: Readonly<Record<string, LocalizedText>>;
  /** For tables and pictures, where the full name would not fit. */
  readonly localityShortNames: Readonly<Record<string, LocalizedText>>;
}

/**
 * The figures of a report that every report of another round counts too: gifts belong to no round until they are
 * allocated. The sentence stands in the document, so that whoever reads only that is told.
 */
export const FOUNDATION_WIDE = {
  figures: ['donatedMinor', 'paymentFeesMinor'],
  note: {
    zh: '捐赠与支付手续费为整个基金会截至记账时点的累计数，不限于本轮：捐赠在分配之前不属于任何一轮。其他公示也包含同一批捐赠，请勿跨公示相加。',
    en: 'Gifts and payment fees are those of the whole foundation up to the instant that the ledger was read, not of this round alone: a gift belongs to no round until it is allocated. Other reports count the same gifts, so do not add these figures across reports.',
  },
} as const;

/** How far the round's needs came, in three figures that can be said in a sentence. */
export interface CoverageSummary {
  /** Needs of the round, one a sector and locality. */
  readonly needCount: number;
  /** Those that received any money. */
  readonly coveredCount: number;
  /** The lowest coverage among those that received money; null when none did. */
  readonly lowestCoveredBasisPoints: number | null;
}

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
