/** API tokens: for scripts that act for a person within scopes. */
import type { ApiToken } from '../server/domain/api-token.ts';
import { TOKEN_SCOPES } from '../server/domain/api-token.ts';
import {
  createApiToken,
  createApiTokenErrors,
  listApiTokens,
  revokeApiToken,
  revokeApiTokenErrors,
} from '../server/services/people/api-tokens.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';
import { refusals } from './errors.ts';

const TokenScopeType = builder.enumType('TokenScope', {
  description: 'A right that a token may carry, as in the table of rights.',
  values: enumValues(TOKEN_SCOPES),
});

const ApiTokenType = builder.objectRef<ApiToken>('ApiToken').implement({
  readers: 'as-parent',
  description: 'Lets a script act for its person within scopes (接口令牌).',
  fields: (t) => ({
    id: t.exposeID('_id'),
    name: t.exposeString('name'),
    scopes: t.field({ type: [TokenScopeType], resolve: ({ scopes }) => [...scopes] }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true }),
  }),
});

const CreatedTokenType = builder
  .objectRef<{ readonly token: ApiToken; readonly text: string }>('CreatedApiToken')
  .implement({
    readers: 'as-parent',
    fields: (t) => ({
      token: t.expose('token', { type: ApiTokenType }),
      text: t.exposeString('text', {
        description: 'Goes into the header `authorization: Bearer …`. Shown this once.',
      }),
    }),
  });

const CreateApiTokenInput = builder.inputType('CreateApiTokenInput', {
  fields: (t) => ({
    id: t.id({ required: true }),
    name: t.string({ required: true }),
    scopes: t.field({ type: [TokenScopeType], required: true }),
    days: t.int({ required: true }),
  }),
});

builder.mutationField('createApiToken', (t) =>
  t.field({
    type: CreatedTokenType,
    authScopes: { self: true },
    errors: refusals(createApiTokenErrors),
    args: { input: t.arg({ type: CreateApiTokenInput, required: true }) },
    resolve: (_root, { input }, context) => createApiToken(context, input),
  }),
);

builder.mutationField('revokeApiToken', (t) =>
  t.field({
    type: [ApiTokenType],
    authScopes: { self: true },
    description: 'Ends one of one’s own tokens and gives those that are left.',
    errors: refusals(revokeApiTokenErrors),
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) => revokeApiToken(context, id),
  }),
);

builder.queryField('apiTokens', (t) =>
  t.field({
    type: [ApiTokenType],
    authScopes: { self: true },
    description: 'One’s own, newest first.',
    resolve: (_root, _args, context) => listApiTokens(context),
  }),
);
