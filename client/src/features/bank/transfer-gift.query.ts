/** What the screen of a gift that came by transfer reads, and the steps of a refund. */
import { ControlFields } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const OneTransferGift = graphql(
  `
    query OneTransferGift($id: ID!) {
      transferGift(id: $id) {
        __typename
        ... on QueryTransferGiftSuccess {
          data {
            id
            reference
            isOnline
            settledAt
            restriction {
              sectors
              localities
              projects
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

export type TransferGift = Extract<
  ResultOf<typeof OneTransferGift>['transferGift'],
  { data: unknown }
>['data'];
export type TransferRefund = TransferGift['refunds'][number];

export const ProposeTransferRefund = graphql(
  `
    mutation ProposeTransferRefund($input: ProposeTransferRefundInput!) {
      proposeTransferRefund(input: $input) {
        __typename
        ... on MutationProposeTransferRefundSuccess {
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

export const ApproveTransferRefund = graphql(
  `
    mutation ApproveTransferRefund($id: ID!, $digest: String!) {
      approveTransferRefund(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveTransferRefundSuccess {
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

export const ExecuteTransferRefund = graphql(
  `
    mutation ExecuteTransferRefund($id: ID!, $digest: String!) {
      executeTransferRefund(id: $id, digest: $digest) {
        __typename
        ... on MutationExecuteTransferRefundSuccess {
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

export const WithdrawTransferRefund = graphql(
  `
    mutation WithdrawTransferRefund($id: ID!) {
      withdrawTransferRefund(id: $id) {
        __typename
        ... on MutationWithdrawTransferRefundSuccess {
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
