/** Parties: who gives, applies and is paid. */
import { PARTY_KINDS, type AccountDoubt, type Party } from '../server/domain/party.ts';
import { listParties, registerParty, registerPartyErrors } from '../server/services/parties.ts';
import { builder } from './builder.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { LocaleType, LocalizedTextInput, LocalizedTextType } from './scalars.ts';

export const PartyKindType = builder.enumType('PartyKind', {
  values: Object.fromEntries(
    PARTY_KINDS.map((kind) => [kind.replace('-', '_').toUpperCase(), { value: kind }]),
  ),
});

export const BankAccountType = builder.objectRef<NonNullable<Party['bankAccount']>>('BankAccount').implement({
  readers: 'as-parent',
  fields: (t) => ({ bankName: t.exposeString('bankName'), accountNumber: t.exposeString('accountNumber') }),
});

const AccountDoubtType = builder.objectRef<AccountDoubt>('AccountDoubt').implement({
  readers: 'as-parent',
  description: 'The bank sent a payment to this account back, and nobody has decided since that it is right.',
  fields: (t) => ({
    disbursement: t.exposeID('disbursement'),
    on: t.expose('on', { type: 'Date' }),
    reason: t.exposeString('reason', {
      description: 'As the bank’s line says it; empty where it says nothing.',
    }),
  }),
});

export const PartyType = builder.objectRef<Party>('Party').implement({
  readers: 'as-parent',
  description: 'A government, an enterprise, a social organization or an individual (主体).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    kind: t.expose('kind', { type: PartyKindType }),
    name: t.expose('name', { type: LocalizedTextType }),
    locality: t.exposeString('locality', {
      nullable: true,
      description: 'Code; null for one from elsewhere.',
    }),
    creditCode: t.exposeString('creditCode', { nullable: true, description: 'Unified social credit code.' }),
    bankAccount: t.expose('bankAccount', {
      type: BankAccountType,
      nullable: true,
      authScopes: { right: 'party.read' },
      description: 'Where it is paid; staff only.',
    }),
    accountDoubt: t.field({
      type: AccountDoubtType,
      nullable: true,
      authScopes: { right: 'party.read' },
      description: 'Until a change of the account is executed, nothing is paid to it; staff only.',
      resolve: ({ accountDoubt }) => accountDoubt ?? null,
    }),
  }),
});

export const BankAccountInput = builder.inputType('BankAccountInput', {
  fields: (t) => ({ bankName: t.string({ required: true }), accountNumber: t.string({ required: true }) }),
});

const RegisterPartyInput = builder.inputType('RegisterPartyInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    kind: t.field({ type: PartyKindType, required: true }),
    name: t.field({ type: LocalizedTextInput, required: true }),
    locality: t.string(),
    creditCode: t.string(),
    bankAccount: t.field({ type: BankAccountInput }),
  }),
});

builder.mutationField('registerParty', (t) =>
  t.field({
    type: PartyType,
    authScopes: { byUseCase: 'party.register' },
    errors: refusals(registerPartyErrors),
    args: { input: t.arg({ type: RegisterPartyInput, required: true }) },
    resolve: (_root, { input }, context) =>
      registerParty(context, {
        id: input.id,
        kind: input.kind,
        name: input.name,
        locality: input.locality ?? null,
        creditCode: input.creditCode ?? null,
        bankAccount: input.bankAccount ?? null,
      }),
  }),
);

builder.queryField('parties', (t) =>
  t.field({
    type: pageType(PartyType),
    authScopes: { right: 'party.read' },
    description: 'By name.',
    args: {
      kind: t.arg({ type: PartyKindType }),
      search: t.arg.string({ description: 'Words of a name in any language, or of the credit code.' }),
      locale: t.arg({
        type: LocaleType,
        description: 'By the names of which language they are ordered; Chinese where left out.',
      }),
      only: t.arg.id({ description: 'Only this one: to name what was chosen before.' }),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { kind, search, locale, only, ...page }, context) =>
      listParties(
        context,
        {
          ...{ kind: kind ?? null, search: search ?? null },
          ...{ locale: locale ?? 'zh', only: only ?? null },
        },
        pageOfArgs(page),
      ),
  }),
);
