/** What the screen of a proposal asks for. */
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const OneProposal = graphql(
  `
    query OneProposal($id: ID!) {
      proposal(id: $id) {
        __typename
        ... on QueryProposalSuccess {
          data {
            id
            status
            round
            revision
            sector
            locality
            serviceItem
            openTo
            needMinor
            minimumMinor
            title {
              zh
              en
            }
            summary {
              zh
              en
            }
            localTerm {
              label
            }
            grantee {
              id
              name {
                zh
                en
              }
            }
            milestones {
              id
              dueOn
              shareBasisPoints
              title {
                zh
                en
              }
            }
            gaps {
              path
              reason
              message
            }
            decision {
              reason
              score
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export type Proposal = Extract<ResultOf<typeof OneProposal>['proposal'], { data: unknown }>['data'];
