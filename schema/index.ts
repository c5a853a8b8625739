/** The schema: importing a concept adds it; a field without an access rule does not build. */
import { printSchema, lexicographicSortSchema, type GraphQLSchema } from 'graphql';
import { printAccess, rulesOf } from './access-rules.ts';
import { builder } from './builder.ts';
import './scalars.ts';
import './region.ts';
import './party.ts';
import './round.ts';
import './fund.ts';
import './matching-pool.ts';
import './pledge.ts';
import './pledge-outlook.ts';
import './overview.ts';
import './allocation.ts';
import './allocation-lab.ts';
import './compensation.ts';
import './report.ts';
import './ledger.ts';
import './hand-entry.ts';
import './management-cost.ts';
import './management-limit.ts';
import './period.ts';
import './bank.ts';
import './clearing.ts';
import './journal.ts';
import './chart-of-accounts.ts';
import './statements.ts';
import './gift-refund.ts';
import './donation.ts';
import './donation-record.ts';
import './giving-guard.ts';
import './monthly-giving.ts';
import './my-giving.ts';
import './person.ts';
import './absence.ts';
import './api-token.ts';
import './audit.ts';
import './policy.ts';
import './party-standing.ts';
import './viewer.ts';
import './project.ts';
import './proposal.ts';
import './award.ts';
import './disbursement.ts';
import './gift-refund.ts';

export function buildSchema(): GraphQLSchema {
  const schema = builder.toSchema();
  rulesOf(schema);
  return schema;
}

/** The schema as text, in the order in which it is committed. */
export function printSdl(): string {
  return `${printSchema(lexicographicSortSchema(buildSchema()))}\n`;
}

/** Who may do what, as it is committed. */
export function printAccessRules(): string {
  return printAccess(buildSchema());
}
