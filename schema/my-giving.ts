/** My giving: what a donor sees and does through the signed link that they were sent. The link alone is the right. */
import { totalMinor } from '../server/domain/donation.ts';
import type { Currency } from '../server/domain/money.ts';
import type { Receipt } from '../server/domain/receipt.ts';
import {
  changeMyGivingErrors,
  changeMyMonthly,
  correctMyReceipt,
  eraseMyData,
  exportMyData,
  revokeMyLinks,
  sendMyReceipt,
  sendMyStatement,
} from '../server/services/giving/change-my-giving.ts';
import {
  myGivingErrors,
  readMyGiving,
  type GiftPartFlow,
  type MyGift,
  type MyGiving,
} from '../server/services/giving/my-giving.ts';
import { requestGivingLink, requestGivingLinkErrors } from '../server/services/giving/request-giving-link.ts';
import {
  makeStatementFile,
  STATEMENT_FORMATS,
  type StatementFile,
} from '../server/services/giving/statement-file.ts';
import { builder } from './builder.ts';
import { DonationStatusType, PayerInput, payerFromInput, PayerKindType } from './donation.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';
import { MonthlyGivingType } from './monthly-giving.ts';
import { RestrictionType } from './restriction.ts';
import { LocaleType, MoneyType } from './scalars.ts';

const ReceiptType = builder.objectRef<Receipt>('Receipt').implement({
  readers: 'as-parent',
  description: 'The numbered statement that a gift was received (捐赠收据); never changed, only replaced.',
  fields: (t) => ({
    number: t.exposeID('_id'),
    replaces: t.exposeID('replaces', { nullable: true, description: 'The receipt that this one replaces.' }),
    payerKind: t.field({ type: PayerKindType, nullable: true, resolve: ({ payer }) => payer?.kind ?? null }),
    payerTitle: t.string({ nullable: true, resolve: ({ payer }) => payer?.title ?? null }),
    amount: t.field({
      type: MoneyType,
      resolve: ({ amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    issuedOn: t.field({ type: 'Date', resolve: ({ issuedOn }) => issuedOn }),
  }),
});

interface FlowParent {
  readonly part: GiftPartFlow;
  readonly currency: Currency;
}

interface FlowProjectParent {
  readonly project: GiftPartFlow['projects'][number];
  readonly currency: Currency;
}

const GiftAtProjectType = builder.objectRef<FlowProjectParent>('GiftAtProject').implement({
  readers: 'as-parent',
  description: 'A gift’s share of what its fund gave to one project.',
  fields: (t) => ({
    projectId: t.id({ resolve: ({ project }) => project.projectId }),
    allocated: t.field({
      type: MoneyType,
      resolve: ({ project, currency }) => ({ amountMinor: project.allocatedMinor, currency }),
    }),
    disbursed: t.field({
      type: MoneyType,
      resolve: ({ project, currency }) => ({ amountMinor: project.disbursedMinor, currency }),
    }),
  }),
});

const GiftFlowType = builder.objectRef<FlowParent>('GiftFlow').implement({
  readers: 'as-parent',
  description: 'Where one part of a gift went: in proportion to what its fund gave, rounded down.',
  fields: (t) => ({
    restriction: t.field({ type: RestrictionType, resolve: ({ part }) => part.restriction }),
    amount: t.field({
      type: MoneyType,
      resolve: ({ part, currency }) => ({ amountMinor: part.amountMinor, currency }),
    }),
    waiting: t.field({
      type: MoneyType,
      description: 'Not allocated to a project yet.',
      resolve: ({ part, currency }) => ({ amountMinor: part.waitingMinor, currency }),
    }),
    projects: t.field({
      type: [GiftAtProjectType],
      resolve: ({ part, currency }) => part.projects.map((project) => ({ project, currency })),
    }),
  }),
});

const MyGiftType = builder.objectRef<MyGift>('MyGift').implement({
  readers: 'as-parent',
  fields: (t) => ({
    id: t.id({ resolve: ({ donation }) => donation._id }),
    total: t.field({
      type: MoneyType,
      resolve: ({ donation }) => ({ amountMinor: totalMinor(donation), currency: donation.currency }),
    }),
    returned: t.field({
      type: MoneyType,
      description: 'Gone back to the donor.',
      resolve: ({ returnedMinor, donation }) => ({ amountMinor: returnedMinor, currency: donation.currency }),
    }),
    status: t.field({ type: DonationStatusType, resolve: ({ donation }) => donation.status }),
    monthlyGivingId: t.id({ nullable: true, resolve: ({ donation }) => donation.monthlyGivingId ?? null }),
    dedication: t.string({ nullable: true, resolve: ({ donation }) => donation.donor?.dedication ?? null }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ donation }) => donation.createdAt }),
    settledAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ donation }) => donation.settledAt }),
    receipts: t.field({ type: [ReceiptType], resolve: ({ receipts }) => [...receipts] }),
    flow: t.field({
      type: [GiftFlowType],
      resolve: ({ flow, donation }) => flow.map((part) => ({ part, currency: donation.currency })),
    }),
  }),
});

const MyGivingType = builder.objectRef<MyGiving>('MyGiving').implement({
  readers: 'as-parent',
  description: 'Everything that was given under the address of a link.',
  fields: (t) => ({
    address: t.exposeString('address', { description: 'Enough of it to know it by.' }),
    linkExpiresAt: t.expose('linkExpiresAt', { type: 'DateTime' }),
    gifts: t.field({ type: [MyGiftType], resolve: ({ gifts }) => [...gifts] }),
    monthly: t.field({ type: [MonthlyGivingType], resolve: ({ monthly }) => [...monthly] }),
  }),
});

