/** The steps of closing an award. */
import { graphql } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const ProposeAwardClosing = graphql(
  `
    mutation ProposeAwardClosing($id: ID!, $award: ID!, $reason: String!) {
      proposeAwardClosing(id: $id, award: $award, reason: $reason) {
        __typename
        ... on MutationProposeAwardClosingSuccess {
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

export const ApproveAwardClosing = graphql(
  `
    mutation ApproveAwardClosing($id: ID!, $digest: String!) {
      approveAwardClosing(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveAwardClosingSuccess {
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

export const ExecuteAwardClosing = graphql(
  `
    mutation ExecuteAwardClosing($id: ID!, $digest: String!) {
      executeAwardClosing(id: $id, digest: $digest) {
        __typename
        ... on MutationExecuteAwardClosingSuccess {
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

export const WithdrawAwardClosing = graphql(
  `
    mutation WithdrawAwardClosing($id: ID!) {
      withdrawAwardClosing(id: $id) {
        __typename
        ... on MutationWithdrawAwardClosingSuccess {
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
