/** What each waiting step is called, and the screen where it is taken. */
import type { MessageKey } from '../../../lib/i18n.ts';
import type { WaitingItem } from '../../../lib/waiting.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const PLACES: Record<WaitingItem['kind'], (id: string) => string> = {
  PROPOSAL: paths.proposal,
  ALLOCATION: paths.allocation,
  PROJECT: () => paths.awards(),
  AWARD: paths.award,
  MILESTONE: paths.award,
  DISBURSEMENT: paths.disbursement,
  REPORT: paths.reports,
  PAYEE_CHANGE: paths.party,
  WRITE_OFF: paths.pledge,
  POLICY: paths.policies,
  MANUAL_ENTRY: paths.handEntry,
  PERIOD: paths.period,
  COMPENSATION: paths.compensation,
  GIFT_REFUND: paths.giftToRefund,
  AWARD_CLOSING: paths.award,
  MANAGEMENT_COST: paths.managementCost,
  BANK_LINES: () => paths.bank(),
  LEDGER_CHECK: () => paths.ledgerChecks(),
};

const NAMES: Record<string, MessageKey> = {
  'PROPOSAL DECIDE': 'queue:decideProposal',
  'PROPOSAL COMPLETE': 'queue:completeDraft',
  'ALLOCATION APPROVE': 'queue:approveAllocation',
  'ALLOCATION EXECUTE': 'queue:executeAllocation',
  'PROJECT PREPARE_AWARD': 'queue:prepareAward',
  'AWARD APPROVE': 'queue:approveAward',
  'AWARD SIGN': 'queue:signAward',
  'MILESTONE REPORT': 'queue:reportMilestone',
  'MILESTONE ACCEPT': 'queue:acceptMilestone',
  'MILESTONE PREPARE_DISBURSEMENT': 'queue:prepareDisbursement',
  'DISBURSEMENT APPROVE': 'queue:approveDisbursement',
  'DISBURSEMENT EXECUTE': 'queue:executeDisbursement',
  'PAYEE_CHANGE APPROVE': 'queue:approvePayeeChange',
  'PAYEE_CHANGE EXECUTE': 'queue:executePayeeChange',
  'WRITE_OFF APPROVE': 'queue:approveWriteOff',
  'WRITE_OFF EXECUTE': 'queue:executeWriteOff',
  'MANUAL_ENTRY APPROVE': 'queue:approveEntry',
  'MANUAL_ENTRY EXECUTE': 'queue:postEntry',
  'COMPENSATION APPROVE': 'queue:approveCompensation',
  'COMPENSATION PUBLISH': 'queue:publishCompensation',
  'PERIOD APPROVE': 'queue:approvePeriod',
  'PERIOD EXECUTE': 'queue:executePeriod',
  'BANK_LINES RECONCILE': 'queue:tellBankLines',
  'LEDGER_CHECK LOOK_INTO': 'queue:lookIntoCheck',
  'GIFT_REFUND APPROVE': 'queue:approveRefund',
  'GIFT_REFUND EXECUTE': 'queue:executeRefund',
  'AWARD_CLOSING APPROVE': 'queue:approveClosing',
  'AWARD_CLOSING EXECUTE': 'queue:executeClosing',
  'MANAGEMENT_COST APPROVE': 'queue:approveCost',
  'MANAGEMENT_COST EXECUTE': 'queue:payCost',
  'POLICY APPROVE': 'queue:approvePolicy',
  'REPORT APPROVE': 'queue:approveReport',
  'REPORT PUBLISH': 'queue:publishReport',
};

export function placeOfTask({ kind, id }: WaitingItem): string {
  return PLACES[kind](id);
}

/** A step that has no name of its own yet is still shown. */
export function nameOfTask({ kind, step }: WaitingItem): MessageKey {
  return NAMES[`${kind} ${step}`] ?? 'queue:other';
}
