/** What the screen of full checks asks of the API. */
import { graphql } from '../../../lib/graphql.ts';

export const LedgerChecks = graphql(`
  query LedgerChecks($first: Int!, $after: ID) {
    ledgerChecks(first: $first, after: $after) {
      items {
        id
        startedAt
        finishedAt
        entries
        breachCount
        results {
          invariant
          figure
          holds
          breaches
        }
      }
      next
    }
  }
`);

export const Invariants = graphql(`
  query Invariants {
    ledgerInvariants {
      invariant
      figure
      holds
      breaches
    }
  }
`);
