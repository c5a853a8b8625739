/** Bank statements and their lines: what each may be, and saying what it is. Files are brought to `/bank-statements`. */
import type { BankLineStatus, BankMatch, BankStatement } from '../server/domain/bank-line.ts';
import type { BankSuggestion, MatchGround, UnmatchedReason } from '../server/domain/bank-matching.ts';
import type { CalendarDate } from '../server/domain/time.ts';
import {
  confirmBankLine,
  confirmBankLineErrors,
  listBankLines,
  listBankStatements,
  reopenBankLine,
  setAsideBankLine,
  setAsideBankLineErrors,
  type JudgedLine,
} from '../server/services/bank/bank-lines.ts';
import { listAwaitedTransfers, type AwaitedTransfer } from '../server/services/bank/awaited-transfers.ts';
import { describeMatch, type MatchedThing } from '../server/services/bank/describe-match.ts';
import { builder } from './builder.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { LocalizedTextType, MoneyType } from './scalars.ts';

const BankLineStatusType = builder.enumType('BankLineStatus', {
  values: {
    OPEN: { value: 'open' },
    CONFIRMED: { value: 'confirmed' },
    SET_ASIDE: { value: 'set-aside' },
  } satisfies Record<string, { value: BankLineStatus }>,
});

const BankMatchKindType = builder.enumType('BankMatchKind', {
  description: 'What a line can be in our books.',
  values: {
    PLEDGE: { value: 'pledge', description: 'A receipt of a pledge.' },
    TRANSFER_GIFT: {
      value: 'transfer-gift',
      description: 'A gift that a donor announced, by its reference.',
    },
    UNANNOUNCED_GIFT: {
      value: 'unannounced-gift',
      description: 'A gift that nobody announced, recorded under the UUID that whoever confirms it makes.',
    },
    PAYOUT: { value: 'payout', description: 'What the payment processor paid out.' },
    DISBURSEMENT: {
      value: 'disbursement',
      description: 'The bank’s side of an executed disbursement; coming in, one that was sent back.',
    },
    TRANSFER_REFUND: {
      value: 'transfer-refund',
      description: 'The bank’s side of an executed refund; coming in, one that could not be delivered.',
    },
    MANAGEMENT_COST: {
      value: 'management-cost',
      description: 'The bank’s side of a paid management cost; coming in, one that was sent back.',
    },
  } as const,
});

const MatchGroundType = builder.enumType('BankMatchGround', {
  values: {
    RECORDED: { value: 'recorded', description: 'The books have this serial number already.' },
    REFERENCE: { value: 'reference' },
    ACCOUNT: { value: 'account' },
    NAME: { value: 'name' },
    RETURNED: { value: 'returned', description: 'The bank’s words say that a transfer came back.' },
    AMOUNT: { value: 'amount' },
    DATE: { value: 'date' },
  } satisfies Record<string, { value: MatchGround; description?: string }>,
});

const UnmatchedReasonType = builder.enumType('BankUnmatchedReason', {
  description: 'Why nothing is suggested for a line.',
  values: {
    REFERENCE_MISTYPED: { value: 'reference-mistyped', description: 'Its check digits are wrong.' },
    REFERENCE_UNKNOWN: { value: 'reference-unknown' },
    REFERENCE_USED: {
      value: 'reference-used',
      description: 'The gift of this reference has arrived before.',
    },
    WENT_OUT: { value: 'went-out' },
    NOBODY_KNOWN: { value: 'nobody-known' },
    NOTHING_DUE: { value: 'nothing-due' },
    MORE_THAN_DUE: { value: 'more-than-due' },
  } satisfies Record<string, { value: UnmatchedReason; description?: string }>,
});

const MatchedThingType = builder.objectRef<MatchedThing>('BankMatchedThing').implement({
  readers: 'as-parent',
  description: 'What a line is, or may be, in words.',
  fields: (t) => ({
    kind: t.expose('kind', { type: BankMatchKindType }),
    id: t.exposeID('id'),
    name: t.expose('name', { type: LocalizedTextType }),
    reference: t.exposeString('reference', { nullable: true }),
    due: t.expose('due', { type: MoneyType, description: 'What is outstanding, or was paid.' }),
  }),
});

const BankSuggestionType = builder.objectRef<BankSuggestion>('BankSuggestion').implement({
  readers: 'as-parent',
  fields: (t) => ({
    grounds: t.field({ type: [MatchGroundType], resolve: ({ grounds }) => [...grounds] }),
    keptMinor: t.field({
      type: 'MinorUnits',
      description: 'What the bank kept of a disbursement that it sends back; mostly zero.',
      resolve: ({ keptMinor = 0n }) => keptMinor,
    }),
    thing: t.field({
      type: MatchedThingType,
      resolve: (suggestion, _args, { database }) => describeMatch(database, suggestion),
    }),
  }),
});

