/**
 * What a disbursement report (拨付公示) says: the shape of its document, in its versions. Invariant: it holds nothing about
 * a person, and every format of a report is made from it and from nothing else.
 */
import type { LocalizedText } from './localized-text.ts';
import type { AllocateResult } from './matching/allocate-format.ts';
import type { Currency } from './money.ts';
import type { PartyKind } from './party.ts';
import type { ReportReturn } from './report-returns.ts';
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

export interface TotalsText {
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
