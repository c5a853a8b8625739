/** Funds and what the ledger says they hold. */
import type { Fund } from '../server/domain/fund.ts';
import { listFunds, type FundWithPosition } from '../server/services/funds.ts';
import { builder } from './builder.ts';
import { pageOfArgs, pageType } from './page.ts';
import { LocalizedTextType } from './scalars.ts';
import { RestrictionType } from './restriction.ts';

const FundKindType = builder.enumType('FundKind', {
  values: {
    UNRESTRICTED: { value: 'unrestricted' },
    RESTRICTED: { value: 'restricted' },
    PROJECT: { value: 'project' },
    MATCHING_POOL: { value: 'matching-pool' },
  } as const,
});

export const FundType = builder.objectRef<Fund>('Fund').implement({
  readers: 'everyone',
  description: 'Money with one restriction (基金).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    kind: t.expose('kind', { type: FundKindType }),
    name: t.expose('name', { type: LocalizedTextType }),
    restriction: t.expose('restriction', { type: RestrictionType }),
  }),
});

const FundPositionType = builder.objectRef<FundWithPosition>('FundWithPosition').implement({
  readers: 'as-parent',
  description: 'A fund with what it holds: what may still be allocated, and how much of it is cash.',
  fields: (t) => ({
    fund: t.field({ type: FundType, resolve: (fund) => fund }),
    balanceMinor: t.field({ type: 'MinorUnits', resolve: (fund) => fund.position.balanceMinor }),
    cashMinor: t.field({ type: 'MinorUnits', resolve: (fund) => fund.position.cashMinor }),
    receivableMinor: t.field({ type: 'MinorUnits', resolve: (fund) => fund.position.receivableMinor }),
  }),
});

builder.queryField('funds', (t) =>
  t.field({
    type: pageType(FundPositionType),
    authScopes: { right: 'ledger.read' },
    description: 'The latest opened first.',
    args: {
      kind: t.arg({ type: FundKindType }),
      search: t.arg.string({ description: 'Words of the name in any language.' }),
      only: t.arg.id({ description: 'Only this one: to name what was chosen before.' }),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { kind, search, only, ...page }, context) =>
      listFunds(
        context,
        { kind: kind ?? null, search: search ?? null, only: only ?? null },
        pageOfArgs(page),
      ),
  }),
);
