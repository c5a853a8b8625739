/** Pledges and their bank receipts. */
import { minor } from '../server/domain/money.ts';
import { receivedMinor, type Instalment, type Pledge, type PledgeReceipt } from '../server/domain/pledge.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import { findParty } from '../server/services/parties.ts';
import {
  findPledge,
  listPledges,
  outstandingMinor,
  recordPledge,
  recordPledgeErrors,
  recordPledgeReceipt,
  recordPledgeReceiptErrors,
} from '../server/services/pledges.ts';
import { builder } from './builder.ts';
import { refusals } from './errors.ts';
import { PartyType } from './party.ts';
import { RestrictionInput, restrictionFromInput, RestrictionType } from './restriction.ts';
import { minorOrNull, MoneyType } from './scalars.ts';

const PledgeStatusType = builder.enumType('PledgeStatus', {
  values: {
    BINDING: { value: 'binding' },
    FULFILLED: { value: 'fulfilled' },
    WRITTEN_OFF: { value: 'written-off' },
  } as const,
});

const InstalmentType = builder.objectRef<Instalment>('Instalment').implement({
  readers: 'as-parent',
  fields: (t) => ({
    dueOn: t.expose('dueOn', { type: 'Date' }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
  }),
});

const PledgeReceiptType = builder.objectRef<PledgeReceipt>('PledgeReceipt').implement({
  readers: 'as-parent',
  description: 'Money that reached the bank for a pledge.',
  fields: (t) => ({
    id: t.exposeID('id'),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
    bankReference: t.exposeString('bankReference'),
    receivedOn: t.expose('receivedOn', { type: 'Date' }),
  }),
});

const PledgeType = builder.objectRef<Pledge>('Pledge').implement({
  readers: 'as-parent',
  description: 'A promise of money (认捐).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    party: t.field({
      type: PartyType,
      resolve: ({ party }, _args, { database }) => findParty(database, party),
    }),
    round: t.exposeString('round', { description: 'Id of the round.' }),
    amount: t.field({ type: MoneyType, resolve: (pledge) => pledge }),
    received: t.field({
      type: MoneyType,
      resolve: (pledge) => ({ amountMinor: receivedMinor(pledge), currency: pledge.currency }),
    }),
    outstanding: t.field({
      type: MoneyType,
      resolve: (pledge) => ({ amountMinor: outstandingMinor(pledge), currency: pledge.currency }),
    }),
    restriction: t.expose('restriction', { type: RestrictionType }),
    capPerProjectMinor: t.expose('capPerProjectMinor', { type: 'MinorUnits', nullable: true }),
    pool: t.exposeString('pool', {
      nullable: true,
      description: 'Id of the matching pool that it fills; null for a pledge to projects.',
    }),
    fundId: t.exposeString('fundId'),
    agreementReference: t.exposeString('agreementReference'),
    pledgedOn: t.expose('pledgedOn', { type: 'Date' }),
    instalments: t.field({ type: [InstalmentType], resolve: (pledge) => [...pledge.instalments] }),
    receipts: t.field({ type: [PledgeReceiptType], resolve: (pledge) => [...pledge.receipts] }),
    status: t.expose('status', { type: PledgeStatusType }),
  }),
});

const InstalmentInput = builder.inputType('InstalmentInput', {
  fields: (t) => ({
    dueOn: t.field({ type: 'Date', required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
  }),
});

const RecordPledgeInput = builder.inputType('RecordPledgeInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    party: t.id({ required: true }),
    round: t.id({ required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
    restriction: t.field({ type: RestrictionInput, required: true }),
    capPerProjectMinor: t.field({ type: 'MinorUnits' }),
    pool: t.id({ description: 'Fills this matching pool of the party; leave the restriction empty then.' }),
    agreementReference: t.string({ required: true }),
    pledgedOn: t.field({ type: 'Date', required: true }),
    instalments: t.field({ type: [InstalmentInput], required: true, defaultValue: [] }),
  }),
});

builder.mutationField('recordPledge', (t) =>
  t.field({
    type: PledgeType,
    authScopes: { byUseCase: 'pledge.record' },
    description: 'Records an unconditional pledge: it binds at once.',
    errors: refusals(recordPledgeErrors),
    args: { input: t.arg({ type: RecordPledgeInput, required: true }) },
    resolve: (_root, { input }, context) =>
      recordPledge(context, {
        id: input.id,
        party: input.party,
        round: input.round,
        amountMinor: minor(input.amountMinor),
        restriction: restrictionFromInput(input.restriction),
        capPerProjectMinor: minorOrNull(input.capPerProjectMinor),
        pool: input.pool ?? null,
        agreementReference: input.agreementReference,
        pledgedOn: input.pledgedOn as CalendarDate,
        instalments: input.instalments.map(({ dueOn, amountMinor }) => ({
          dueOn: dueOn as CalendarDate,
          amountMinor: minor(amountMinor),
        })),
      }),
  }),
);

const RecordPledgeReceiptInput = builder.inputType('RecordPledgeReceiptInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    pledge: t.id({ required: true }),
    amountMinor: t.field({ type: 'MinorUnits', required: true }),
    bankReference: t.string({ required: true }),
    receivedOn: t.field({ type: 'Date', required: true }),
  }),
});

builder.mutationField('recordPledgeReceipt', (t) =>
  t.field({
    type: PledgeType,
    authScopes: { byUseCase: 'pledge.record-receipt' },
    errors: refusals(recordPledgeReceiptErrors),
    args: { input: t.arg({ type: RecordPledgeReceiptInput, required: true }) },
    resolve: (_root, { input }, context) =>
      recordPledgeReceipt(context, {
        ...input,
        amountMinor: minor(input.amountMinor),
        receivedOn: input.receivedOn as CalendarDate,
      }),
  }),
);

builder.queryField('pledges', (t) =>
  t.field({
    type: [PledgeType],
    authScopes: { byUseCase: 'pledge.read' },
    description: 'All for staff; for members of an organization, their own: name it as `party`.',
    args: {
      round: t.arg.id(),
      party: t.arg.id(),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { round, party, first, after }, context) =>
      listPledges(context, { round: round ?? null, party: party ?? null }, { first, after: after ?? null }),
  }),
);

builder.queryField('pledge', (t) =>
  t.field({
    type: PledgeType,
    authScopes: { byUseCase: 'pledge.read' },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findPledge(context, id),
  }),
);
