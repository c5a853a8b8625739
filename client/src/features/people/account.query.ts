/** What the account page asks of the API. */
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const Sessions = graphql(`
  query Sessions {
    sessions {
      id
      startedAt
      address
      device
      current
    }
  }
`);

export const EndSession = graphql(
  `
    mutation EndSession($id: ID!) {
      endSession(id: $id) {
        __typename
        ... on MutationEndSessionSuccess {
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

export const EndOtherSessions = graphql(
  `
    mutation EndOtherSessions {
      endOtherSessions {
        __typename
        ... on MutationEndOtherSessionsSuccess {
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

export const Absences = graphql(`
  query Absences {
    absences {
      id
      personId
      name
      roles
      standIn
      startsOn
      endsOn
    }
  }
`);

export const ColleaguesToChoose = graphql(`
  query ColleaguesToChoose($search: String, $only: ID) {
    colleagues(first: 20, search: $search, only: $only) {
      items {
        id
        name
      }
      next
    }
  }
`);

export type RoleName = ResultOf<typeof Absences>['absences'][number]['roles'][number];

export const RecordAbsence = graphql(
  `
    mutation RecordAbsence($input: RecordAbsenceInput!) {
      recordAbsence(input: $input) {
        __typename
        ... on MutationRecordAbsenceSuccess {
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

export const EndAbsence = graphql(
  `
    mutation EndAbsence($id: ID!) {
      endAbsence(id: $id) {
        __typename
        ... on MutationEndAbsenceSuccess {
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