const token = { required: true, description: 'The last part of the link’s address.' } as const;

builder.queryField('myGiving', (t) =>
  t.field({
    type: MyGivingType,
    authScopes: { mailedLink: true },
    errors: refusals(myGivingErrors),
    args: { token: t.arg.string(token) },
    resolve: (_root, { token: given }, context) => readMyGiving(context, given),
  }),
);

builder.mutationField('requestGivingLink', (t) =>
  t.boolean({
    authScopes: { public: true },
    description:
      'Sends the link to an address under which something was given; the answer is always the same.',
    errors: refusals(requestGivingLinkErrors),
    args: {
      email: t.arg.string({ required: true }),
      locale: t.arg({ type: LocaleType, required: true }),
    },
    resolve: (_root, { email, locale }, context) => requestGivingLink(context, email, locale),
  }),
);

const errors = refusals(changeMyGivingErrors);

builder.mutationField('stopMyMonthlyGiving', (t) =>
  t.boolean({
    authScopes: { mailedLink: true },
    description: 'No month after the present one is charged.',
    errors,
    args: { token: t.arg.string(token), id: t.arg.id({ required: true }) },
    resolve: async (_root, { token: given, id }, context) => {
      await changeMyMonthly(context, given, id, { kind: 'stop' });
      return true;
    },
  }),
);

builder.mutationField('changeMyMonthlyAmount', (t) =>
  t.boolean({
    authScopes: { mailedLink: true },
    description: 'Another amount from the next month on.',
    errors,
    args: {
      token: t.arg.string(token),
      id: t.arg.id({ required: true }),
      giftMinor: t.arg({ type: 'MinorUnits', required: true }),
    },
    resolve: async (_root, { token: given, id, giftMinor }, context) => {
      await changeMyMonthly(context, given, id, { kind: 'amount', giftMinor });
      return true;
    },
  }),
);

builder.mutationField('changeMyMonthlyCard', (t) =>
  t.string({
    authScopes: { mailedLink: true },
    description: 'The page on which to save another card.',
    errors,
    args: { token: t.arg.string(token), id: t.arg.id({ required: true }) },
    resolve: async (_root, { token: given, id }, context) =>
      (await changeMyMonthly(context, given, id, { kind: 'card' })) ?? '',
  }),
);

builder.mutationField('sendMyReceipt', (t) =>
  t.boolean({
    authScopes: { mailedLink: true },
    description: 'Sends the receipt of a gift again.',
    errors,
    args: { token: t.arg.string(token), donationId: t.arg.id({ required: true }) },
    resolve: async (_root, { token: given, donationId }, context) => {
      await sendMyReceipt(context, given, donationId);
      return true;
    },
  }),
);

builder.mutationField('correctMyReceipt', (t) =>
  t.boolean({
    authScopes: { mailedLink: true },
    description: 'Makes the receipt out to somebody else: a new number, which names the old.',
    errors,
    args: {
      token: t.arg.string(token),
      donationId: t.arg.id({ required: true }),
      payer: t.arg({ type: PayerInput, required: true }),
    },
    resolve: async (_root, { token: given, donationId, payer }, context) => {
      await correctMyReceipt(context, given, donationId, payerFromInput(payer));
      return true;
    },
  }),
);

builder.mutationField('sendMyStatement', (t) =>
  t.boolean({
    authScopes: { mailedLink: true },
    description: 'Sends the statement of one year.',
    errors,
    args: { token: t.arg.string(token), year: t.arg.int({ required: true }) },
    resolve: async (_root, { token: given, year }, context) => {
      await sendMyStatement(context, given, year);
      return true;
    },
  }),
);

const StatementFormatType = builder.enumType('StatementFormat', { values: enumValues(STATEMENT_FORMATS) });

const StatementFileType = builder.objectRef<StatementFile>('StatementFile').implement({
  readers: 'as-parent',
  description: 'The statement of a year as a file.',
  fields: (t) => ({
    name: t.exposeString('name'),
    contentType: t.exposeString('contentType'),
    base64: t.string({ resolve: ({ content }) => Buffer.from(content).toString('base64') }),
  }),
});

builder.mutationField('takeMyStatement', (t) =>
  t.field({
    type: StatementFileType,
    authScopes: { mailedLink: true },
    description: 'The statement of one year. A mutation, so that no cache keeps it.',
    errors,
    args: {
      token: t.arg.string(token),
      year: t.arg.int({ required: true }),
      format: t.arg({ type: StatementFormatType, required: true }),
      locale: t.arg({ type: LocaleType, required: true }),
    },
    resolve: (_root, { token: given, ...asked }, context) => makeStatementFile(context, given, asked),
  }),
);

builder.mutationField('revokeMyGivingLinks', (t) =>
  t.boolean({
    authScopes: { mailedLink: true },
    description: 'Takes back every link of the address, this one as well.',
    errors,
    args: { token: t.arg.string(token) },
    resolve: async (_root, { token: given }, context) => {
      await revokeMyLinks(context, given);
      return true;
    },
  }),
);

builder.mutationField('exportMyData', (t) =>
  t.string({
    authScopes: { mailedLink: true },
    description: 'Everything that is kept about the donor, as JSON. A mutation, so that no cache keeps it.',
    errors,
    args: { token: t.arg.string(token) },
    resolve: (_root, { token: given }, context) => exportMyData(context, given),
  }),
);

builder.mutationField('eraseMyData', (t) =>
  t.boolean({
    authScopes: { mailedLink: true },
    description: 'Erases the person; amounts, receipts’ numbers and the ledger stay.',
    errors,
    args: { token: t.arg.string(token) },
    resolve: async (_root, { token: given }, context) => {
      await eraseMyData(context, given);
      return true;
    },
  }),
);
