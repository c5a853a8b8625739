/** The ledger as staff and auditors read it. */
import type { JournalEntry, Posting } from '../server/domain/journal.ts';
import {
  checkInvariants,
  listEntries,
  showEntry,
  trialBalance,
  type AccountBalance,
  type EntryPage,
  type InvariantResult,
} from '../server/services/read-ledger.ts';
import { builder } from './builder.ts';

const PostingType = builder.objectRef<Posting>('Posting').implement({
  readers: 'as-parent',
  description: 'One line of a journal entry (分录).',
  fields: (t) => ({
    account: t.exposeString('account'),
    debitMinor: t.expose('debitMinor', { type: 'MinorUnits' }),
    creditMinor: t.expose('creditMinor', { type: 'MinorUnits' }),
    nature: t.exposeString('nature', { nullable: true }),
    fund: t.exposeString('fund', { nullable: true }),
    sector: t.exposeString('sector', { nullable: true }),
    locality: t.exposeString('locality', { nullable: true }),
    project: t.exposeString('project', { nullable: true }),
    award: t.exposeString('award', { nullable: true }),
  }),
});

const JournalEntryType = builder.objectRef<JournalEntry>('JournalEntry').implement({
  readers: 'as-parent',
  description: 'A balanced immutable record (记账凭证).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    kind: t.exposeString('kind'),
    cause: t.exposeString('cause'),
    effectiveOn: t.expose('effectiveOn', { type: 'Date' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
    currency: t.exposeString('currency'),
    narrative: t.exposeString('narrative'),
    postings: t.field({ type: [PostingType], resolve: (entry) => [...entry.postings] }),
  }),
});

const EntryPageType = builder.objectRef<EntryPage>('JournalEntryPage').implement({
  readers: 'as-parent',
  fields: (t) => ({
    entries: t.field({ type: [JournalEntryType], resolve: (page) => [...page.entries] }),
    hasMore: t.exposeBoolean('hasMore'),
  }),
});

const AccountBalanceType = builder.objectRef<AccountBalance>('AccountBalance').implement({
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

builder.queryField('journalEntries', (t) =>
  t.field({
    type: EntryPageType,
    authScopes: { right: 'ledger.read' },
    description: 'Newest first; `after` is the last id of the page before.',
    args: {
      account: t.arg.string(),
      fund: t.arg.id(),
      project: t.arg.id(),
      first: t.arg.int({ defaultValue: 50, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { account, fund, project, first, after }, context) =>
      listEntries(context, {
        account: account ?? null,
        fund: fund ?? null,
        project: project ?? null,
        first,
        after: after ?? null,
      }),
  }),
);

builder.queryField('journalEntry', (t) =>
  t.field({
    type: JournalEntryType,
    authScopes: { right: 'ledger.read' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => showEntry(context, id),
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
