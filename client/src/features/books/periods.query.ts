/** What the screens of periods read and do. */
import { ControlFields } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const AccountingPeriods = graphql(`
  query AccountingPeriods($before: String) {
    accountingPeriods(first: 36, before: $before) {
      period
      status
      waiting {
        action
      }
    }
  }
`);

export const OneAccountingPeriod = graphql(
  `
    query OneAccountingPeriod($period: String!) {
      accountingPeriod(period: $period) {
        __typename
        ... on QueryAccountingPeriodSuccess {
          data {
            period
            status
            bankMinor
            clearingMinor
            currency
            checklist {
              name
              state
              count
              differenceMinor
            }
            decisions {
              id
              action
              reason
              status
              executedAt
              statements {
                bank {
                  statedMinor
                  explanation
                }
                clearing {
                  statedMinor
                  explanation
                }
              }
              control {
                ...ControlFields
                executedBy {
                  name
                }
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

export type PeriodDetail = Extract<
  ResultOf<typeof OneAccountingPeriod>['accountingPeriod'],
  { data: unknown }
>['data'];

export type PeriodDecision = PeriodDetail['decisions'][number];

export const ProposePeriodDecision = graphql(
  `
    mutation ProposePeriodDecision($input: ProposePeriodDecisionInput!) {
      proposePeriodDecision(input: $input) {
        __typename
        ... on MutationProposePeriodDecisionSuccess {
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

export const ApprovePeriodDecision = graphql(
  `
    mutation ApprovePeriodDecision($id: ID!, $digest: String!) {
      approvePeriodDecision(id: $id, digest: $digest) {
        __typename
        ... on MutationApprovePeriodDecisionSuccess {
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

export const ExecutePeriodDecision = graphql(
  `
    mutation ExecutePeriodDecision($id: ID!, $digest: String!) {
      executePeriodDecision(id: $id, digest: $digest) {
        __typename
        ... on MutationExecutePeriodDecisionSuccess {
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

export const WithdrawPeriodDecision = graphql(
  `
    mutation WithdrawPeriodDecision($id: ID!) {
      withdrawPeriodDecision(id: $id) {
        __typename
        ... on MutationWithdrawPeriodDecisionSuccess {
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
