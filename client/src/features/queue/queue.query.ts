/** Everything that may wait for somebody's step. */
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';

export const Queue = graphql(`
  query Queue($round: ID!, $grantee: ID, $staff: Boolean!) {
    proposals(first: 200, grantee: $grantee) {
      id
      status
      title {
        zh
        en
      }
    }
    allocationRuns(round: $round) @include(if: $staff) {
      id
      status
      total {
        amountMinor
        currency
      }
      control {
        approvalsNeeded
        proposedBy {
          name
        }
        approvals {
          name
          stands
        }
      }
    }
    awards(first: 200, grantee: $grantee) {
      id
      status
      amount {
        amountMinor
        currency
      }
      grantee {
        id
      }
      project {
        title {
          zh
          en
        }
      }
      control {
        proposedBy {
          name
        }
        approvals {
          name
          stands
        }
      }
      milestones {
        status
      }
    }
    disbursements(first: 200, grantee: $grantee) @include(if: $staff) {
      id
      status
      amount {
        amountMinor
        currency
      }
      project {
        title {
          zh
          en
        }
      }
      control {
        proposedBy {
          name
        }
        approvals {
          name
          stands
        }
      }
    }
  }
`);

export type QueueAnswer = ResultOf<typeof Queue>;
