/** The versions of a round's rules as a giver reads them: for gifts of which days each holds, and what it changed. */

export interface RulesVersion {
  readonly version: number;
  /** The first day on which it holds. */
  readonly effectiveOn: string;
  readonly reason: string;
  readonly level: 'PROJECT' | 'CELL_THEN_PROJECT';
  /** How the weights of localities were made. */
  readonly weightPolicy: {
    readonly measure: 'GDP' | 'BUDGET_EXPENDITURE';
    readonly k: string;
    readonly floor: string;
    readonly ceiling: string;
  };
  readonly localityWeights: readonly {
    readonly locality: string;
    readonly exact: string;
    /** A decimal for reading. */
    readonly rounded: string;
  }[];
  readonly capPerProjectMinor: string | null;
  readonly eligibility: {
    readonly granteeKinds:
      | readonly ('GOVERNMENT' | 'ENTERPRISE' | 'SOCIAL_ORGANIZATION' | 'INDIVIDUAL')[]
      | null;
    readonly everyoneOnly: boolean;
    readonly lowestScore: string | null;
  };
  readonly refundWindowDays: number;
}

/** The parts of the rules, in the order in which they are shown. */
export const RULE_PARTS = [
  'level',
  'weights',
  'granteeKinds',
  'openTo',
  'lowestScore',
  'capPerProject',
  'refundWindowDays',
] as const;

export type RulePart = (typeof RULE_PARTS)[number];

export interface VersionInHistory {
  readonly rules: RulesVersion;
  /** Null for the first version, whose rules hold for every gift before the next one too. */
  readonly from: string | null;
  /** The day before the next version; null while there is none. */
  readonly through: string | null;
  /** Empty for the first version. */
  readonly changed: readonly { readonly part: RulePart; readonly before: RulesVersion }[];
}

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

function partOf(rules: RulesVersion, part: RulePart): unknown {
  switch (part) {
    case 'level':
    case 'refundWindowDays':
      return rules[part];
    case 'weights':
      return [rules.weightPolicy, rules.localityWeights];
    case 'granteeKinds':
    case 'lowestScore':
      return rules.eligibility[part];
    case 'openTo':
      return rules.eligibility.everyoneOnly;
    case 'capPerProject':
      return rules.capPerProjectMinor;
  }
}

/** Every version, the latest first. @param versions in any order, at least one */
export function historyOfRules(versions: readonly RulesVersion[]): VersionInHistory[] {
  const inOrder = versions.toSorted((one, other) => one.version - other.version);
  return inOrder
    .map((rules, index) => {
      const [before, after] = [inOrder[index - 1], inOrder[index + 1]];
      return {
        rules,
        from: before === undefined ? null : rules.effectiveOn,
        through: after === undefined ? null : dayBefore(after.effectiveOn),
        changed:
          before === undefined
            ? []
            : RULE_PARTS.filter(
                (part) => JSON.stringify(partOf(before, part)) !== JSON.stringify(partOf(rules, part)),
              ).map((part) => ({ part, before })),
      };
    })
    .toReversed();
}
