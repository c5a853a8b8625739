/**
 * Refusals as GraphQL types: one object type per error class, all of them a `Refusal`. A client shows the sentence of
 * its own language by `code`, filled with `details`.
 */
import type { DomainError, InputFault, InvalidInput } from '../server/domain/errors.ts';
import { builder } from './builder.ts';

interface Detail {
  readonly name: string;
  readonly values: readonly string[];
}

const DetailType = builder.objectRef<Detail>('RefusalDetail').implement({
  readers: 'everyone',
  description: 'A value that the sentence of a refusal is filled with.',
  fields: (t) => ({ name: t.exposeString('name'), values: t.exposeStringList('values') }),
});

export const FaultType = builder.objectRef<InputFault>('InputFault').implement({
  readers: 'everyone',
  description: 'One thing wrong with the input.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Where: `restriction.sectors[0]`.' }),
    reason: t.exposeString('reason', { description: 'Stable, for translation: `unknown-sector`.' }),
    message: t.exposeString('message'),
  }),
});

function detailsOf(error: DomainError): Detail[] {
  return Object.entries(error.data).map(([name, value]) => ({
    name,
    values: typeof value === 'object' ? [...value] : [String(value)],
  }));
}

const RefusalType = builder.interfaceRef<DomainError>('Refusal').implement({
  description: 'Why something was not done, and what to do about it. Nothing was changed.',
  fields: (t) => ({
    code: t.exposeString('code'),
    message: t.exposeString('message', { description: 'In English; clients translate by `code`.' }),
    details: t.field({ type: [DetailType], resolve: detailsOf }),
    faults: t.field({
      type: [FaultType],
      description: 'For wrong input: each fault with its path. Empty for other refusals.',
      // The errors plugin hands over a proxy, which is an instance of nothing.
      resolve: (error) => [...((error as Partial<InvalidInput>).faults ?? [])],
    }),
  }),
});

export type ErrorClass = abstract new (...parameters: never[]) => DomainError;

const registered = new Set<ErrorClass>();

/**
 * Makes sure that each error class has its GraphQL type, named after the class, and gives the list that a field's
 * `errors` option takes: the same list that the use case exports.
 */
export function refusals(classes: readonly ErrorClass[]) {
  for (const errorClass of classes) {
    if (registered.has(errorClass)) continue;
    registered.add(errorClass);
    builder.objectType(errorClass as new () => DomainError, {
      name: errorClass.name,
      readers: 'everyone',
      interfaces: [RefusalType],
    });
  }
  return { types: [...classes] as unknown as (new () => DomainError)[] };
}
