/** What a version of a round's rules says, as givers and staff read it. */
import { graphql } from './graphql.ts';

export const RulesFields = graphql(`
  fragment RulesFields on RoundRules {
    version
    effectiveOn
    reason
    level
    weightPolicy {
      measure
      k
      floor
      ceiling
    }
    capPerProjectMinor
    eligibility {
      granteeKinds
      everyoneOnly
      lowestScore
    }
    refundWindowDays
  }
`);
