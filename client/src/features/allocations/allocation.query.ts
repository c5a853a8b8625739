/** What the screen of an allocation run asks for. */
import { ControlFields } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { SignersFields } from '../../../components/signers.tsx';

export const OneAllocation = graphql(
  `
    query OneAllocation($id: ID!) {
      allocationRun(id: $id) {
        id
        status
        rule
        inputHash
        proposedAt
        total {
          amountMinor
          currency
        }
        round
        control {
          ...ControlFields
          ...SignersFields
        }
        rulesVersion
        override {
          reason
          changedBy
          approvedBy
          lines {
            computedMinor
            amountMinor
            fund {
              name {
                zh
                en
              }
            }
            project {
              title {
                zh
                en
              }
            }
          }
        }
        lines {
          amountMinor
          sector
          locality
          fund {
            id
            name {
              zh
              en
            }
          }
          project {
            id
            title {
              zh
              en
            }
          }
        }
        levels {
          level
          fundedMinor
          bottleneck
          project {
            id
            title {
              zh
              en
            }
            need {
              amountMinor
              currency
            }
          }
        }
        bottlenecks {
          level
          nextLevel
          reliefMinor
          projects {
            id
            title {
              zh
              en
            }
          }
          exhaustedFunds {
            id
            name {
              zh
              en
            }
          }
        }
        dropped {
          shortMinor
          project {
            id
            title {
              zh
              en
            }
          }
        }
        unused {
          amountMinor
          fund {
            id
            name {
              zh
              en
            }
          }
        }
      }
    }
  `,
  [ControlFields, SignersFields],
);

export type AllocationRun = ResultOf<typeof OneAllocation>['allocationRun'];
