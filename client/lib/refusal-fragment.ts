/** What every mutation asks of a refusal. */
import { graphql } from './graphql.ts';

export const RefusalFields = graphql(`
  fragment RefusalFields on Refusal {
    code
    message
    details {
      name
      values
    }
    faults {
      path
      reason
      message
    }
  }
`);
