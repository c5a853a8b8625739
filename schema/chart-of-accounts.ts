/** The chart of accounts, with what each kind and account holds. */
import { ACCOUNT_KINDS, balanceOn, type Side } from '../server/domain/chart-of-accounts.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import { nameOfAccount } from '../server/services/books/account-names.ts';
import {
  listAccounts,
  readChart,
  type AccountKindTotal,
} from '../server/services/books/chart-of-accounts.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';
import { AccountBalanceType } from './ledger.ts';
import { pageOfArgs, pageType } from './page.ts';
import { LocalizedTextType } from './scalars.ts';

export const AccountKindType = builder.enumType('AccountKind', { values: enumValues(ACCOUNT_KINDS) });

const SideType = builder.enumType('Side', { values: enumValues<Side>(['debit', 'credit']) });

const AccountKindTotalType = builder.objectRef<AccountKindTotal>('AccountKindTotal').implement({
  readers: 'as-parent',
  description: 'One line of the chart of accounts (会计科目), with the sums of its accounts.',
  fields: (t) => ({
    kind: t.field({ type: AccountKindType, resolve: ({ description }) => description.kind }),
    code: t.string({
      description: 'The general ledger account of the Chinese standard that it is reported under.',
      resolve: ({ description }) => description.account.code,
    }),
    generalLedgerName: t.field({
      type: LocalizedTextType,
      resolve: ({ description }) => description.account.name,
    }),
    name: t.field({ type: LocalizedTextType, resolve: ({ description }) => description.name }),
    purpose: t.field({ type: LocalizedTextType, resolve: ({ description }) => description.purpose }),
    written: t.string({
      description: 'How its accounts are written in the ledger.',
      resolve: ({ description }) => description.written,
    }),
    normalSide: t.field({ type: SideType, resolve: ({ description }) => description.normalSide }),
    dimensions: t.stringList({ resolve: ({ description }) => [...description.dimensions] }),
    accounts: t.exposeInt('accounts', { description: 'How many accounts of the kind were ever used.' }),
    debitMinor: t.expose('debitMinor', { type: 'MinorUnits' }),
    creditMinor: t.expose('creditMinor', { type: 'MinorUnits' }),
    balanceMinor: t.field({
      type: 'MinorUnits',
      description: 'On the normal side.',
      resolve: (total) => balanceOn(total.description.normalSide, total),
    }),
  }),
});

builder.objectField(AccountBalanceType, 'name', (t) =>
  t.field({
    type: LocalizedTextType,
    nullable: true,
    resolve: ({ account }, _args, context) => nameOfAccount(context, account),
  }),
);

builder.queryField('chartOfAccounts', (t) =>
  t.field({
    type: [AccountKindTotalType],
    authScopes: { right: 'ledger.read' },
    description: 'In the order of the general ledger.',
    args: { asOf: t.arg({ type: 'Date', description: 'At the end of that day by booking; now without.' }) },
    resolve: (_root, { asOf }, context) => readChart(context, (asOf ?? null) as CalendarDate | null),
  }),
);

builder.queryField('ledgerAccounts', (t) =>
  t.field({
    type: pageType(AccountBalanceType),
    authScopes: { right: 'ledger.read' },
    description: 'In order of the account.',
    args: {
      kind: t.arg({ type: AccountKindType }),
      asOf: t.arg({ type: 'Date' }),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { kind, asOf, ...page }, context) =>
      listAccounts(
        context,
        { kind: kind ?? null, asOf: (asOf ?? null) as CalendarDate | null },
        pageOfArgs(page),
      ),
  }),
);
