/** Accounting periods (会计期间): closing and reopening them, and the checklist of closing. */
import {
  PERIOD_ACTIONS,
  kindOfPeriodDecision,
  type PeriodDecision,
} from '../server/domain/accounting-period.ts';
import {
  CHECKLIST_LINES,
  type ChecklistLine,
  type CloseStatements,
  type StatedBalance,
} from '../server/domain/close-checklist.ts';
import { minor } from '../server/domain/money.ts';
import { InvalidInput } from '../server/domain/errors.ts';
import {
  approvePeriodDecision,
  approvePeriodDecisionErrors,
  executePeriodDecision,
  executePeriodDecisionErrors,
  proposePeriodDecision,
  proposePeriodDecisionErrors,
  withdrawPeriodDecision,
  withdrawPeriodDecisionErrors,
} from '../server/services/periods/decide-period.ts';
import {
  listPeriods,
  showPeriod,
  type Period,
  type PeriodDetail,
} from '../server/services/periods/list-periods.ts';
import { builder } from './builder.ts';
import { ControlType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';

const PeriodStatusType = builder.enumType('PeriodStatus', {
  description: 'CURRENT is not over yet; NEXT is the one to close now.',
  values: {
    CLOSED: { value: 'closed' },
    NEXT: { value: 'next' },
    OPEN: { value: 'open' },
    CURRENT: { value: 'current' },
  } as const,
});

const PeriodActionType = builder.enumType('PeriodAction', { values: enumValues(PERIOD_ACTIONS) });

const PeriodDecisionStatusType = builder.enumType('PeriodDecisionStatus', {
  values: {
    PROPOSED: { value: 'proposed' },
    EXECUTED: { value: 'executed' },
    WITHDRAWN: { value: 'withdrawn' },
  } as const,
});

const StatedBalanceType = builder.objectRef<StatedBalance>('StatedBalance').implement({
  readers: 'as-parent',
  description: 'What the statement of somebody else says that we hold.',
  fields: (t) => ({
    statedMinor: t.field({ type: 'MinorUnits', resolve: ({ statedMinor }) => minor(statedMinor) }),
    explanation: t.exposeString('explanation', { description: 'Why the books differ; may be empty.' }),
  }),
});

const CloseStatementsType = builder.objectRef<CloseStatements>('CloseStatements').implement({
  readers: 'as-parent',
  description: 'The statements that a closing rests on, at the end of its last day.',
  fields: (t) => ({
    bank: t.expose('bank', { type: StatedBalanceType }),
    clearing: t.expose('clearing', { type: StatedBalanceType }),
  }),
});

const PeriodDecisionType = builder.objectRef<PeriodDecision>('PeriodDecision').implement({
  readers: 'as-parent',
  description: 'The decision to close a period (结账) or to open it again (反结账), under four eyes.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    action: t.expose('action', { type: PeriodActionType }),
    reason: t.exposeString('reason'),
    statements: t.expose('statements', { type: CloseStatementsType, nullable: true }),
    status: t.expose('status', { type: PeriodDecisionStatusType }),
    executedAt: t.expose('executedAt', { type: 'DateTime', nullable: true }),
    control: t.field({
      type: ControlType,
      resolve: (decision) => ({
        ...{ control: decision.control, kind: kindOfPeriodDecision(decision), amountMinor: null },
      }),
    }),
  }),
});

const ChecklistLineType = builder.objectRef<ChecklistLine>('ChecklistLine').implement({
  readers: 'as-parent',
  description: 'One line of the checklist of closing (结账检查表).',
  fields: (t) => ({
    name: t.field({
      type: builder.enumType('ChecklistName', { values: enumValues(CHECKLIST_LINES) }),
      resolve: ({ name }) => name,
    }),
    state: t.field({
      type: builder.enumType('ChecklistState', {
        description: 'OPEN keeps the period from being closed; LOOK does not.',
        values: { DONE: { value: 'done' }, OPEN: { value: 'open' }, LOOK: { value: 'look' } } as const,
      }),
      resolve: ({ state }) => state,
    }),
    count: t.exposeInt('count', { nullable: true }),
    differenceMinor: t.field({
      type: 'MinorUnits',
      nullable: true,
      description: 'Our books less the statement.',
      resolve: ({ differenceMinor }) => (differenceMinor === null ? null : minor(differenceMinor)),
    }),
  }),
});

