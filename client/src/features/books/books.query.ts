/** What the screens of the books read and do: entries made by hand, and periods. */
import { ControlFields } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const HandEntries = graphql(`
  query HandEntries($first: Int!, $after: ID) {
    handEntries(first: $first, after: $after) {
      items {
        id
        kind
        status
        effectiveOn
        narrative
        amount {
          amountMinor
          currency
        }
        control {
          proposedBy {
            name
          }
        }
      }
      next
    }
  }
`);

export const OneHandEntry = graphql(
  `
    query OneHandEntry($id: ID!) {
      handEntry(id: $id) {
        __typename
        ... on QueryHandEntrySuccess {
          data {
            id
            kind
            status
            effectiveOn
            narrative
            reverses
            journalEntry
            reversal {
              id
              status
            }
            amount {
              amountMinor
              currency
            }
            lines {
              account
              accountName {
                zh
                en
              }
              debitMinor
              creditMinor
              nature
              fund
              partyKind
              sector
              locality
            }
            documents {
              id
              title
              path
            }
            control {
              ...ControlFields
              executedBy {
                name
              }
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [ControlFields, RefusalFields],
);

export type HandEntry = Extract<ResultOf<typeof OneHandEntry>['handEntry'], { data: unknown }>['data'];

export const FundsToBook = graphql(`
  query FundsToBook($search: String, $only: ID) {
    funds(first: 20, search: $search, only: $only) {
      items {
        fund {
          id
          name {
            zh
            en
          }
        }
      }
      next
    }
  }
`);

export const AccountsToBook = graphql(`
  query AccountsToBook {
    handAccounts {
      kind
      account
      name {
        zh
        en
      }
    }
  }
`);

export const PrepareHandEntry = graphql(
  `
    mutation PrepareHandEntry($input: PrepareHandEntryInput!) {
      prepareHandEntry(input: $input) {
        __typename
        ... on MutationPrepareHandEntrySuccess {
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

export const PrepareReversal = graphql(
  `
    mutation PrepareReversal($input: PrepareReversalInput!) {
      prepareReversal(input: $input) {
        __typename
        ... on MutationPrepareReversalSuccess {
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

export const ApproveHandEntry = graphql(
  `
    mutation ApproveHandEntry($id: ID!, $digest: String!) {
      approveHandEntry(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveHandEntrySuccess {
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

export const PostHandEntry = graphql(
  `
    mutation PostHandEntry($id: ID!, $digest: String!) {
      postHandEntry(id: $id, digest: $digest) {
        __typename
        ... on MutationPostHandEntrySuccess {
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

export const WithdrawHandEntry = graphql(
  `
    mutation WithdrawHandEntry($id: ID!) {
      withdrawHandEntry(id: $id) {
        __typename
        ... on MutationWithdrawHandEntrySuccess {
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
