/** What the page of approval policies asks of the API. */
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const Policies = graphql(`
  query Policies {
    approvalPolicies {
      kind
      approvalsNeeded
      councilAboveMinor
      approvers
    }
    policyVersions {
      id
      kind
      approvalsNeeded
      councilAboveMinor
      approvers
      reason
      status
      inForceFrom
      control {
        digest
        proposedBy {
          name
        }
      }
    }
  }
`);

export type Policy = ResultOf<typeof Policies>['approvalPolicies'][number];
export type PolicyKind = Policy['kind'];
export type PolicyVersion = ResultOf<typeof Policies>['policyVersions'][number];

export const ProposePolicy = graphql(
  `
    mutation ProposePolicy($input: ProposePolicyInput!) {
      proposePolicy(input: $input) {
        __typename
        ... on MutationProposePolicySuccess {
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

export const ApprovePolicy = graphql(
  `
    mutation ApprovePolicy($id: ID!, $digest: String!) {
      approvePolicy(id: $id, digest: $digest) {
        __typename
        ... on MutationApprovePolicySuccess {
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

export const WithdrawPolicy = graphql(
  `
    mutation WithdrawPolicy($id: ID!) {
      withdrawPolicy(id: $id) {
        __typename
        ... on MutationWithdrawPolicySuccess {
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
