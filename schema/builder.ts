/**
 * The one schema builder. Every field has a rule that says who may use it, of its own or of its type (`access-rules.ts`);
 * expected refusals are members of the field's result union, and anything else that is thrown is a defect, masked by the server.
 */
import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { holdsRight, RIGHTS, type Right } from '../server/domain/access.ts';
import { TokenNotEnough } from '../server/domain/api-token.ts';
import { NotPermitted, SignInRequired } from '../server/domain/errors.ts';
import type { ServiceContext } from '../server/services/context.ts';
import type { UseCaseRule } from './access-rules.ts';

export const builder = new SchemaBuilder<{
  Context: ServiceContext;
  DefaultFieldNullability: false;
  AuthScopes: {
    /** Anyone, signed in or not. */
    public: boolean;
    /** Gives only what belongs to whoever asks, and nothing to a visitor; not for an API token. */
    self: boolean;
    /** The signed link that is an argument is the right; the use case asks it first. */
    mailedLink: boolean;
    /** The use case itself asks for this right, or one of these, because it depends on the thing. */
    byUseCase: UseCaseRule | readonly UseCaseRule[];
    right: Right;
  };
  Scalars: {
    ID: { Input: string; Output: string };
    Date: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    MinorUnits: { Input: bigint; Output: bigint };
  };
}>({
  plugins: [ScopeAuthPlugin, ErrorsPlugin, RelayPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes: (context) => ({
      public: true,
      self: context.actor.kind !== 'person' || context.actor.token === undefined,
      mailedLink: true,
      byUseCase: () => true,
      right: (right) => holdsRight(context.actor, right),
    }),
    unauthorizedError: (_parent, context, info) => {
      if (context.actor.kind === 'anonymous') return new SignInRequired();
      const options = info.parentType.getFields()[info.fieldName]?.extensions.pothosOptions as
        | { authScopes?: { right?: Right; self?: boolean } }
        | undefined;
      if (options?.authScopes?.self === true) return new TokenNotEnough();
      const right = options?.authScopes?.right;
      return new NotPermitted(right ?? info.fieldName, right === undefined ? [] : RIGHTS[right].roles);
    },
  },
  errors: { defaultTypes: [] },
  relay: { clientMutationId: 'omit', cursorType: 'String' },
});

builder.queryType({ description: 'Everything that can be read.' });
builder.mutationType({
  description: 'Everything that can be done. Ids of new things are UUIDs made by the client.',
});
