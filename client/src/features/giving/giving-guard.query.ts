/** What the page of the guard of giving asks of the API. */
import { graphql } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const GivingGuard = graphql(`
  query GivingGuard {
    givingGuard {
      level
      since
      windowMinutes
      facts {
        begun
        paid
        declined
      }
      lately {
        begun
        paid
        declined
      }
    }
  }
`);

export const ResetGivingGuard = graphql(
  `
    mutation ResetGivingGuard($reason: String!) {
      resetGivingGuard(reason: $reason) {
        __typename
        ... on MutationResetGivingGuardSuccess {
          data {
            level
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);
