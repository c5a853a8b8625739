/** What the page of one party asks of the API. */
import { ControlFields } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const OneParty = graphql(
  `
    query OneParty($id: ID!) {
      party(id: $id) {
        __typename
        ... on QueryPartySuccess {
          data {
            id
            kind
            name {
              zh
              en
            }
            locality
            creditCode
            bankAccount {
              bankName
              accountNumber
            }
            accountDoubt {
              disbursement
              on
              reason
            }
            verification {
              outcome
              note
              by {
                name
                at
              }
            }
            documents {
              id
              kind
              title
              validUntil
              path
              addedBy {
                name
              }
            }
            payeeChanges {
              id
              status
              reason
              before {
                bankName
                accountNumber
              }
              after {
                bankName
                accountNumber
              }
              control {
                ...ControlFields
              }
            }
          }
        }
        ...RefusalFields
      }
      relations(party: $id) {
        id
        personName
        kind
        note
      }
    }
  `,
  [ControlFields, RefusalFields],
);

type Answer = ResultOf<typeof OneParty>;
export type Party = Extract<Answer['party'], { data: unknown }>['data'];
export type PayeeChange = Party['payeeChanges'][number];
export type Relation = Answer['relations'][number];

export const VerifyParty = graphql(
  `
    mutation VerifyParty($input: VerifyPartyInput!) {
      verifyParty(input: $input) {
        __typename
        ... on MutationVerifyPartySuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const ProposePayeeChange = graphql(
  `
    mutation ProposePayeeChange($input: ProposePayeeChangeInput!) {
      proposePayeeChange(input: $input) {
        __typename
        ... on MutationProposePayeeChangeSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const ApprovePayeeChange = graphql(
  `
    mutation ApprovePayeeChange($id: ID!, $digest: String!) {
      approvePayeeChange(id: $id, digest: $digest) {
        __typename
        ... on MutationApprovePayeeChangeSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const ExecutePayeeChange = graphql(
  `
    mutation ExecutePayeeChange($id: ID!, $digest: String!) {
      executePayeeChange(id: $id, digest: $digest) {
        __typename
        ... on MutationExecutePayeeChangeSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const WithdrawPayeeChange = graphql(
  `
    mutation WithdrawPayeeChange($id: ID!) {
      withdrawPayeeChange(id: $id) {
        __typename
        ... on MutationWithdrawPayeeChangeSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const DeclareRelation = graphql(
  `
    mutation DeclareRelation($input: DeclareRelationInput!) {
      declareRelation(input: $input) {
        __typename
        ... on MutationDeclareRelationSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const EndRelation = graphql(
  `
    mutation EndRelation($id: ID!) {
      endRelation(id: $id) {
        __typename
        ... on MutationEndRelationSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);
