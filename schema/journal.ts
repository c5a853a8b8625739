/** The journal as staff and auditors explore it: entries by filter, one entry with its seal. */
import { ENTRY_KINDS, NATURES, UNSEALED, type Posting, type SealedEntry } from '../server/domain/journal.ts';
import { nameOfAccount } from '../server/services/books/account-names.ts';
import {
  exploreJournal,
  journalErrors,
  MOST_ADDED_UP,
  reversalOfEntry,
  sealOfEntry,
  showEntry,
  totalJournal,
  type EntryFilter,
  type EntrySeal,
  type JournalTotal,
} from '../server/services/books/explore-journal.ts';
import { documentsOfPosted, handEntryOf } from '../server/services/hand-entries/list-hand-entries.ts';
import { findFundName, findProject } from '../server/services/projects.ts';
import { findRoundTitle } from '../server/services/rounds.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';
import { EntryDocumentType } from './hand-entry.ts';
import { pageOfArgs, pageType } from './page.ts';
import { LocalizedTextType } from './scalars.ts';

const EntryKindType = builder.enumType('EntryKind', { values: enumValues(ENTRY_KINDS) });

export const NatureType = builder.enumType('Nature', { values: enumValues(NATURES) });

const PostingType = builder.objectRef<Posting>('Posting').implement({
  readers: 'as-parent',
  description: 'One line of a journal entry (分录).',
  fields: (t) => ({
    account: t.exposeString('account'),
    accountName: t.field({
      type: LocalizedTextType,
      nullable: true,
      description: 'The name of its fund, of the party that pledged, of the project that was awarded.',
      resolve: ({ account }, _args, context) => nameOfAccount(context, account),
    }),
    debitMinor: t.expose('debitMinor', { type: 'MinorUnits' }),
    creditMinor: t.expose('creditMinor', { type: 'MinorUnits' }),
    nature: t.expose('nature', { type: NatureType, nullable: true }),
    fund: t.exposeString('fund', { nullable: true }),
    fundName: t.field({
      type: LocalizedTextType,
      nullable: true,
      resolve: ({ fund }, _args, context) => (fund === undefined ? null : findFundName(context, fund)),
    }),
    partyKind: t.exposeString('partyKind', { nullable: true }),
    sector: t.exposeString('sector', { nullable: true }),
    locality: t.exposeString('locality', { nullable: true }),
    project: t.exposeString('project', { nullable: true }),
    projectTitle: t.field({
      type: LocalizedTextType,
      nullable: true,
      resolve: async ({ project }, _args, context) =>
        project === undefined ? null : (await findProject(context, project))?.title,
    }),
    award: t.exposeString('award', { nullable: true }),
    round: t.exposeString('round', { nullable: true }),
    roundTitle: t.field({
      type: LocalizedTextType,
      nullable: true,
      resolve: ({ round }, _args, context) => (round === undefined ? null : findRoundTitle(context, round)),
    }),
  }),
});

const EntrySealType = builder.objectRef<EntrySeal>('EntrySeal').implement({
  readers: 'as-parent',
  description: 'The place of an entry in the sealed order (封存).',
  fields: (t) => ({
    sequence: t.exposeInt('sequence'),
    leafHash: t.exposeString('leafHash', { description: 'Its hash in the Merkle tree, hexadecimal.' }),
    unaltered: t.exposeBoolean('unaltered', {
      description: 'False when the entry no longer gives the hash under which it was sealed.',
    }),
    checkpointSize: t.int({
      nullable: true,
      description: 'Size of the tree at the first signed checkpoint that covers it.',
      resolve: ({ checkpoint }) => checkpoint?.treeSize,
    }),
    checkpointSignedAt: t.string({
      nullable: true,
      resolve: ({ checkpoint }) => checkpoint?.signedAt,
    }),
  }),
});

