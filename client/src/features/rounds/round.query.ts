/** What the screens of a round read: its calendar, its needs, every version of its rules; and changing the rules. */
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { RulesFields } from '../../../lib/round-rules-fragment.ts';

export type RoundRules = ResultOf<typeof RulesFields>;

export const OneRound = graphql(
  `
    query OneRound($code: String!) {
      round(code: $code) {
        id
        code
        batch
        status
        opensOn
        pledgesUntil
        proposalsUntil
        closesOn
        title {
          zh
          en
        }
        localityWeights {
          locality
          exact
          rounded
        }
        rules {
          ...RulesFields
        }
        rulesVersions {
          ...RulesFields
        }
        needs {
          sector
          locality
          source
          targetMinor
        }
      }
    }
  `,
  [RulesFields],
);

export type Round = NonNullable<ResultOf<typeof OneRound>['round']>;

export const AmendRound = graphql(
  `
    mutation AmendRound($input: AmendRoundInput!) {
      amendRound(input: $input) {
        __typename
        ... on MutationAmendRoundSuccess {
          data {
            code
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);