const PeriodType = builder.objectRef<Period>('AccountingPeriod').implement({
  readers: 'as-parent',
  description: 'A month of the books (会计期间), `YYYY-MM`.',
  fields: (t) => ({
    period: t.exposeString('period'),
    status: t.expose('status', { type: PeriodStatusType }),
    waiting: t.expose('waiting', {
      type: PeriodDecisionType,
      nullable: true,
      description: 'A decision on it that is under way.',
    }),
  }),
});

const PeriodDetailType = builder.objectRef<PeriodDetail>('AccountingPeriodDetail').implement({
  readers: 'as-parent',
  fields: (t) => ({
    period: t.exposeString('period'),
    status: t.expose('status', { type: PeriodStatusType }),
    decisions: t.field({
      type: [PeriodDecisionType],
      description: 'Latest first.',
      resolve: ({ decisions }) => [...decisions],
    }),
    checklist: t.field({
      type: [ChecklistLineType],
      description: 'As things stand, with the statements of a decision under way; empty for a closed period.',
      resolve: ({ checklist }) => [...checklist],
    }),
    bankMinor: t.field({
      type: 'MinorUnits',
      description: 'The bank account by our books, at the end of the period.',
      resolve: ({ bankMinor }) => minor(bankMinor),
    }),
    clearingMinor: t.field({
      type: 'MinorUnits',
      description: 'What the payment processor holds by our books, at the end of the period.',
      resolve: ({ clearingMinor }) => minor(clearingMinor),
    }),
    currency: t.exposeString('currency'),
  }),
});

builder.queryField('accountingPeriods', (t) =>
  t.field({
    type: [PeriodType],
    authScopes: { right: 'ledger.read' },
    description: 'Latest first; `before` is the last period of the page before.',
    args: { first: t.arg.int({ defaultValue: 36, required: true }), before: t.arg.string() },
    resolve: (_root, { first, before }, context) => listPeriods(context, { first, after: before ?? null }),
  }),
);

builder.queryField('accountingPeriod', (t) =>
  t.field({
    type: PeriodDetailType,
    authScopes: { right: 'ledger.read' },
    errors: refusals([InvalidInput]),
    args: { period: t.arg.string({ required: true }) },
    resolve: (_root, { period }, context) => showPeriod(context, period),
  }),
);

const StatedBalanceInput = builder.inputType('StatedBalanceInput', {
  fields: (t) => ({
    statedMinor: t.field({ type: 'MinorUnits', required: true }),
    explanation: t.string({ required: true, defaultValue: '' }),
  }),
});

const CloseStatementsInput = builder.inputType('CloseStatementsInput', {
  fields: (t) => ({
    bank: t.field({ type: StatedBalanceInput, required: true }),
    clearing: t.field({ type: StatedBalanceInput, required: true }),
  }),
});

const ProposePeriodDecisionInput = builder.inputType('ProposePeriodDecisionInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    period: t.string({ required: true }),
    action: t.field({ type: PeriodActionType, required: true }),
    reason: t.string({ required: true, defaultValue: '' }),
    statements: t.field({ type: CloseStatementsInput, description: 'Of a closing.' }),
  }),
});

builder.mutationField('proposePeriodDecision', (t) =>
  t.field({
    type: PeriodDecisionType,
    authScopes: { byUseCase: 'period.propose' },
    description: 'Proposes to close the period that comes next, or to reopen the one closed last.',
    errors: refusals(proposePeriodDecisionErrors),
    args: { input: t.arg({ type: ProposePeriodDecisionInput, required: true }) },
    resolve: (_root, { input }, context) =>
      proposePeriodDecision(context, { ...input, statements: input.statements ?? null }),
  }),
);

signingStep('approvePeriodDecision', PeriodDecisionType, {
  right: 'period.approve',
  errors: approvePeriodDecisionErrors,
  act: approvePeriodDecision,
});

signingStep('executePeriodDecision', PeriodDecisionType, {
  right: 'period.execute',
  description: 'Closes or reopens. A closing is refused while a line of its checklist is open.',
  errors: executePeriodDecisionErrors,
  act: executePeriodDecision,
});

unsignedStep('withdrawPeriodDecision', PeriodDecisionType, {
  right: 'period.propose',
  errors: withdrawPeriodDecisionErrors,
  act: withdrawPeriodDecision,
});
