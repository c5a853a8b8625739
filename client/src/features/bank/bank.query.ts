/** What the screen of bank lines reads and does. */
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';

export const BankLines = graphql(`
  query BankLines($status: BankLineStatus!, $first: Int!, $after: ID) {
    bankLines(status: $status, first: $first, after: $after) {
      items {
        id
        serial
        bookedOn
        amount {
          amountMinor
          currency
        }
        counterpartyName
        counterpartyAccount
        memo
        status
        reason
        note
        decidedBy
        match {
          kind
          id
          name {
            zh
            en
          }
          reference
        }
        suggestions {
          grounds
          keptMinor
          thing {
            kind
            id
            name {
              zh
              en
            }
            reference
            due {
              amountMinor
              currency
            }
          }
        }
      }
      next
    }
  }
`);

export const AwaitedTransfersQuery = graphql(`
  query AwaitedTransfers($first: Int!, $after: ID) {
    awaitedTransfers(first: $first, after: $after) {
      items {
        id
        reference
        announcedAt
        isExpired
        amount {
          amountMinor
          currency
        }
      }
      next
    }
  }
`);

export const BankStatements = graphql(`
  query BankStatements($first: Int!, $after: ID) {
    bankStatements(first: $first, after: $after) {
      items {
        id
        fileName
        lineCount
        newCount
        firstOn
        lastOn
        importedBy
        importedAt
      }
      next
    }
  }
`);

export const PledgesDue = graphql(`
  query PledgesDue($amountMinor: MinorUnits!, $search: String) {
    pledgesDue(amountMinor: $amountMinor, search: $search) {
      id
      agreementReference
      party {
        name {
          zh
          en
        }
      }
      outstanding {
        amountMinor
        currency
      }
    }
  }
`);

export const PaymentsSentBackBy = graphql(`
  query PaymentsSentBackBy($line: ID!, $search: String) {
    paymentsSentBackBy(line: $line, search: $search) {
      id
      bankReference
      executedOn
      grantee {
        name {
          zh
          en
        }
      }
      project {
        title {
          zh
          en
        }
      }
      amount {
        amountMinor
        currency
      }
    }
  }
`);

export const CostsSentBackBy = graphql(`
  query CostsSentBackBy($line: ID!, $search: String) {
    costsSentBackBy(line: $line, search: $search) {
      id
      purpose
      bankReference
      paidOn
      payee {
        accountName
      }
      amount {
        amountMinor
        currency
      }
    }
  }
`);

export type BankLine = ResultOf<typeof BankLines>['bankLines']['items'][number];
export type MatchedThing = NonNullable<BankLine['match']>;

export const ConfirmBankLine = graphql(
  `
    mutation ConfirmBankLine($line: ID!, $match: BankMatchInput!, $keptMinor: MinorUnits) {
      confirmBankLine(line: $line, match: $match, keptMinor: $keptMinor) {
        __typename
        ... on MutationConfirmBankLineSuccess {
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

export const SetAsideBankLine = graphql(
  `
    mutation SetAsideBankLine($line: ID!, $reason: String!) {
      setAsideBankLine(line: $line, reason: $reason) {
        __typename
        ... on MutationSetAsideBankLineSuccess {
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

export const ReopenBankLine = graphql(
  `
    mutation ReopenBankLine($line: ID!) {
      reopenBankLine(line: $line) {
        __typename
        ... on MutationReopenBankLineSuccess {
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
