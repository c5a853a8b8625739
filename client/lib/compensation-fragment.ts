/** What the public page and the workspace both show of a compensation statement. */
import { graphql } from './graphql.ts';

export const StatementFields = graphql(`
  fragment StatementFields on Compensation {
    id
    version
    round
    project
    costsSource
    figuresAt
    publishedAt
    inCore
    title {
      zh
      en
    }
    lines {
      locality
      standAloneMinor
      extraExact
      shareExact
      shareMinor
      savingMinor
      paidMinor
      paidSource
      paidNote
      netMinor
    }
    transfers {
      from
      to
      amountMinor
    }
    total {
      amountMinor
      currency
    }
    unpaid {
      amountMinor
      currency
    }
    objection {
      localities
      savingExact
    }
  }
`);
