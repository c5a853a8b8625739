/** What the screens ask of a year's management cost and its limit. */
import { graphql } from './graphql.ts';
import type { ResultOf } from './graphql.ts';

export const ManagementYearFields = graphql(`
  fragment ManagementYearFields on ManagementYear {
    from
    through
    management
    total
    proposed
    limit {
      effectiveOn
      shareBasisPoints
      exemptBelow
      source {
        zh
        en
      }
    }
    standing {
      allowed
      left
      shareBasisPoints
      isExempt
      isWithin
    }
    standingIfPaid {
      isWithin
    }
  }
`);

export type ManagementYearAnswer = ResultOf<typeof ManagementYearFields>;
