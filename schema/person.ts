/** People with accounts: who they are, what they may do, and making their accounts. */
import { ROLES, type MemberRole, type Membership } from '../server/domain/access.ts';
import {
  createAccount,
  createAccountErrors,
  type CreatedAccount,
} from '../server/services/people/create-account.ts';
import {
  changeRoles,
  closeAccount,
  endAccessOf,
  inviteAgain,
  inviteAgainErrors,
  manageAccountErrors,
  reopenAccount,
  resetSecondFactor,
} from '../server/services/people/manage-account.ts';
import { listPeople, standingOf, type Account } from '../server/services/people/list-people.ts';
import { findGrantee } from '../server/services/projects.ts';
import { listOrganizations, type Organization } from '../server/services/parties.ts';
import { builder } from './builder.ts';
import { refusals } from './errors.ts';
import { pageOfArgs, pageType } from './page.ts';
import { LocaleType, LocalizedTextType } from './scalars.ts';

export const RoleType = builder.enumType('Role', {
  description: 'A role in the foundation.',
  values: Object.fromEntries(ROLES.map((role) => [enumName(role), { value: role }])),
});

const MemberRoleType = builder.enumType('MemberRole', {
  description: 'A role in an organization: the owner signs, an editor drafts.',
  values: { OWNER: { value: 'owner' }, EDITOR: { value: 'editor' } } satisfies Record<
    string,
    { value: MemberRole }
  >,
});

function enumName(code: string): string {
  return code.replaceAll('-', '_').toUpperCase();
}

const MembershipType = builder.objectRef<Membership>('Membership').implement({
  readers: 'as-parent',
  description: 'A person’s role in an organization.',
  fields: (t) => ({
    partyId: t.exposeID('partyId'),
    role: t.expose('role', { type: MemberRoleType }),
    partyName: t.field({
      type: LocalizedTextType,
      nullable: true,
      resolve: async ({ partyId }, _args, context) => (await findGrantee(context, partyId))?.name ?? null,
    }),
  }),
});

export const PersonType = builder.objectRef<Account>('Person').implement({
  readers: 'as-parent',
  description: 'Somebody with an account; seen by administrators and by the person.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    name: t.exposeString('name'),
    email: t.exposeString('email'),
    roles: t.field({ type: [RoleType], resolve: ({ roles }) => [...roles] }),
    memberships: t.field({ type: [MembershipType], resolve: ({ memberships }) => [...memberships] }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    closedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Null while the account may be used.',
      resolve: ({ closedAt }) => closedAt,
    }),
    pending: t.boolean({
      description: 'Invited, and no password chosen yet.',
      resolve: async ({ _id }, _args, context) => (await standingOf(context, _id)).pending,
    }),
    hasSecondFactor: t.boolean({
      resolve: async ({ _id }, _args, context) => (await standingOf(context, _id)).hasSecondFactor,
    }),
  }),
});

const CreatedAccountType = builder.objectRef<CreatedAccount>('CreatedAccount').implement({
  readers: 'as-parent',
  fields: (t) => ({
    person: t.expose('person', { type: PersonType }),
    generatedPassword: t.exposeString('generatedPassword', {
      nullable: true,
      description: 'Where none was given: the password to hand over. Shown this once.',
    }),
  }),
});

const MembershipInput = builder.inputType('MembershipInput', {
  fields: (t) => ({
    partyId: t.id({ required: true }),
    role: t.field({ type: MemberRoleType, required: true }),
  }),
});

const CreateAccountInput = builder.inputType('CreateAccountInput', {
  fields: (t) => ({
    id: t.id({ description: 'A UUID made by the client, so that a retry is safe.' }),
    name: t.string({ required: true }),
    email: t.string({ required: true }),
    password: t.string({
      description: 'Left out: one is made and shown once, unless the person is invited.',
    }),
    invite: t.boolean({
      defaultValue: false,
      required: true,
      description: 'Mails the person a link to choose a password.',
    }),
    roles: t.field({ type: [RoleType], required: true }),
    memberships: t.field({ type: [MembershipInput], required: true }),
  }),
});

builder.mutationField('createAccount', (t) =>
  t.field({
    type: CreatedAccountType,
    authScopes: { byUseCase: 'account.manage' },
    errors: refusals(createAccountErrors),
    args: { input: t.arg({ type: CreateAccountInput, required: true }) },
    resolve: (_root, { input }, context) =>
      createAccount(context, { ...input, id: input.id ?? null, password: input.password ?? null }),
  }),
);

