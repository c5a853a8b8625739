/** What the screens of compensation statements read and do. */
import { SignersFields } from '../../../components/signers.tsx';
import { StatementFields } from '../../../lib/compensation-fragment.ts';
import { ControlFields } from '../../../lib/control-fragment.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const Compensations = graphql(`
  query Compensations($first: Int!, $after: ID) {
    compensations(first: $first, after: $after) {
      items {
        id
        version
        status
        keptAt
        keptBy
        title {
          zh
          en
        }
        total {
          amountMinor
          currency
        }
        transferred {
          amountMinor
          currency
        }
      }
      next
    }
  }
`);

export const OneCompensation = graphql(
  `
    query OneCompensation($id: ID!) {
      compensation(id: $id) {
        __typename
        ... on QueryCompensationSuccess {
          data {
            ...StatementFields
            status
            keptAt
            keptBy
            isMine
            problemJson
            resultJson
            transferred {
              amountMinor
              currency
            }
            versions {
              id
              version
              status
              keptAt
            }
            control {
              ...ControlFields
              ...SignersFields
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [ControlFields, RefusalFields, SignersFields, StatementFields],
);

export type Compensation = Extract<
  ResultOf<typeof OneCompensation>['compensation'],
  { data: unknown }
>['data'];

export const OccasionsToChoose = graphql(`
  query OccasionsToChoose {
    rounds {
      id
      title {
        zh
        en
      }
    }
  }
`);

export const ProjectsToChoose = graphql(`
  query ProjectsToChoose($round: ID!, $search: String, $only: ID) {
    projects(first: 20, round: $round, search: $search, only: $only) {
      items {
        id
        title {
          zh
          en
        }
      }
      next
    }
  }
`);

export const PaidByLocality = graphql(
  `
    query PaidByLocality($round: ID!, $project: ID) {
      paidByLocality(round: $round, project: $project) {
        __typename
        ... on QueryPaidByLocalitySuccess {
          data {
            locality
            amountMinor
            pledges {
              fundId
              amountMinor
              name {
                zh
                en
              }
              fundName {
                zh
                en
              }
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

export const KeepCompensation = graphql(
  `
    mutation KeepCompensation($input: KeepCompensationInput!) {
      keepCompensation(input: $input) {
        __typename
        ... on MutationKeepCompensationSuccess {
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

export const ProposeCompensation = graphql(
  `
    mutation ProposeCompensation($id: ID!) {
      proposeCompensation(id: $id) {
        __typename
        ... on MutationProposeCompensationSuccess {
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

export const ApproveCompensation = graphql(
  `
    mutation ApproveCompensation($id: ID!, $digest: String!) {
      approveCompensation(id: $id, digest: $digest) {
        __typename
        ... on MutationApproveCompensationSuccess {
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

export const PublishCompensation = graphql(
  `
    mutation PublishCompensation($id: ID!, $digest: String!) {
      publishCompensation(id: $id, digest: $digest) {
        __typename
        ... on MutationPublishCompensationSuccess {
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

export const WithdrawCompensation = graphql(
  `
    mutation WithdrawCompensation($id: ID!) {
      withdrawCompensation(id: $id) {
        __typename
        ... on MutationWithdrawCompensationSuccess {
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
