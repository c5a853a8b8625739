/** Entries made by hand (手工凭证): opening balances, what no rule foresees, and reversals, under four eyes. */
import type { Posting } from '../server/domain/journal.ts';
import { HAND_KINDS, type HandEntry } from '../server/domain/manual-entry.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import { NotFound } from '../server/domain/errors.ts';
import { nameOfAccount } from '../server/services/books/account-names.ts';
import {
  approveHandEntry,
  approveHandEntryErrors,
  postHandEntry,
  postHandEntryErrors,
  withdrawHandEntry,
  withdrawHandEntryErrors,
} from '../server/services/hand-entries/decide-hand-entry.ts';
import { listHandAccounts, type HandAccount } from '../server/services/hand-entries/list-hand-accounts.ts';
import {
  listHandEntries,
  reversalOfHandEntry,
  showHandEntry,
} from '../server/services/hand-entries/list-hand-entries.ts';
import {
  prepareHandEntry,
  prepareHandEntryErrors,
  prepareReversal,
  prepareReversalErrors,
} from '../server/services/hand-entries/prepare-hand-entry.ts';
import { builder } from './builder.ts';
import { AccountKindType } from './chart-of-accounts.ts';
import { ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { LocalizedTextType, MoneyType } from './scalars.ts';

const HandEntryKindType = builder.enumType('HandEntryKind', { values: enumValues(HAND_KINDS) });

const PreparedKindType = builder.enumType('PreparedEntryKind', {
  values: {
    MANUAL: { value: 'manual' },
    OPENING_BALANCE: { value: 'opening-balance' },
  } as const,
});

const HandEntryStatusType = builder.enumType('HandEntryStatus', {
  values: {
    PROPOSED: { value: 'proposed' },
    POSTED: { value: 'posted' },
    WITHDRAWN: { value: 'withdrawn' },
  } as const,
});

const HandEntryLineType = builder.objectRef<Posting>('HandEntryLine').implement({
  readers: 'as-parent',
  description: 'A line as it is or will be posted (分录).',
  fields: (t) => ({
    account: t.exposeString('account'),
    accountName: t.field({
      type: LocalizedTextType,
      nullable: true,
      description: 'The name of its fund, or of its kind.',
      resolve: ({ account }, _args, context) => nameOfAccount(context, account),
    }),
    debitMinor: t.expose('debitMinor', { type: 'MinorUnits' }),
    creditMinor: t.expose('creditMinor', { type: 'MinorUnits' }),
    nature: t.exposeString('nature', { nullable: true }),
    fund: t.exposeString('fund', { nullable: true }),
    partyKind: t.exposeString('partyKind', { nullable: true }),
    sector: t.exposeString('sector', { nullable: true }),
    locality: t.exposeString('locality', { nullable: true }),
  }),
});

export interface DocumentParent {
  readonly _id: string;
  readonly entry: string;
  readonly title: string;
  readonly sha256: string;
}

export const EntryDocumentType = builder.objectRef<DocumentParent>('EntryDocument').implement({
  readers: 'as-parent',
  description: 'A supporting document of an entry (原始凭证).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    title: t.exposeString('title'),
    sha256: t.exposeString('sha256'),
    path: t.string({
      description: 'Where it is, from the root of this site.',
      resolve: ({ entry, _id }) => `/entry-documents/${entry}/${_id}`,
    }),
  }),
});

/** Its entry in the journal, once it is posted. */
const journalEntryOf = ({ status, kind, reverses, _id }: HandEntry): string | null =>
  status === 'posted' ? `${kind}:${reverses ?? _id}` : null;

const HandEntryType = builder.objectRef<HandEntry>('HandEntry').implement({
  readers: 'as-parent',
  description: 'An entry made by hand: prepared, approved and posted by different people.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    kind: t.expose('kind', { type: HandEntryKindType }),
    effectiveOn: t.expose('effectiveOn', { type: 'Date' }),
    narrative: t.exposeString('narrative'),
    amount: t.field({ type: MoneyType, description: 'The sum of its debits.', resolve: (entry) => entry }),
    lines: t.field({ type: [HandEntryLineType], resolve: ({ postings }) => [...postings] }),
    reverses: t.exposeID('reverses', {
      nullable: true,
      description: 'For a reversal: the journal entry that it undoes.',
    }),
    documents: t.field({
      type: [EntryDocumentType],
      resolve: ({ _id: entry, documents }) => documents.map((document) => ({ ...document, entry })),
    }),
    status: t.expose('status', { type: HandEntryStatusType }),
    journalEntry: t.id({
      nullable: true,
      description: 'Its entry in the journal, once it is posted.',
      resolve: journalEntryOf,
    }),
    control: t.field({
      type: ControlType,
      resolve: ({ control, amountMinor }) => ({ control, kind: 'manual-entry' as const, amountMinor }),
    }),
  }),
});

