/** One entry of every posting rule, with any amounts: what properties of the ledger are stated over. */
import type { EntryDraft, SealedEntry } from '../../server/domain/journal.ts';
import { entryId } from '../../server/domain/journal.ts';
import { minor } from '../../server/domain/money.ts';
import {
  allocationApproved,
  disputeFeeCharged,
  donationMatched,
  donationSettled,
  giftReturned,
  paymentFeeCharged,
  payoutReceived,
  pledgeBecameBinding,
  pledgeReceiptRecorded,
  pledgeWrittenOff,
  processorCharged,
} from '../../server/domain/posting-rules.ts';
import {
  awardClosed,
  awardSigned,
  bankChargeKept,
  managementCostPaid,
  trancheDisbursed,
} from '../../server/domain/spending-rules.ts';
import type { CalendarDate } from '../../server/domain/time.ts';

interface Sample {
  /** Two amounts, above zero. */
  readonly a: bigint;
  readonly b: bigint;
  readonly effectiveOn: CalendarDate;
}

const money = (sample: Sample) => ({ amountMinor: minor(sample.a), other: minor(sample.b) });
const occasion = ({ effectiveOn }: Sample) =>
  ({ effectiveOn, currency: 'CNY', narrative: 'as agreed' }) as const;
const pledgeOf = (sample: Sample) => ({
  ...occasion(sample),
  ...({ pledgeId: 'p', fundId: 'pledge-p', partyKind: 'enterprise', round: 'r' } as const),
  amountMinor: minor(sample.a),
});
const partsOf = (sample: Sample) => [
  { fundId: 'pledge-p', amountMinor: minor(sample.a) },
  { fundId: 'general', amountMinor: minor(sample.b) },
];
const line = { projectId: 'x', projectFundId: 'project-x', sector: 'health', locality: '330421' };
const awardOf = (sample: Sample) => ({
  ...occasion(sample),
  ...{ awardId: 'w', project: 'x', sector: 'health', locality: '330421', round: 'r' },
});

const returned = (kind: 'refund' | 'dispute', sample: Sample): EntryDraft => {
  const { amountMinor, other } = money(sample);
  return giftReturned({
    ...occasion(sample),
    ...({ kind, returnId: `re-${kind}`, donationId: 'd', partyKind: 'individual' } as const),
    feeCoverMinor: other,
    parts: [
      {
        fundId: 'gifts',
        steps: [
          { kind: 'own-fund', amountMinor },
          { kind: 'designated', ...line, round: 'r', amountMinor: other },
          { kind: 'reserve', amountMinor: other },
          { kind: 'donor-debt', amountMinor },
        ],
      },
    ],
  });
};

/** What each rule makes of a sample. */
export const RULES: readonly (readonly [rule: string, make: (sample: Sample) => EntryDraft])[] = [
  ['a pledge that became binding', (sample) => pledgeBecameBinding(pledgeOf(sample))],
  ['a pledge receipt', (sample) => pledgeReceiptRecorded({ ...pledgeOf(sample), receiptId: 'b' })],
  ['a pledge written off', (sample) => pledgeWrittenOff(pledgeOf(sample))],
  [
    'a donation settled',
    (sample) =>
      donationSettled({
        ...occasion(sample),
        ...({ donationId: 'd', fundId: 'gifts', partyKind: 'individual' } as const),
        giftMinor: minor(sample.a),
        feeCoverMinor: minor(sample.b),
      }),
  ],
  [
    'a payment fee',
    (sample) => paymentFeeCharged({ ...occasion(sample), donationId: 'd', feeMinor: minor(sample.a) }),
  ],
  ['a payout', (sample) => payoutReceived({ ...occasion(sample), payoutId: 'o', parts: partsOf(sample) })],
  ['a refund', (sample) => returned('refund', sample)],
  ['a dispute', (sample) => returned('dispute', sample)],
  [
    'a dispute fee',
    (sample) => disputeFeeCharged({ ...occasion(sample), disputeId: 'du', feeMinor: minor(sample.a) }),
  ],
  [
    'a charge of the processor',
    (sample) =>
      processorCharged({
        ...occasion(sample),
        lineId: 'txn',
        netMinor: minor(sample.a > sample.b ? sample.a : -sample.a),
      }),
  ],
  [
    'a match',
    (sample) =>
      donationMatched({
        ...occasion(sample),
        ...({
          matchId: 'm',
          poolFundId: 'pool',
          fundId: 'gifts',
          round: 'r',
          partyKind: 'enterprise',
        } as const),
        amountMinor: minor(sample.a),
      }),
  ],
  [
    'an allocation',
    (sample) =>
      allocationApproved({
        ...occasion(sample),
        ...{ runId: 'a', round: 'r' },
        lines: partsOf(sample).map((part) => ({ ...part, ...line })),
      }),
  ],
  [
    'an award signed',
    (sample) => awardSigned({ ...awardOf(sample), projectFundId: 'project-x', amountMinor: minor(sample.a) }),
  ],
  [
    'a tranche disbursed',
    (sample) =>
      trancheDisbursed({
        ...awardOf(sample),
        ...{ disbursementId: 't', projectFundId: 'project-x', parts: partsOf(sample) },
      }),
  ],
  [
    'an award closed',
    (sample) => awardClosed({ ...awardOf(sample), projectFundId: 'project-x', parts: partsOf(sample) }),
  ],
  [
    'a charge that the bank kept',
    (sample) =>
      bankChargeKept({
        ...occasion(sample),
        ...{ bankLine: 'main:1', round: 'r', keptMinor: minor(sample.a) },
      }),
  ],
  [
    'a management cost',
    (sample) =>
      managementCostPaid({
        ...occasion(sample),
        ...{ costId: 'c', fundId: 'general', amountMinor: minor(sample.a) },
      }),
  ],
];

/** The draft as it would stand sealed at a place. */
export const sealedAs = (draft: EntryDraft, sequence: number, bookedOn = draft.effectiveOn): SealedEntry => ({
  _id: entryId(draft.kind, draft.cause),
  ...draft,
  recordedAt: new Date(1_772_000_000_000 + sequence),
  salt: sequence.toString(16).padStart(32, '0'),
  sequence,
  bookedOn,
});
