/**
 * The steps on a thing under four eyes as mutations. Whoever signs says by the digest exactly what they saw, so that
 * nobody signs what was changed behind them.
 */
import type { ObjectRef } from '@pothos/core';
import type { ServiceContext } from '../server/services/context.ts';
import type { UseCaseRule } from './access-rules.ts';
import { builder } from './builder.ts';
import { refusals, type ErrorClass } from './errors.ts';

type Types = (typeof builder)['$inferSchemaTypes'];

interface Step<Thing, Input> {
  readonly right: UseCaseRule;
  readonly errors: readonly ErrorClass[];
  readonly description?: string;
  readonly act: (context: ServiceContext, input: Input) => Promise<Thing>;
}

interface OfThing {
  readonly id: string;
}

interface OfThingAsSeen extends OfThing {
  readonly digest: string;
}

/** A mutation that approves or executes a thing exactly as it was seen. */
export function signingStep<Thing>(
  name: string,
  type: ObjectRef<Types, Thing, Thing>,
  { right, errors, description, act }: Step<Thing, OfThingAsSeen>,
): void {
  builder.mutationField(name, (t) =>
    t.field({
      type,
      authScopes: { byUseCase: right },
      ...(description === undefined ? {} : { description }),
      errors: refusals(errors),
      args: {
        id: t.arg.id({ required: true }),
        digest: t.arg.string({
          required: true,
          description: 'Of the thing as it was seen: `control.digest`.',
        }),
      },
      // The compiler cannot know that a thing is no list.
      resolve: (_root, args, context) => act(context, args) as never,
    }),
  );
}

/** A mutation that takes a step on a thing for which nothing has to be seen again: taking it back, say. */
export function unsignedStep<Thing>(
  name: string,
  type: ObjectRef<Types, Thing, Thing>,
  { right, errors, description, act }: Step<Thing, OfThing>,
): void {
  builder.mutationField(name, (t) =>
    t.field({
      type,
      authScopes: { byUseCase: right },
      ...(description === undefined ? {} : { description }),
      errors: refusals(errors),
      args: { id: t.arg.id({ required: true }) },
      // The compiler cannot know that a thing is no list.
      resolve: (_root, args, context) => act(context, args) as never,
    }),
  );
}