builder.objectField(HandEntryType, 'reversal', (t) =>
  t.field({
    type: HandEntryType,
    nullable: true,
    description: 'The entry that undoes this one or is proposed to; an entry is reversed once.',
    resolve: (entry, _args, context) => reversalOfHandEntry(context, { journalEntry: journalEntryOf(entry) }),
  }),
);

const HandAccountType = builder.objectRef<HandAccount>('HandAccount').implement({
  readers: 'as-parent',
  description: 'An account of the chart that a person may book on.',
  fields: (t) => ({
    kind: t.expose('kind', { type: AccountKindType }),
    account: t.exposeString('account', {
      nullable: true,
      description: 'Null where a restricted fund must be chosen: `fund:<fund>`.',
    }),
    name: t.expose('name', { type: LocalizedTextType }),
  }),
});

builder.queryField('handAccounts', (t) =>
  t.field({
    type: [HandAccountType],
    authScopes: { right: 'ledger.read' },
    description: 'In the order of the chart of accounts.',
    resolve: (_root, _args, context) => listHandAccounts(context),
  }),
);

builder.queryField('handEntries', (t) =>
  t.field({
    type: pageType(HandEntryType),
    authScopes: { right: 'ledger.read' },
    description: 'Latest prepared first.',
    args: {
      first: t.arg.int({ defaultValue: 50, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, page, context) => listHandEntries(context, pageOfArgs(page)),
  }),
);

builder.queryField('handEntry', (t) =>
  t.field({
    type: HandEntryType,
    authScopes: { right: 'ledger.read' },
    errors: refusals([NotFound]),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => showHandEntry(context, id),
  }),
);

const HandLineInput = builder.inputType('HandLineInput', {
  description: 'One line: exactly one of debit and credit, as whole minor units in digits.',
  fields: (t) => ({
    account: t.string({ required: true }),
    debitMinor: t.string({ defaultValue: '', required: true }),
    creditMinor: t.string({ defaultValue: '', required: true }),
    nature: t.string({ description: 'Of a line on a fund: why the fund changes.' }),
    fund: t.id({ description: 'Whose money it is; left out for the account of a fund.' }),
    partyKind: t.string(),
    sector: t.string(),
    locality: t.string(),
  }),
});

const PrepareHandEntryInput = builder.inputType('PrepareHandEntryInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    kind: t.field({ type: PreparedKindType, required: true }),
    effectiveOn: t.field({ type: 'Date', required: true }),
    currency: t.string({ required: true }),
    narrative: t.string({ required: true }),
    lines: t.field({ type: [HandLineInput], required: true }),
    documents: t.idList({
      required: true,
      description: 'Sent before to `/entry-documents/<id of the entry>/<id of the document>`.',
    }),
  }),
});

builder.mutationField('prepareHandEntry', (t) =>
  t.field({
    type: HandEntryType,
    authScopes: { byUseCase: 'entry.prepare' },
    description:
      'Prepares an entry; nothing is posted yet. All that is wrong is said at once, with its place.',
    errors: refusals(prepareHandEntryErrors),
    args: { input: t.arg({ type: PrepareHandEntryInput, required: true }) },
    resolve: (_root, { input }, context) =>
      prepareHandEntry(context, {
        ...input,
        effectiveOn: input.effectiveOn as CalendarDate,
        lines: input.lines.map(({ nature, fund, partyKind, sector, locality, ...line }) => ({
          ...line,
          ...{ nature: nature ?? null, fund: fund ?? null, partyKind: partyKind ?? null },
          ...{ sector: sector ?? null, locality: locality ?? null },
        })),
      }),
  }),
);

const PrepareReversalInput = builder.inputType('PrepareReversalInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    entry: t.id({ required: true, description: 'The journal entry to undo.' }),
    effectiveOn: t.field({ type: 'Date', required: true }),
    reason: t.string({ required: true }),
  }),
});

builder.mutationField('prepareReversal', (t) =>
  t.field({
    type: HandEntryType,
    authScopes: { byUseCase: 'entry.prepare' },
    description: 'Prepares the equal and opposite of an entry that was made by hand (冲销).',
    errors: refusals(prepareReversalErrors),
    args: { input: t.arg({ type: PrepareReversalInput, required: true }) },
    resolve: (_root, { input }, context) =>
      prepareReversal(context, { ...input, effectiveOn: input.effectiveOn as CalendarDate }),
  }),
);

signingStep('approveHandEntry', HandEntryType, {
  right: 'entry.approve',
  errors: approveHandEntryErrors,
  act: approveHandEntry,
});

signingStep('postHandEntry', HandEntryType, {
  right: 'entry.post',
  description: 'Writes it into the journal (过账), where it can only be reversed.',
  errors: postHandEntryErrors,
  act: postHandEntry,
});

unsignedStep('withdrawHandEntry', HandEntryType, {
  right: 'entry.prepare',
  errors: withdrawHandEntryErrors,
  act: withdrawHandEntry,
});
