/** What the chart of accounts and the list of accounts ask of the API. */
import { graphql } from '../../../lib/graphql.ts';
import type { VariablesOf } from '../../../lib/graphql.ts';

export const Chart = graphql(`
  query Chart($asOf: Date) {
    chartOfAccounts(asOf: $asOf) {
      kind
      code
      generalLedgerName {
        zh
        en
      }
      name {
        zh
        en
      }
      purpose {
        zh
        en
      }
      normalSide
      accounts
      debitMinor
      creditMinor
      balanceMinor
    }
  }
`);

export const Accounts = graphql(`
  query Accounts($kind: AccountKind, $asOf: Date, $first: Int!, $after: ID) {
    ledgerAccounts(kind: $kind, asOf: $asOf, first: $first, after: $after) {
      items {
        account
        name {
          zh
          en
        }
        debitMinor
        creditMinor
      }
      next
    }
  }
`);

export type AccountKind = NonNullable<VariablesOf<typeof Accounts>['kind']>;
