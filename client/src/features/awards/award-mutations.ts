/** What can be done with an award and its milestones. */
import { graphql } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const ApproveAward = graphql(
  `
    mutation ApproveAward($id: ID!, $digest: String!) {
      approveAward(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveAwardSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const SignAward = graphql(
  `
    mutation SignAward($id: ID!, $digest: String!) {
      signAward(id: $id, digest: $digest) {
        __typename
        ... on MutationSignAwardSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const ReportMilestone = graphql(
  `
    mutation ReportMilestone($award: ID!, $milestone: String!, $evidence: String!) {
      reportMilestone(award: $award, milestone: $milestone, evidence: $evidence) {
        __typename
        ... on MutationReportMilestoneSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const AcceptMilestone = graphql(
  `
    mutation AcceptMilestone($award: ID!, $milestone: String!) {
      acceptMilestone(award: $award, milestone: $milestone) {
        __typename
        ... on MutationAcceptMilestoneSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const PrepareDisbursement = graphql(
  `
    mutation PrepareDisbursement($id: ID!, $award: ID!, $milestone: String!) {
      prepareDisbursement(id: $id, award: $award, milestone: $milestone) {
        __typename
        ... on MutationPrepareDisbursementSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);
