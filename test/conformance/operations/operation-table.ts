/** What an operation is to the runner: the arguments it knows, how to run it, and how its result is compared. */
import type { ClientEntity } from '../client-entity.ts';
import { readPreferenceFrom, writeConcernFrom } from '../common-options.ts';
import type { EntityMap } from '../entities.ts';
import type { ServerUnderTest } from '../server-under-test.ts';
import {
  type Fields,
  FormatError,
  isDocument,
  type Operation,
  refuseUnknownFields,
} from '../unified-format.ts';

/** What a running test gives to its operations. */
export interface TestContext {
  entities: EntityMap;
  server: ServerUnderTest;
  /** Runs an operation with all its assertions; `rethrow` passes on even an expected error. */
  run(operation: Operation, options?: { rethrow: boolean }): Promise<void>;
  /** Remembers a fail point, to be switched off after the test. */
  addFailPoint(name: string, address: string | undefined): void;
}

export interface OperationRule<Target> {
  /** Every argument that the operation may have; another one fails the test. */
  known: readonly string[];
  /** Its result is a list of root documents, as from a cursor. */
  rootElements?: boolean;
  /** What it saves when it is no plain value: an entity with operations of its own. */
  saves?: 'cursor' | 'collection';
  run(target: Target, given: Fields, context: TestContext): Promise<unknown>;
}

export type OperationTable<Target> = Record<string, OperationRule<Target>>;

/** The driver's document types say nothing that the format does not; a test's values go in as they are. */
type Loose = never;

/** Passes a value of the test file to the driver, whose own checks are part of what is tested. */
export function loose(value: unknown): Loose {
  return value as never;
}

/** The rule of an operation. @throws FormatError when the runner has none of that name. */
export function ruleOf<Target>(
  table: OperationTable<Target>,
  name: string,
  kind: string,
): OperationRule<Target> {
  const rule = Object.hasOwn(table, name) ? table[name] : undefined;
  if (rule === undefined)
    throw new FormatError(`the runner does not know the operation ${name} of a ${kind}`);
  return rule;
}

/** The arguments with sessions, concerns and preferences turned into what the driver takes. */
export function preparedArguments(
  operation: Operation,
  known: readonly string[],
  entities: EntityMap,
): Fields {
  const given = { ...operation.arguments };
  refuseUnknownFields(given, known, `the operation ${operation.name}`);
  for (const [name, value] of Object.entries(given)) {
    if (isDocument(value) && '$$placeholder' in value) {
      throw new FormatError(`there is no value for the placeholder of ${name}`);
    }
  }
  if ('session' in given) given['session'] = entities.get('session', given['session']).session;
  if ('readPreference' in given) given['readPreference'] = readPreferenceFrom(given['readPreference']);
  if ('writeConcern' in given) given['writeConcern'] = writeConcernFrom(given['writeConcern']);
  return given;
}

/** The last commands that a client has started, newest last. */
export function startedCommands({ events }: ClientEntity): Fields[] {
  return events.all
    .filter(({ kind }) => kind === 'commandStartedEvent')
    .map(({ event }) => event['command'] as Fields);
}
