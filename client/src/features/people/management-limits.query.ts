/** What the part of the policies page about the limit of management cost asks of the API. */
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const ManagementLimits = graphql(`
  query ManagementLimits {
    managementLimits {
      measuresThisYear
      limit {
        effectiveOn
        shareBasisPoints
        exemptBelow
        source {
          zh
          en
        }
      }
    }
    managementLimitVersions {
      id
      reason
      status
      inForceFrom
      limit {
        effectiveOn
        shareBasisPoints
        exemptBelow
        source {
          zh
          en
        }
      }
      control {
        digest
        proposedBy {
          name
        }
      }
    }
  }
`);

export type KnownLimit = ResultOf<typeof ManagementLimits>['managementLimits'][number];
export type LimitVersion = ResultOf<typeof ManagementLimits>['managementLimitVersions'][number];

export const ProposeManagementLimit = graphql(
  `
    mutation ProposeManagementLimit($input: ProposeManagementLimitInput!) {
      proposeManagementLimit(input: $input) {
        __typename
        ... on MutationProposeManagementLimitSuccess {
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

export const ApproveManagementLimit = graphql(
  `
    mutation ApproveManagementLimit($id: ID!, $digest: String!) {
      approveManagementLimit(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveManagementLimitSuccess {
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

export const WithdrawManagementLimit = graphql(
  `
    mutation WithdrawManagementLimit($id: ID!) {
      withdrawManagementLimit(id: $id) {
        __typename
        ... on MutationWithdrawManagementLimitSuccess {
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
