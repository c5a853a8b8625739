/** The runner's own rules: what it reads, what it skips and why, and what it says at the end. */
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { withoutDeviations } from './driver-deviations.ts';
import { exclusionReason } from './exclusions.ts';
import { assertExpectedError } from './expected-errors.ts';
import type { MatchScope } from './matching.ts';
import { readUnifiedFile } from './read-unified-file.ts';
import { ConformanceReport } from './report.ts';
import { unmetRequirement } from './requirements.ts';
import type { Operation, Requirement, UnifiedFile, UnifiedTest } from './unified-format.ts';

const scope: MatchScope = { savedValue: () => undefined, sessionId: () => undefined };

function fileText(changes: Record<string, unknown> = {}, testChanges: Record<string, unknown> = {}): string {
  const tests = [{ description: 'a test', operations: [], ...testChanges }];
  return JSON.stringify({ description: 'a file', schemaVersion: '1.0', tests, ...changes });
}

describe('reading a test file', () => {
  it('takes supported versions of the schema and refuses the others', () => {
    expect(readUnifiedFile(fileText({ schemaVersion: '1.21' })).tests).toHaveLength(1);
    expect(() => readUnifiedFile(fileText({ schemaVersion: '1.99' }))).toThrow('schema version 1.99');
    expect(() => readUnifiedFile(fileText({ schemaVersion: '2.0' }))).toThrow('schema version 2.0');
  });

  it('refuses what is no such file, and every field that it does not know', () => {
    expect(() => readUnifiedFile('{')).toThrow('not Extended JSON');
    expect(() => readUnifiedFile('{}')).toThrow('not a unified test file');
    expect(() => readUnifiedFile(fileText({ surprise: 1 }))).toThrow('surprise');
    expect(() => readUnifiedFile(fileText({}, { surprise: 1 }))).toThrow('surprise');
    expect(() =>
      readUnifiedFile(fileText({}, { operations: [{ name: 'a', object: 'b', surprise: 1 }] })),
    ).toThrow('surprise');
    expect(() => readUnifiedFile(fileText({ createEntities: [{ spaceship: { id: 'x' } }] }))).toThrow(
      'spaceship',
    );
  });

  it('keeps the BSON type of numbers that are written with one', () => {
    const documents = '[{"a":1,"b":{"$numberLong":"1"},"c":{"$numberDouble":"1.0"}}]';
    const text = fileText({ initialData: [{ collectionName: 'c', databaseName: 'd', documents: [] }] });
    const [data] =
      readUnifiedFile(text.replace('"documents":[]', `"documents":${documents}`)).initialData ?? [];
    expect(data?.documents[0]).toMatchObject({ a: 1, b: { _bsontype: 'Long' }, c: { _bsontype: 'Double' } });
  });
});

describe('requirements', () => {
  const server = {
    version: [8, 0, 0] as [number, number, number],
    topology: 'replicaset' as const,
    authenticated: false,
    parameter: (name: string) => Promise.resolve(name === 'enableTestCommands' ? true : undefined),
  };
  const unmet = (...requirements: Requirement[]): Promise<string | undefined> =>
    unmetRequirement(requirements, server);

  it('compare versions by their numbers', async () => {
    expect(await unmet({ minServerVersion: '8.0' })).toBeUndefined();
    expect(await unmet({ minServerVersion: '7.10.1', maxServerVersion: '8.0.0' })).toBeUndefined();
    expect(await unmet({ minServerVersion: '8.0.1' })).toBe(
      'for server version 8.0.1 and later; this one is 8.0.0',
    );
    expect(await unmet({ maxServerVersion: '7.99' })).toBe(
      'for server versions up to 7.99; this one is 8.0.0',
    );
  });

  it('are met when one of the alternatives is', async () => {
    expect(await unmet({ topologies: ['sharded'] }, { topologies: ['replicaset'] })).toBeUndefined();
    expect(await unmet({ topologies: ['sharded'] }, { auth: true })).toBe(
      'for topology sharded; this one is replicaset; or for servers with authentication',
    );
  });

  it('look at parameters, authentication, encryption and serverless', async () => {
    expect(await unmet({ serverParameters: { enableTestCommands: true } })).toBeUndefined();
    expect(await unmet({ serverParameters: { requireApiVersion: true } })).toContain('requireApiVersion');
    expect(await unmet({ auth: false, serverless: 'forbid', csfle: false })).toBeUndefined();
    expect(await unmet({ csfle: { minLibmongocryptVersion: '1.8' } })).toContain('encryption');
    expect(await unmet({ serverless: 'require' })).toContain('Serverless');
  });
});

