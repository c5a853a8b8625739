/** What the statements ask of the API. */
import { graphql } from '../../../lib/graphql.ts';
import { ManagementYearFields } from '../../../lib/management-year-fragment.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

const Figures = graphql(`
  fragment Figures on ByRestriction {
    unrestrictedMinor
    restrictedMinor
    totalMinor
  }
`);

export const StatementOfActivities = graphql(
  `
    query StatementOfActivities($from: Date!, $through: Date!) {
      statementOfActivities(from: $from, through: $through) {
        __typename
        ... on QueryStatementOfActivitiesSuccess {
          data {
            before {
              from
              through
            }
            lines {
              section
              nature
              partyKind
              code
              now {
                ...Figures
              }
              before {
                ...Figures
              }
            }
            managementYear {
              ...ManagementYearFields
            }
            income {
              now {
                ...Figures
              }
              before {
                ...Figures
              }
            }
            expense {
              now {
                ...Figures
              }
              before {
                ...Figures
              }
            }
            change {
              now {
                ...Figures
              }
              before {
                ...Figures
              }
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [Figures, ManagementYearFields, RefusalFields],
);

const FundFiguresFields = graphql(`
  fragment FundFiguresFields on FundFigures {
    openingMinor
    movements {
      nature
      amountMinor
    }
    closingMinor
    cashBackedMinor
    receivableMinor
    differenceMinor
  }
`);

export const StatementOfFunds = graphql(
  `
    query StatementOfFunds($from: Date!, $through: Date!) {
      statementOfFunds(from: $from, through: $through) {
        __typename
        ... on QueryStatementOfFundsSuccess {
          data {
            lines {
              fundId
              name {
                zh
                en
              }
              figures {
                ...FundFiguresFields
              }
            }
            total {
              ...FundFiguresFields
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [FundFiguresFields, RefusalFields],
);

export const StatementOfReceivables = graphql(`
  query StatementOfReceivables($asOf: Date!) {
    statementOfReceivables(asOf: $asOf) {
      lines {
        pledgeId
        agreementReference
        partyName {
          zh
          en
        }
        outstandingMinor
        ages {
          age
          amountMinor
        }
      }
      parties {
        party
        partyName {
          zh
          en
        }
        outstandingMinor
        ages {
          age
          amountMinor
        }
      }
      totalMinor
      ages {
        age
        amountMinor
      }
    }
  }
`);

export const BalanceSheet = graphql(`
  query BalanceSheet($asOf: Date!) {
    balanceSheet(asOf: $asOf) {
      before
      assets {
        kind
        nowMinor
        beforeMinor
      }
      liabilities {
        kind
        nowMinor
        beforeMinor
      }
      netAssets {
        kind
        nowMinor
        beforeMinor
      }
      totalAssets {
        now
        before
      }
      totalClaims {
        now
        before
      }
      promised {
        now
        before
      }
    }
  }
`);
