/** What the pages of accounts ask of the API. */
import { ROLES } from '../../../../server/domain/access.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const People = graphql(`
  query People($search: String, $first: Int!, $after: ID) {
    people(search: $search, first: $first, after: $after) {
      items {
        id
        name
        email
        roles
        closedAt
        pending
        hasSecondFactor
        memberships {
          partyId
          role
        }
      }
      next
    }
  }
`);

export const ChangeRoles = graphql(
  `
    mutation ChangeRoles($input: ChangeRolesInput!) {
      changeRoles(input: $input) {
        __typename
        ... on MutationChangeRolesSuccess {
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

export const CloseAccount = graphql(
  `
    mutation CloseAccount($input: ManageAccountInput!) {
      closeAccount(input: $input) {
        __typename
        ... on MutationCloseAccountSuccess {
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

export const ReopenAccount = graphql(
  `
    mutation ReopenAccount($input: ManageAccountInput!) {
      reopenAccount(input: $input) {
        __typename
        ... on MutationReopenAccountSuccess {
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

export const ResetSecondFactor = graphql(
  `
    mutation ResetSecondFactor($input: ManageAccountInput!) {
      resetSecondFactor(input: $input) {
        __typename
        ... on MutationResetSecondFactorSuccess {
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

export const CreateAccount = graphql(
  `
    mutation CreateAccount($input: CreateAccountInput!) {
      createAccount(input: $input) {
        __typename
        ... on MutationCreateAccountSuccess {
          data {
            person {
              email
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const EndAccessOf = graphql(
  `
    mutation EndAccessOf($input: ManageAccountInput!) {
      endAccessOf(input: $input) {
        __typename
        ... on MutationEndAccessOfSuccess {
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

export const InviteAgain = graphql(
  `
    mutation InviteAgain($input: ManageAccountInput!) {
      inviteAgain(input: $input) {
        __typename
        ... on MutationInviteAgainSuccess {
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

export const SessionsOf = graphql(`
  query SessionsOf($person: ID!) {
    sessionsOf(person: $person) {
      id
      startedAt
      lastSeenAt
      address
      device
    }
  }
`);

export const Organizations = graphql(`
  query Organizations($search: String, $only: ID, $locale: Locale!) {
    organizations(first: 20, search: $search, only: $only, locale: $locale) {
      items {
        id
        name {
          zh
          en
        }
      }
      next
    }
  }
`);

export type PersonRow = ResultOf<typeof People>['people']['items'][number];
export type RoleName = PersonRow['roles'][number];

export const ROLE_NAMES = ROLES.map((role) => role.replaceAll('-', '_').toUpperCase() as RoleName);