describe('exclusions', () => {
  const file: UnifiedFile = { description: 'f', schemaVersion: '1.0', tests: [] };
  const testWith = (...operations: Operation[]): UnifiedTest => ({ description: 't', operations });
  const collated: Operation = {
    name: 'find',
    object: 'c',
    arguments: { filter: {}, collation: { locale: 'en' } },
  };

  it('find the feature in an operation, also inside a callback', () => {
    const nested = { name: 'withTransaction', object: 's', arguments: { callback: [collated] } };
    expect(exclusionReason(file, testWith(collated), true)).toContain('collations');
    expect(exclusionReason(file, testWith(nested), true)).toContain('collations');
    expect(exclusionReason(file, testWith({ name: 'find', object: 'c' }), true)).toBeUndefined();
  });

  it('of the engine do not hold for another server', () => {
    expect(exclusionReason(file, testWith(collated), false)).toBeUndefined();
    expect(exclusionReason(file, testWith({ name: 'mapReduce', object: 'c' }), false)).toContain('driver');
  });
});

describe('expected errors', () => {
  const server = new MongoServerError({
    message: 'E11000 duplicate key',
    code: 11000,
    codeName: 'DuplicateKey',
  });
  server.addErrorLabel('TransientTransactionError');

  it('are told by origin, text, code and label', () => {
    const passing = {
      isClientError: false,
      errorContains: 'e11000',
      errorCode: 11000,
      errorCodeName: 'duplicatekey',
    };
    expect(() =>
      assertExpectedError({ ...passing, errorLabelsContain: ['TransientTransactionError'] }, server, scope),
    ).not.toThrow();
    expect(() => assertExpectedError({ isClientError: true }, server, scope)).toThrow('of the client');
    expect(() =>
      assertExpectedError({ isClientError: true }, new MongoNetworkError('gone'), scope),
    ).not.toThrow();
    expect(() => assertExpectedError({ errorCode: 1 }, server, scope)).toThrow('with code 1');
    expect(() =>
      assertExpectedError({ errorLabelsOmit: ['TransientTransactionError'] }, server, scope),
    ).toThrow('without the label');
    expect(() => assertExpectedError({ errorLabelsContain: ['RetryableWriteError'] }, server, scope)).toThrow(
      'with the label',
    );
  });

  it('of another kind than a client bulk write have no list of write errors', () => {
    expect(() => assertExpectedError({ writeErrors: { 0: { code: 1 } } }, server, scope)).toThrow(
      'bulk write',
    );
  });
});

describe('known deviations of the driver', () => {
  it('are adapted where the test expects otherwise, and only there', () => {
    const actual = { commitTransaction: 1, writeConcern: { w: 1, wtimeout: 10000 } };
    expect(withoutDeviations({ writeConcern: { w: 1 } }, actual)).toEqual({
      commitTransaction: 1,
      writeConcern: { w: 1 },
    });
    expect(withoutDeviations({ writeConcern: { w: 1, wtimeout: 10000 } }, actual)).toEqual(actual);
    expect(withoutDeviations({ bypassDocumentValidation: false }, { insert: 'c' })).toHaveProperty(
      'bypassDocumentValidation',
    );
    expect(withoutDeviations({ bypassDocumentValidation: true }, { insert: 'c' })).toEqual({ insert: 'c' });
  });
});

describe('the report', () => {
  it('lists failures, counts each reason for skipping, and ends with the tally', () => {
    const report = new ConformanceReport();
    report.add('one', { kind: 'passed' });
    report.add('two', { kind: 'failed', reason: 'it broke' });
    for (let count = 0; count < 3; count += 1) report.add('more', { kind: 'skipped', reason: 'not for us' });
    expect(report.toString().split('\n')).toEqual([
      'FAILED two',
      '    it broke',
      'skipped 3: not for us',
      '1 passed, 1 failed, 3 skipped',
    ]);
  });
});