const JournalEntryType = builder.objectRef<SealedEntry>('JournalEntry').implement({
  readers: 'as-parent',
  description: 'A balanced immutable record (记账凭证).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    kind: t.expose('kind', { type: EntryKindType }),
    cause: t.exposeString('cause'),
    effectiveOn: t.expose('effectiveOn', { type: 'Date' }),
    bookedOn: t.expose('bookedOn', {
      type: 'Date',
      nullable: true,
      description: 'The day under which it counts (入账日); null while it waits for its seal.',
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
    currency: t.exposeString('currency'),
    narrative: t.exposeString('narrative'),
    sequence: t.int({
      nullable: true,
      description: 'Its place in the sealed order; null while it waits for its seal.',
      resolve: ({ sequence }) => (sequence === UNSEALED ? null : sequence),
    }),
    postings: t.field({ type: [PostingType], resolve: (entry) => [...entry.postings] }),
    reverses: t.exposeString('reverses', { nullable: true, description: 'The entry that it undoes.' }),
    reversedBy: t.string({
      nullable: true,
      description: 'The entry that undoes it.',
      resolve: (entry, _args, context) => reversalOfEntry(context, entry),
    }),
    documents: t.field({
      type: [EntryDocumentType],
      description: 'Supporting documents of an entry that was made by hand (原始凭证).',
      resolve: (entry, _args, context) => documentsOfPosted(context, entry),
    }),
    handEntry: t.id({
      nullable: true,
      description: 'How it was prepared and approved, where it was made by hand.',
      resolve: async (entry, _args, context) => (await handEntryOf(context, entry))?._id,
    }),
    seal: t.field({
      type: EntrySealType,
      nullable: true,
      resolve: (entry, _args, context) => sealOfEntry(context, entry),
    }),
  }),
});

const JournalTotalType = builder.objectRef<JournalTotal>('JournalTotal').implement({
  readers: 'as-parent',
  description: 'What a filter finds, in all; without figures where that is too much to add up.',
  fields: (t) => ({
    entries: t.int({ nullable: true, resolve: ({ total }) => total?.entries }),
    debitMinor: t.field({
      type: 'MinorUnits',
      nullable: true,
      description: 'Of the postings that the filter is about.',
      resolve: ({ total }) => total?.debitMinor,
    }),
    creditMinor: t.field({ type: 'MinorUnits', nullable: true, resolve: ({ total }) => total?.creditMinor }),
    mostAddedUp: t.int({
      description: 'More entries than this are not added up.',
      resolve: () => MOST_ADDED_UP,
    }),
  }),
});

const JournalFilterInput = builder.inputType('JournalFilter', {
  description:
    'What an entry must be, and what one and the same posting of it must say; what is left out lets everything through.',
  fields: (t) => ({
    kind: t.field({ type: EntryKindType }),
    cause: t.string({ description: 'Id of the fact behind it; also finds what undid such an entry.' }),
    from: t.field({ type: 'Date', description: 'First booking day.' }),
    through: t.field({ type: 'Date', description: 'Last booking day.' }),
    account: t.string(),
    nature: t.field({ type: NatureType }),
    fund: t.string(),
    partyKind: t.string(),
    sector: t.string(),
    locality: t.string(),
    project: t.string(),
    award: t.string(),
    round: t.string(),
    leastMinor: t.field({ type: 'MinorUnits', description: 'Least amount of the posting, on either side.' }),
    mostMinor: t.field({ type: 'MinorUnits', description: 'Greatest amount of the posting.' }),
  }),
});

type Given = typeof JournalFilterInput.$inferInput;

/** What is set, as the use case takes it; an empty text is not set. */
function filterOf(given: Given): EntryFilter {
  const set = Object.entries(given).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return Object.fromEntries(set);
}

builder.queryField('journalEntries', (t) =>
  t.field({
    type: pageType(JournalEntryType),
    authScopes: { right: 'ledger.read' },
    errors: refusals(journalErrors),
    description: 'Newest booking day first.',
    args: {
      filter: t.arg({ type: JournalFilterInput, required: true }),
      first: t.arg.int({ defaultValue: 50, required: true }),
      after: t.arg.id(),
    },
    resolve: async (_root, { filter, ...page }, context) => {
      const { entries, hasMore } = await exploreJournal(context, filterOf(filter), pageOfArgs(page));
      return { items: entries, next: hasMore ? (entries.at(-1)?._id ?? null) : null };
    },
  }),
);

builder.queryField('journalTotal', (t) =>
  t.field({
    type: JournalTotalType,
    authScopes: { right: 'ledger.read' },
    errors: refusals(journalErrors),
    args: { filter: t.arg({ type: JournalFilterInput, required: true }) },
    resolve: (_root, { filter }, context) => totalJournal(context, filterOf(filter)),
  }),
);

builder.queryField('journalEntry', (t) =>
  t.field({
    type: JournalEntryType,
    authScopes: { right: 'ledger.read' },
    errors: refusals(journalErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => showEntry(context, id),
  }),
);
