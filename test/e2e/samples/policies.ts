/** Answers about policies and limits, and their versions. */
import { text } from './basics.ts';

const sampleLimit = {
  ...{ effectiveOn: '2016-09-01', shareBasisPoints: 1_000, exemptBelow: '20000000' },
  source: text('《慈善法》第六十一条', 'Charity Law, art. 61'),
};

const approvers = ['APPROVER', 'COUNCIL'];

/** The step on the waiting version: it is confirmed first. */
const confirmationNeeded = {
  ...{ __typename: 'ConfirmationNeeded', code: 'CONFIRMATION_NEEDED', message: '', faults: [] },
  details: [
    { name: 'kind', values: ['policy'] },
    { name: 'thing', values: ['v1'] },
    { name: 'step', values: ['approve'] },
    { name: 'digest', values: ['d'] },
    { name: 'subjectZh', values: ['审计建议'] },
    { name: 'subjectEn', values: ['审计建议'] },
    { name: 'governs', values: ['disbursement'] },
    { name: 'terms', values: ['approvalsNeeded', 'councilAboveMinor', 'approvers'] },
    { name: 'approvalsNeededBefore', values: ['1'] },
    { name: 'approvalsNeededAfter', values: ['2'] },
    { name: 'councilAboveMinorBefore', values: ['5000000000'] },
    { name: 'councilAboveMinorAfter', values: ['1000000000'] },
    { name: 'approversBefore', values: ['approver', 'council'] },
    { name: 'approversAfter', values: ['council'] },
  ],
};

export const policyAnswers = {
  ApprovePolicy: { approvePolicy: confirmationNeeded },
  Policies: {
    approvalPolicies: [
      { kind: 'ALLOCATION', approvalsNeeded: 2, councilAboveMinor: null, approvers },
      { kind: 'DISBURSEMENT', approvalsNeeded: 1, councilAboveMinor: '5000000000', approvers },
    ],
    policyVersions: [
      {
        ...{ id: 'v1', kind: 'DISBURSEMENT', approvalsNeeded: 2, councilAboveMinor: '1000000000' },
        ...{ approvers: ['COUNCIL'], reason: '审计建议', status: 'PROPOSED', inForceFrom: null },
        control: { digest: 'd', proposedBy: { name: '何越' } },
      },
    ],
  },
  ManagementLimits: {
    managementLimits: [
      {
        measuresThisYear: false,
        limit: { ...sampleLimit, effectiveOn: '2099-01-01', shareBasisPoints: 800 },
      },
      { measuresThisYear: true, limit: sampleLimit },
    ],
    managementLimitVersions: [
      {
        ...{ id: 'l1', reason: '主管部门新规', status: 'PROPOSED', inForceFrom: null },
        limit: { ...sampleLimit, effectiveOn: '2099-01-01', shareBasisPoints: 850 },
        control: { digest: 'd', proposedBy: { name: '何越' } },
      },
    ],
  },
};
