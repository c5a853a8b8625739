/** What the list of API tokens asks of the API. */
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const ApiTokens = graphql(`
  query ApiTokens {
    apiTokens {
      id
      name
      scopes
      expiresAt
      lastUsedAt
    }
  }
`);

export type TokenRow = ResultOf<typeof ApiTokens>['apiTokens'][number];
export type ScopeName = TokenRow['scopes'][number];

export const CreateApiToken = graphql(
  `
    mutation CreateApiToken($input: CreateApiTokenInput!) {
      createApiToken(input: $input) {
        __typename
        ... on MutationCreateApiTokenSuccess {
          data {
            text
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const RevokeApiToken = graphql(
  `
    mutation RevokeApiToken($id: ID!) {
      revokeApiToken(id: $id) {
        __typename
        ... on MutationRevokeApiTokenSuccess {
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
