/** What conditional pledges of a round come to: as things stand, and once they are settled. */
import type { Absence, PartyOutlook, PledgeOutlook } from '../server/domain/conditional-pledge.ts';
import { findParty } from '../server/services/parties.ts';
import { findSettlement, readOutlook, type PledgerOutlook } from '../server/services/pledge-settlement.ts';
import { builder } from './builder.ts';
import { PartyType } from './party.ts';

const PledgeOutlookType = builder.objectRef<PledgeOutlook>('PledgeOutlook').implement({
  readers: 'as-parent',
  description: 'What one pledge comes to as things stand. What is conditional is no money yet.',
  fields: (t) => ({
    pledge: t.exposeID('pledge'),
    party: t.field({
      type: PartyType,
      resolve: ({ party }, _args, { database }) => findParty(database, party),
    }),
    isConditional: t.exposeBoolean('isConditional'),
    capMinor: t.expose('capMinor', { type: 'MinorUnits' }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
    boundBy: t.exposeString('boundBy', { description: '`cap`, `rate` or `proviso`.' }),
  }),
});

const PartyOutlookType = builder.objectRef<PartyOutlook>('PartyOutlook').implement({
  readers: 'as-parent',
  description: 'What hangs on one party.',
  fields: (t) => ({
    party: t.field({
      type: PartyType,
      resolve: ({ party }, _args, { database }) => findParty(database, party),
    }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
    othersWouldAddMinor: t.expose('othersWouldAddMinor', { type: 'MinorUnits' }),
    othersWouldLoseMinor: t.expose('othersWouldLoseMinor', { type: 'MinorUnits' }),
  }),
});

const AbsenceType = builder.objectRef<Absence>('PledgeIfAbsent').implement({
  readers: 'as-parent',
  description:
    'What the asking party would pay if another did not come; without a party: if none of them did.',
  fields: (t) => ({
    party: t.field({
      type: PartyType,
      nullable: true,
      resolve: ({ party }, _args, { database }) => (party === null ? null : findParty(database, party)),
    }),
    amountMinor: t.expose('amountMinor', { type: 'MinorUnits' }),
  }),
});

const RoundOutlookType = builder.objectRef<PledgerOutlook>('RoundOutlook').implement({
  readers: 'as-parent',
  fields: (t) => ({
    pledges: t.field({ type: [PledgeOutlookType], resolve: ({ pledges }) => [...pledges] }),
    parties: t.field({ type: [PartyOutlookType], resolve: ({ parties }) => [...parties] }),
    absences: t.field({ type: [AbsenceType], resolve: ({ absences }) => [...absences] }),
  }),
});

builder.queryField('pledgeOutlook', (t) =>
  t.field({
    type: RoundOutlookType,
    authScopes: { byUseCase: 'pledge.read' },
    description: 'What the pledges of a round come to as things stand; name `party` to see it as a pledger.',
    args: { round: t.arg.id({ required: true }), party: t.arg.id() },
    resolve: (_root, { round, party }, context) => readOutlook(context, { round, party: party ?? null }),
  }),
);

const PledgeSettlementType = builder
  .objectRef<NonNullable<Awaited<ReturnType<typeof findSettlement>>>>('PledgeSettlement')
  .implement({
    readers: 'as-parent',
    description: 'The settlement of a round, with what it was computed from.',
    fields: (t) => ({
      problemJson: t.exposeString('problemJson'),
      resultJson: t.exposeString('resultJson'),
      settledAt: t.expose('settledAt', { type: 'DateTime' }),
    }),
  });

builder.queryField('pledgeSettlement', (t) =>
  t.field({
    type: PledgeSettlementType,
    nullable: true,
    authScopes: { right: 'pledge.read' },
    args: { round: t.arg.id({ required: true }) },
    resolve: (_root, { round }, context) => findSettlement(context, round),
  }),
);
