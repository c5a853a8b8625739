/** What the allocation lab asks for, and how its answers become what the domain computes with. */
import { type AllocationSnapshot, type TrialSettings } from '../../../../server/domain/allocation-lab.ts';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf, VariablesOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const LabOfRound = graphql(`
  query LabOfRound($round: ID!) {
    allocationSnapshots(round: $round) {
      id
      hash
      takenAt
      takenBy
      rulesVersion
    }
    allocationDrafts(round: $round) {
      id
      snapshot
      name
      resultHash
      keptAt
      keptBy
      isMine
      total {
        amountMinor
        currency
      }
      settings {
        rule
        level
        localityWeights {
          code
          weight
        }
        sectorWeights {
          code
          weight
        }
      }
    }
  }
`);

export const OneSnapshot = graphql(
  `
    query OneSnapshot($id: ID!) {
      allocationSnapshot(id: $id) {
        __typename
        ... on QueryAllocationSnapshotSuccess {
          data {
            id
            round
            hash
            snapshotJson
            takenAt
            takenBy
            rulesVersion
            funds {
              id
              name {
                zh
                en
              }
            }
            projects {
              id
              title {
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

export const TakeSnapshot = graphql(
  `
    mutation TakeAllocationSnapshot($id: ID!, $round: ID!) {
      takeAllocationSnapshot(id: $id, round: $round) {
        __typename
        ... on MutationTakeAllocationSnapshotSuccess {
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

export const KeepDraft = graphql(
  `
    mutation KeepAllocationDraft($input: KeepAllocationDraftInput!) {
      keepAllocationDraft(input: $input) {
        __typename
        ... on MutationKeepAllocationDraftSuccess {
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

export const DeleteDraft = graphql(
  `
    mutation DeleteAllocationDraft($id: ID!) {
      deleteAllocationDraft(id: $id) {
        __typename
        ... on MutationDeleteAllocationDraftSuccess {
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

export type Draft = ResultOf<typeof LabOfRound>['allocationDrafts'][number];

export type SnapshotAnswer = Extract<
  ResultOf<typeof OneSnapshot>['allocationSnapshot'],
  { __typename: 'QueryAllocationSnapshotSuccess' }
>['data'];

type SettingsInput = VariablesOf<typeof KeepDraft>['input']['settings'];

const RULES = { LEXIMIN: 'leximin', PRO_RATA: 'pro-rata', PRIORITY: 'priority' } as const;
const LEVELS = { PROJECT: 'project', CELL_THEN_PROJECT: 'cell-then-project' } as const;

const keyOf = <Key extends string, Value extends string>(
  table: Readonly<Record<Key, Value>>,
  value: Value,
): Key => (Object.keys(table) as Key[]).find((key) => table[key] === value) as Key;

export const contentOf = ({ snapshotJson }: SnapshotAnswer): AllocationSnapshot =>
  JSON.parse(snapshotJson) as AllocationSnapshot;

export const settingsOf = ({ settings }: Draft): TrialSettings => ({
  ...settings,
  rule: RULES[settings.rule],
  level: LEVELS[settings.level],
});

export const inputOfSettings = (settings: TrialSettings): SettingsInput => ({
  localityWeights: settings.localityWeights.map(({ code, weight }) => ({ code, weight })),
  sectorWeights: settings.sectorWeights.map(({ code, weight }) => ({ code, weight })),
  rule: keyOf(RULES, settings.rule),
  level: keyOf(LEVELS, settings.level),
});
