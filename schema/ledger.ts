/** The ledger as staff and auditors read it: its balances and what must always hold. */
import { listLedgerChecks, type LedgerCheck } from '../server/services/check-ledger.ts';
import {
  checkInvariants,
  trialBalance,
  type AccountBalance,
  type InvariantResult,
} from '../server/services/read-ledger.ts';
import { builder } from './builder.ts';
import { pageOfArgs, pageType } from './page.ts';

export const AccountBalanceType = builder.objectRef<AccountBalance>('AccountBalance').implement({
  readers: 'as-parent',
  fields: (t) => ({
    account: t.exposeString('account'),
    debitMinor: t.expose('debitMinor', { type: 'MinorUnits' }),
    creditMinor: t.expose('creditMinor', { type: 'MinorUnits' }),
  }),
});

const InvariantResultType = builder.objectRef<InvariantResult>('InvariantResult').implement({
  readers: 'as-parent',
  description: 'One invariant of the ledger, checked by a full replay.',
  fields: (t) => ({
    invariant: t.exposeString('invariant'),
    figure: t.exposeString('figure'),
    holds: t.exposeBoolean('holds'),
    breaches: t.stringList({ resolve: ({ breaches }) => [...breaches] }),
  }),
});

const LedgerCheckType = builder.objectRef<LedgerCheck>('LedgerCheck').implement({
  readers: 'as-parent',
  description: 'A full check of the books: every entry replayed against what must always hold (账簿检查).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime' }),
    entries: t.int({
      nullable: true,
      description: 'How many entries the ledger held; null for checks of earlier releases.',
      resolve: ({ entries }) => entries,
    }),
    breachCount: t.exposeInt('breachCount'),
    results: t.field({
      type: [InvariantResultType],
      resolve: ({ results }) => results.map((one) => ({ ...one, holds: one.breaches.length === 0 })),
    }),
  }),
});

builder.queryField('ledgerChecks', (t) =>
  t.field({
    type: pageType(LedgerCheckType),
    authScopes: { right: 'ledger.read' },
    description: 'The latest first.',
    args: {
      first: t.arg.int({ defaultValue: 10, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, page, context) => listLedgerChecks(context, pageOfArgs(page)),
  }),
);

builder.queryField('trialBalance', (t) =>
  t.field({
    type: [AccountBalanceType],
    authScopes: { right: 'ledger.read' },
    resolve: (_root, _args, context) => trialBalance(context),
  }),
);

builder.queryField('ledgerInvariants', (t) =>
  t.field({
    type: [InvariantResultType],
    authScopes: { right: 'ledger.read' },
    resolve: (_root, _args, context) => checkInvariants(context),
  }),
);
