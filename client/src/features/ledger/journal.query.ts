/** What the journal explorer and an entry's page ask of the API. */
import { graphql } from '../../../lib/graphql.ts';
import type { VariablesOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const PostingFields = graphql(`
  fragment PostingFields on Posting {
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
    project
    award
    round
  }
`);

/** What the dimensions of a posting are called. */
export const DimensionNames = graphql(`
  fragment DimensionNames on Posting {
    fundName {
      zh
      en
    }
    projectTitle {
      zh
      en
    }
    roundTitle {
      zh
      en
    }
  }
`);

export const Journal = graphql(
  `
    query Journal($filter: JournalFilter!, $first: Int!, $after: ID) {
      journalEntries(filter: $filter, first: $first, after: $after) {
        __typename
        ... on QueryJournalEntriesSuccess {
          data {
            next
            items {
              id
              kind
              effectiveOn
              bookedOn
              sequence
              narrative
              postings {
                ...PostingFields
              }
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [PostingFields, RefusalFields],
);

export const JournalTotal = graphql(
  `
    query JournalTotal($filter: JournalFilter!) {
      journalTotal(filter: $filter) {
        __typename
        ... on QueryJournalTotalSuccess {
          data {
            entries
            debitMinor
            creditMinor
            mostAddedUp
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export type JournalFilter = VariablesOf<typeof Journal>['filter'];

export const OneEntry = graphql(
  `
    query OneEntry($id: ID!) {
      journalEntry(id: $id) {
        __typename
        ... on QueryJournalEntrySuccess {
          data {
            id
            kind
            cause
            effectiveOn
            bookedOn
            recordedAt
            currency
            narrative
            reverses
            reversedBy
            handEntry
            documents {
              id
              title
              sha256
              path
            }
            seal {
              sequence
              leafHash
              unaltered
              checkpointSize
              checkpointSignedAt
            }
            postings {
              ...PostingFields
              ...DimensionNames
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [PostingFields, DimensionNames, RefusalFields],
);
