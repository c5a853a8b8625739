/** What the screens of management costs read, and the steps of one. */
import { ControlFields } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { ManagementYearFields } from '../../../lib/management-year-fragment.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const ManagementCosts = graphql(`
  query ManagementCosts($first: Int!, $after: ID) {
    managementCosts(first: $first, after: $after) {
      items {
        id
        status
        reversed
        purpose
        paidOn
        fundName {
          zh
          en
        }
        amount {
          amountMinor
          currency
        }
        control {
          proposedBy {
            name
          }
        }
      }
      next
    }
  }
`);

export const ThisManagementYear = graphql(
  `
    query ThisManagementYear {
      managementYear {
        __typename
        ... on QueryManagementYearSuccess {
          data {
            ...ManagementYearFields
          }
        }
        ...RefusalFields
      }
    }
  `,
  [ManagementYearFields, RefusalFields],
);

export const OneManagementCost = graphql(
  `
    query OneManagementCost($id: ID!) {
      managementCost(id: $id) {
        __typename
        ... on QueryManagementCostSuccess {
          data {
            id
            status
            reversed
            purpose
            fundId
            bankReference
            paidOn
            journalEntry
            fundName {
              zh
              en
            }
            amount {
              amountMinor
              currency
            }
            payee {
              accountName
              bankName
              accountNumber
            }
            documents {
              id
              title
              path
            }
            standingIfPaid {
              shareBasisPoints
              isWithin
            }
            control {
              ...ControlFields
              executedBy {
                name
              }
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [ControlFields, RefusalFields],
);

export type ManagementCost = Extract<
  ResultOf<typeof OneManagementCost>['managementCost'],
  { data: unknown }
>['data'];

export const CostBearers = graphql(`
  query CostBearers($search: String, $only: ID) {
    costBearers(search: $search, only: $only) {
      room
      fund {
        id
        name {
          zh
          en
        }
      }
    }
  }
`);

export const ProposeManagementCost = graphql(
  `
    mutation ProposeManagementCost($input: ProposeManagementCostInput!) {
      proposeManagementCost(input: $input) {
        __typename
        ... on MutationProposeManagementCostSuccess {
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

export const ApproveManagementCost = graphql(
  `
    mutation ApproveManagementCost($id: ID!, $digest: String!) {
      approveManagementCost(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveManagementCostSuccess {
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

export const PayManagementCost = graphql(
  `
    mutation PayManagementCost($input: PayManagementCostInput!) {
      payManagementCost(input: $input) {
        __typename
        ... on MutationPayManagementCostSuccess {
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

export const WithdrawManagementCost = graphql(
  `
    mutation WithdrawManagementCost($id: ID!) {
      withdrawManagementCost(id: $id) {
        __typename
        ... on MutationWithdrawManagementCostSuccess {
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

/** How the states of a cost are toned. */
export const COST_TONES = { PROPOSED: 'waiting', PAID: 'done', WITHDRAWN: 'stopped' } as const;
