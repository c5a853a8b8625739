import { describe, expect, it } from 'vitest';
import { chooseServer, type ServerCandidates } from '../support/mongo.ts';

const nothing: ServerCandidates = {
  demanded: undefined,
  systemBinary: undefined,
  installedMongod: undefined,
  embeddedMongod: '/repository/server/embedded-mongod/mongod',
};

describe('choosing the server for tests', () => {
  it('prefers the binary that the environment names', () => {
    const choice = chooseServer({
      ...nothing,
      systemBinary: '/opt/mongod',
      installedMongod: '/usr/bin/mongod',
    });
    expect(choice.systemBinary).toBe('/opt/mongod');
  });

  it('then takes a mongod that is already on the machine', () => {
    expect(chooseServer({ ...nothing, installedMongod: '/usr/bin/mongod' }).systemBinary).toBe(
      '/usr/bin/mongod',
    );
  });

  it('falls back to the embedded engine', () => {
    expect(chooseServer(nothing)).toEqual({
      description: 'the embedded engine',
      systemBinary: nothing.embeddedMongod,
    });
  });

  it('never takes the embedded engine when a real mongod is demanded', () => {
    expect(chooseServer({ ...nothing, demanded: 'mongod' }).systemBinary).toBeUndefined();
    expect(() =>
      chooseServer({ ...nothing, demanded: 'mongod', systemBinary: nothing.embeddedMongod }),
    ).toThrow('demands a real server');
  });

  it('refuses a demand it does not know', () => {
    expect(() => chooseServer({ ...nothing, demanded: 'postgres' })).toThrow(
      'SUPPLY_TEST_DATABASE is "postgres"',
    );
  });
});