const BankLineType = builder.objectRef<JudgedLine>('BankLine').implement({
  readers: 'as-parent',
  description: 'One line of a bank statement (流水明细).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    serial: t.exposeString('serial'),
    bookedOn: t.expose('bookedOn', { type: 'Date' }),
    amount: t.field({
      type: MoneyType,
      description: 'Below zero where money went out.',
      resolve: (line) => line,
    }),
    counterpartyName: t.exposeString('counterpartyName', { nullable: true }),
    counterpartyAccount: t.exposeString('counterpartyAccount', { nullable: true }),
    memo: t.exposeString('memo'),
    status: t.expose('status', { type: BankLineStatusType }),
    suggestions: t.field({ type: [BankSuggestionType], resolve: ({ suggestions }) => [...suggestions] }),
    reason: t.expose('reason', { type: UnmatchedReasonType, nullable: true }),
    match: t.field({
      type: MatchedThingType,
      nullable: true,
      resolve: ({ match }, _args, { database }) => (match === null ? null : describeMatch(database, match)),
    }),
    note: t.exposeString('note', { nullable: true, description: 'Why it was set aside.' }),
    decidedBy: t.string({ nullable: true, resolve: ({ decidedBy }) => decidedBy?.name ?? null }),
  }),
});

const BankStatementType = builder.objectRef<BankStatement>('BankStatement').implement({
  readers: 'as-parent',
  description: 'One import of a bank’s export (银行流水).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    fileName: t.exposeString('fileName'),
    lineCount: t.exposeInt('lineCount'),
    newCount: t.exposeInt('newCount', { description: 'Lines that no earlier import brought.' }),
    firstOn: t.field({
      type: 'Date',
      nullable: true,
      resolve: ({ firstOn }) => firstOn as CalendarDate | null,
    }),
    lastOn: t.field({ type: 'Date', nullable: true, resolve: ({ lastOn }) => lastOn as CalendarDate | null }),
    importedBy: t.string({ resolve: ({ importedBy }) => importedBy.name }),
    importedAt: t.field({ type: 'DateTime', resolve: ({ importedBy }) => importedBy.at }),
  }),
});

builder.queryField('bankLines', (t) =>
  t.field({
    type: pageType(BankLineType),
    authScopes: { right: 'bank.read' },
    description: 'The newest day first; each reading is in the audit log, because payers may be persons.',
    args: {
      status: t.arg({ type: BankLineStatusType }),
      first: t.arg.int({ defaultValue: 50, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { status, ...page }, context) =>
      listBankLines(context, status ?? null, pageOfArgs(page)),
  }),
);

builder.queryField('bankStatements', (t) =>
  t.field({
    type: pageType(BankStatementType),
    authScopes: { right: 'bank.read' },
    description: 'The latest imports first.',
    args: {
      first: t.arg.int({ defaultValue: 10, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, page, context) => listBankStatements(context, pageOfArgs(page)),
  }),
);

const AwaitedTransferType = builder.objectRef<AwaitedTransfer>('AwaitedTransfer').implement({
  readers: 'as-parent',
  description: 'A gift by bank transfer that was announced and has not come.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    reference: t.exposeString('reference'),
    amount: t.field({
      type: MoneyType,
      resolve: ({ giftMinor: amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    announcedAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt }),
    isExpired: t.boolean({ resolve: ({ status }) => status === 'expired' }),
  }),
});

builder.queryField('awaitedTransfers', (t) =>
  t.field({
    type: pageType(AwaitedTransferType),
    authScopes: { right: 'bank.read' },
    description: 'The latest first, those that expired included: nothing disappears because it did not come.',
    args: {
      first: t.arg.int({ defaultValue: 20, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, page, context) => listAwaitedTransfers(context, pageOfArgs(page)),
  }),
);

const BankMatchInput = builder.inputType('BankMatchInput', {
  fields: (t) => ({
    kind: t.field({ type: BankMatchKindType, required: true }),
    id: t.id({ required: true }),
  }),
});

builder.mutationField('confirmBankLine', (t) =>
  t.field({
    type: BankLineType,
    authScopes: { right: 'bank.reconcile' },
    description: 'Says what a line is, and books what follows from it.',
    errors: refusals(confirmBankLineErrors),
    args: {
      line: t.arg.id({ required: true }),
      match: t.arg({ type: BankMatchInput, required: true }),
      keptMinor: t.arg({
        type: 'MinorUnits',
        description:
          'What the bank kept of a disbursement that it sends back: exactly what is missing of it.',
      }),
    },
    resolve: (_root, { line, match, keptMinor }, context) =>
      confirmBankLine(context, { line, match: match satisfies BankMatch, keptMinor: keptMinor ?? 0n }),
  }),
);

builder.mutationField('setAsideBankLine', (t) =>
  t.field({
    type: BankLineType,
    authScopes: { right: 'bank.reconcile' },
    description: 'For a line that needs no entry from here, with the reason.',
    errors: refusals(setAsideBankLineErrors),
    args: { line: t.arg.id({ required: true }), reason: t.arg.string({ required: true }) },
    resolve: (_root, args, context) => setAsideBankLine(context, args),
  }),
);

builder.mutationField('reopenBankLine', (t) =>
  t.field({
    type: BankLineType,
    authScopes: { right: 'bank.reconcile' },
    errors: refusals(setAsideBankLineErrors),
    args: { line: t.arg.id({ required: true }) },
    resolve: (_root, { line }, context) => reopenBankLine(context, line),
  }),
);