const ChangeRolesInput = builder.inputType('ChangeRolesInput', {
  fields: (t) => ({
    person: t.id({ required: true }),
    roles: t.field({ type: [RoleType], required: true }),
    memberships: t.field({ type: [MembershipInput], required: true }),
    reason: t.string({ required: true }),
  }),
});

builder.mutationField('changeRoles', (t) =>
  t.field({
    type: PersonType,
    authScopes: { byUseCase: 'account.manage' },
    description:
      'Of somebody else. What they approved under a role that is taken away needs another approval.',
    errors: refusals(manageAccountErrors),
    args: { input: t.arg({ type: ChangeRolesInput, required: true }) },
    resolve: (_root, { input }, context) => changeRoles(context, input),
  }),
);

const ManageAccountInput = builder.inputType('ManageAccountInput', {
  fields: (t) => ({ person: t.id({ required: true }), reason: t.string({ required: true }) }),
});

builder.mutationField('closeAccount', (t) =>
  t.field({
    type: PersonType,
    authScopes: { byUseCase: 'account.manage' },
    description: 'Ends every session of the person at once.',
    errors: refusals(manageAccountErrors),
    args: { input: t.arg({ type: ManageAccountInput, required: true }) },
    resolve: (_root, { input }, context) => closeAccount(context, input),
  }),
);

builder.mutationField('reopenAccount', (t) =>
  t.field({
    type: PersonType,
    authScopes: { byUseCase: 'account.manage' },
    errors: refusals(manageAccountErrors),
    args: { input: t.arg({ type: ManageAccountInput, required: true }) },
    resolve: (_root, { input }, context) => reopenAccount(context, input),
  }),
);

builder.mutationField('resetSecondFactor', (t) =>
  t.field({
    type: PersonType,
    authScopes: { byUseCase: 'account.manage' },
    description: 'For a lost device: the person sets up another one at the next sign-in.',
    errors: refusals(manageAccountErrors),
    args: { input: t.arg({ type: ManageAccountInput, required: true }) },
    resolve: (_root, { input }, context) => resetSecondFactor(context, input),
  }),
);

builder.mutationField('endAccessOf', (t) =>
  t.field({
    type: PersonType,
    authScopes: { byUseCase: 'account.manage' },
    description: 'Ends every session and API token of somebody else; the account stays open.',
    errors: refusals(manageAccountErrors),
    args: { input: t.arg({ type: ManageAccountInput, required: true }) },
    resolve: (_root, { input }, context) => endAccessOf(context, input),
  }),
);

builder.mutationField('inviteAgain', (t) =>
  t.field({
    type: PersonType,
    authScopes: { byUseCase: 'account.manage' },
    description: 'Mails another invitation to somebody who has not chosen a password yet.',
    errors: refusals(inviteAgainErrors),
    args: { input: t.arg({ type: ManageAccountInput, required: true }) },
    resolve: (_root, { input }, context) => inviteAgain(context, input),
  }),
);

export const OrganizationType = builder.objectRef<Organization>('Organization').implement({
  readers: 'as-parent',
  description: 'A party that people can be members of, by its name alone.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    name: t.expose('name', { type: LocalizedTextType }),
  }),
});

builder.queryField('organizations', (t) =>
  t.field({
    type: pageType(OrganizationType),
    authScopes: { right: 'account.manage' },
    description: 'By name.',
    args: {
      search: t.arg.string({ description: 'Words of a name in any language, or of the credit code.' }),
      locale: t.arg({
        type: LocaleType,
        description: 'By the names of which language they are ordered; Chinese where left out.',
      }),
      only: t.arg.id({ description: 'Only this one: to name what was chosen before.' }),
      first: t.arg.int({ defaultValue: 50, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { search, locale, only, ...page }, context) =>
      listOrganizations(
        context,
        { search: search ?? null, locale: locale ?? 'zh', only: only ?? null },
        pageOfArgs(page),
      ),
  }),
);

builder.queryField('people', (t) =>
  t.field({
    type: pageType(PersonType),
    authScopes: { right: 'account.manage' },
    description: 'Everybody with an account, by name.',
    args: {
      search: t.arg.string({ description: 'Words of the name or the address.' }),
      first: t.arg.int({ defaultValue: 100, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { search, ...page }, context) => listPeople(context, search ?? null, pageOfArgs(page)),
  }),
);
