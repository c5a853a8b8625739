/** Documents and verification of parties, changes of their bank accounts, and the related-party register. */
import {
  DOCUMENT_KINDS,
  RELATION_KINDS,
  type PartyDocument,
  type Relation,
  type Verification,
} from '../server/domain/party-standing.ts';
import {
  declareRelation,
  declareRelationErrors,
  documentsOf,
  endRelation,
  endRelationErrors,
  listRelations,
  verificationOf,
  verifyParty,
  verifyPartyErrors,
} from '../server/services/party-standing.ts';
import {
  approvePayeeChange,
  approvePayeeChangeErrors,
  executePayeeChange,
  executePayeeChangeErrors,
  listPayeeChanges,
  proposePayeeChange,
  proposePayeeChangeErrors,
  withdrawPayeeChange,
  withdrawPayeeChangeErrors,
  type PayeeChange,
} from '../server/services/payee-changes.ts';
import { findPartyFor } from '../server/services/parties.ts';
import { NotFound, NotPermitted, SignInRequired } from '../server/domain/errors.ts';
import { builder } from './builder.ts';
import { ControlType, SignatureType } from './control.ts';
import { signingStep, unsignedStep } from './controlled-steps.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';
import { BankAccountInput, BankAccountType, PartyType } from './party.ts';

const DocumentKindType = builder.enumType('DocumentKind', { values: enumValues(DOCUMENT_KINDS) });

const PartyDocumentType = builder.objectRef<PartyDocument>('PartyDocument').implement({
  readers: 'as-parent',
  description: 'A legal document of a party (法律文件).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    kind: t.expose('kind', { type: DocumentKindType }),
    title: t.exposeString('title'),
    validUntil: t.expose('validUntil', { type: 'Date', nullable: true }),
    sizeBytes: t.exposeInt('sizeBytes'),
    sha256: t.exposeString('sha256'),
    path: t.string({
      description: 'Where it is, from the root of this site.',
      resolve: ({ party, _id }) => `/party-documents/${party}/${_id}`,
    }),
    addedBy: t.expose('addedBy', { type: SignatureType }),
  }),
});

const VerificationOutcomeType = builder.enumType('VerificationOutcome', {
  values: { VERIFIED: { value: 'verified' }, REFUSED: { value: 'refused' } } as const,
});

const VerificationType = builder.objectRef<Verification>('PartyVerification').implement({
  readers: 'as-parent',
  description: 'Staff compared the party with its documents (核验).',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: VerificationOutcomeType }),
    note: t.exposeString('note'),
    by: t.expose('by', { type: SignatureType }),
  }),
});

const PayeeChangeStatusType = builder.enumType('PayeeChangeStatus', {
  values: {
    PROPOSED: { value: 'proposed' },
    EXECUTED: { value: 'executed' },
    WITHDRAWN: { value: 'withdrawn' },
  } as const,
});

const PayeeChangeType = builder.objectRef<PayeeChange>('PayeeChange').implement({
  readers: 'as-parent',
  description: 'A change of the account that a party is paid to, under four eyes.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    before: t.expose('before', { type: BankAccountType, nullable: true }),
    after: t.expose('after', { type: BankAccountType }),
    reason: t.exposeString('reason'),
    status: t.expose('status', { type: PayeeChangeStatusType }),
    control: t.field({
      type: ControlType,
      resolve: ({ control }) => ({ control, kind: 'payee-change' as const, amountMinor: null }),
    }),
  }),
});

builder.objectFields(PartyType, (t) => ({
  documents: t.field({
    type: [PartyDocumentType],
    authScopes: { right: 'party.read' },
    resolve: ({ _id }, _args, { database }) => documentsOf(database, _id),
  }),
  verification: t.field({
    type: VerificationType,
    nullable: true,
    authScopes: { right: 'party.read' },
    description: 'The latest, of the party as it stands; null before anybody compared it.',
    resolve: (party, _args, context) => verificationOf(context, party),
  }),
  payeeChanges: t.field({
    type: [PayeeChangeType],
    authScopes: { right: 'party.read' },
    description: 'Latest first.',
    resolve: ({ _id }, _args, context) => listPayeeChanges(context, _id),
  }),
}));

