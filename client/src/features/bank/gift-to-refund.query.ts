/** What the screen of a gift that came by transfer reads, and the steps of a refund. */
import { ControlFields } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const OneGiftToRefund = graphql(
  `
    query OneGiftToRefund($id: ID!) {
      giftToRefund(id: $id) {
        __typename
        ... on QueryGiftToRefundSuccess {
          data {
            id
            reference
            isOnline
            settledAt
            restriction {
              sectors
              localities
              projectTitles {
                zh
                en
              }
            }
            total {
              amountMinor
              currency
            }
            left {
              amountMinor
              currency
            }
            refunds {
              id
              status
              reason
              executedOn
              hasLeft
              isOnline
              isTaken
              processorStatus
              refusal
              amount {
                amountMinor
                currency
              }
              payee {
                accountName
                bankName
                accountNumber
              }
              control {
                ...ControlFields
              }
            }
            others {
              id
              isDispute
              status
              startedAt
              amount {
                amountMinor
                currency
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

export type GiftToRefund = Extract<
  ResultOf<typeof OneGiftToRefund>['giftToRefund'],
  { data: unknown }
>['data'];
export type GiftRefund = GiftToRefund['refunds'][number];

export const ProposeGiftRefund = graphql(
  `
    mutation ProposeGiftRefund($input: ProposeGiftRefundInput!) {
      proposeGiftRefund(input: $input) {
        __typename
        ... on MutationProposeGiftRefundSuccess {
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

export const ApproveGiftRefund = graphql(
  `
    mutation ApproveGiftRefund($id: ID!, $digest: String!) {
      approveGiftRefund(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveGiftRefundSuccess {
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

export const ExecuteGiftRefund = graphql(
  `
    mutation ExecuteGiftRefund($id: ID!, $digest: String!) {
      executeGiftRefund(id: $id, digest: $digest) {
        __typename
        ... on MutationExecuteGiftRefundSuccess {
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

export const WithdrawGiftRefund = graphql(
  `
    mutation WithdrawGiftRefund($id: ID!) {
      withdrawGiftRefund(id: $id) {
        __typename
        ... on MutationWithdrawGiftRefundSuccess {
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
