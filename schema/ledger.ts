/** The ledger as staff and auditors read it: its balances and what must always hold. */
import {
  checkInvariants,
  trialBalance,
  type AccountBalance,
  type InvariantResult,
} from '../server/services/read-ledger.ts';
import { builder } from './builder.ts';

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