builder.queryField('party', (t) =>
  t.field({
    type: PartyType,
    authScopes: { byUseCase: 'party.read' },
    errors: refusals([NotFound, NotPermitted, SignInRequired]),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => findPartyFor(context, id),
  }),
);

const VerifyPartyInput = builder.inputType('VerifyPartyInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    party: t.id({ required: true }),
    outcome: t.field({ type: VerificationOutcomeType, required: true }),
    note: t.string({ required: true, description: 'What was compared with what.' }),
  }),
});

builder.mutationField('verifyParty', (t) =>
  t.field({
    type: PartyType,
    authScopes: { byUseCase: 'party.verify' },
    description: 'By somebody who neither registered it nor brought its documents.',
    errors: refusals(verifyPartyErrors),
    args: { input: t.arg({ type: VerifyPartyInput, required: true }) },
    resolve: (_root, { input }, context) => verifyParty(context, input),
  }),
);

const ProposePayeeChangeInput = builder.inputType('ProposePayeeChangeInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    party: t.id({ required: true }),
    account: t.field({ type: BankAccountInput, required: true }),
    reason: t.string({ required: true }),
  }),
});

builder.mutationField('proposePayeeChange', (t) =>
  t.field({
    type: PayeeChangeType,
    authScopes: { byUseCase: 'payee.propose' },
    errors: refusals(proposePayeeChangeErrors),
    args: { input: t.arg({ type: ProposePayeeChangeInput, required: true }) },
    resolve: (_root, { input }, context) => proposePayeeChange(context, input),
  }),
);

signingStep('approvePayeeChange', PayeeChangeType, {
  right: 'payee.approve',
  errors: approvePayeeChangeErrors,
  act: approvePayeeChange,
});

signingStep('executePayeeChange', PayeeChangeType, {
  right: 'payee.execute',
  errors: executePayeeChangeErrors,
  act: executePayeeChange,
});

unsignedStep('withdrawPayeeChange', PayeeChangeType, {
  right: 'payee.propose',
  errors: withdrawPayeeChangeErrors,
  act: (context, { id }) => withdrawPayeeChange(context, id),
});

const RelationKindType = builder.enumType('RelationKind', { values: enumValues(RELATION_KINDS) });

const RelationType = builder.objectRef<Relation>('Relation').implement({
  readers: 'as-parent',
  description: 'A line of the related-party register (关联方登记).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    person: t.exposeID('person'),
    personName: t.exposeString('personName'),
    party: t.exposeID('party'),
    kind: t.expose('kind', { type: RelationKindType }),
    note: t.exposeString('note'),
    declaredBy: t.expose('declaredBy', { type: SignatureType }),
  }),
});

const DeclareRelationInput = builder.inputType('DeclareRelationInput', {
  fields: (t) => ({
    id: t.id(),
    person: t.id({ description: 'Left out: about oneself.' }),
    party: t.id({ required: true }),
    kind: t.field({ type: RelationKindType, required: true }),
    note: t.string({ required: true }),
  }),
});

builder.mutationField('declareRelation', (t) =>
  t.field({
    type: RelationType,
    authScopes: { self: true },
    description: 'Everybody about themselves; about somebody else with the right `relation.record`.',
    errors: refusals(declareRelationErrors),
    args: { input: t.arg({ type: DeclareRelationInput, required: true }) },
    resolve: (_root, { input }, context) =>
      declareRelation(context, { ...input, id: input.id ?? null, person: input.person ?? null }),
  }),
);

builder.mutationField('endRelation', (t) =>
  t.field({
    type: RelationType,
    authScopes: { byUseCase: 'relation.record' },
    errors: refusals(endRelationErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => endRelation(context, id),
  }),
);

builder.queryField('relations', (t) =>
  t.field({
    type: [RelationType],
    authScopes: { right: 'relation.read' },
    args: { party: t.arg.id() },
    resolve: (_root, { party }, context) => listRelations(context, party ?? null),
  }),
);
