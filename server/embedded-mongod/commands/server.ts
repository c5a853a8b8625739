/** What drivers and tools ask of the server itself. */
import { ObjectId, Timestamp, UUID } from 'bson';
import os from 'node:os';
import { isPlainObject, type Doc } from '../bson/types.ts';
import type { Engine } from '../engine.ts';
import { CommandError, notImplemented } from '../errors.ts';
import { VERSION } from '../version.ts';
import type { CommandContext } from './context.ts';

const MAX_WIRE_VERSION = 25;

/** The replica set of one member, once it was initiated. */
function replicaSet(engine: Engine): Doc | undefined {
  if (engine.options.replicaSet === undefined) return undefined;
  return engine.catalog.setting('replicaSet');
}

function memberHost(config: Doc): string {
  const members = config['members'];
  const first: unknown = Array.isArray(members) ? members[0] : undefined;
  const host = isPlainObject(first) ? first['host'] : undefined;
  return typeof host === 'string' ? host : '';
}

export function isPrimary(engine: Engine): boolean {
  return engine.options.replicaSet === undefined || replicaSet(engine) !== undefined;
}

const electionId = new ObjectId('7fffffff0000000000000001');

export function hello(context: CommandContext): Doc {
  const { engine, connectionId, body } = context;
  const limits = {
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId,
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
    ok: 1,
  };
  const legacy = context.name !== 'hello';
  const flag = legacy ? 'ismaster' : 'isWritablePrimary';
  const ok = body['helloOk'] === true ? { helloOk: true } : {};
  if (engine.options.replicaSet === undefined) return { ...ok, [flag]: true, ...limits };
  const config = replicaSet(engine);
  if (config === undefined) {
    return {
      ...ok,
      [flag]: false,
      secondary: false,
      isreplicaset: true,
      info: 'Does not have a valid replica set config',
      ...limits,
    };
  }
  const host = memberHost(config);
  const now = engine.clock.current();
  return {
    ...ok,
    hosts: [host],
    setName: config['_id'],
    setVersion: config['version'] ?? 1,
    [flag]: true,
    secondary: false,
    primary: host,
    me: host,
    electionId,
    lastWrite: {
      opTime: { ts: now, t: 1n },
      lastWriteDate: new Date(now.t * 1000),
      majorityOpTime: { ts: now, t: 1n },
      majorityWriteDate: new Date(now.t * 1000),
    },
    ...limits,
  };
}

function requireReplicaSet(engine: Engine): string {
  if (engine.options.replicaSet === undefined) {
    throw new CommandError(76, 'This node was not started with the replSet option');
  }
  return engine.options.replicaSet;
}

export function replSetInitiate(context: CommandContext): Doc {
  const { engine, body } = context;
  const setName = requireReplicaSet(engine);
  if (replicaSet(engine) !== undefined) throw new CommandError('AlreadyInitialized', 'already initialized');
  const given = body['replSetInitiate'];
  const config: Doc =
    isPlainObject(given) && Object.keys(given).length > 0
      ? { ...given }
      : { _id: setName, members: [{ _id: 0, host: `${engine.options.host}:${engine.options.port}` }] };
  if (config['_id'] !== setName) {
    throw new CommandError(
      93,
      `Attempting to initiate a replica set with name ${String(config['_id'])}, but command line reports ${setName}; rejecting`,
    );
  }
  const members = config['members'];
  if (!Array.isArray(members) || members.length !== 1)
    throw notImplemented('replica sets of more than one member');
  config['version'] ??= 1;
  engine.store.commit([engine.catalog.settingChange('replicaSet', config)]);
  announcePrimary(engine);
  return { ok: 1 };
}

/** The lines that tools wait for. */
export function announcePrimary(engine: Engine): void {
  engine.options.log('transition to PRIMARY from SECONDARY');
  engine.options.log('transition to primary complete; database writes are now permitted');
}

export function replSetReconfig(context: CommandContext): Doc {
  requireReplicaSet(context.engine);
  const given = context.body['replSetReconfig'];
  if (!isPlainObject(given)) throw new CommandError('BadValue', 'no configuration specified');
  context.engine.store.commit([context.engine.catalog.settingChange('replicaSet', given)]);
  announcePrimary(context.engine);
  return { ok: 1 };
}

function initiated(engine: Engine): Doc {
  requireReplicaSet(engine);
  const config = replicaSet(engine);
  if (config === undefined)
    throw new CommandError('NotYetInitialized', 'no replset config has been received');
  return config;
}

export function replSetGetConfig(context: CommandContext): Doc {
  return { config: initiated(context.engine), ok: 1 };
}

export function replSetGetStatus(context: CommandContext): Doc {
  const { engine } = context;
  const config = initiated(engine);
  const now = engine.clock.current();
  return {
    set: config['_id'],
    date: new Date(),
    myState: 1,
    term: 1n,
    heartbeatIntervalMillis: 2000n,
    majorityVoteCount: 1,
    writeMajorityCount: 1,
    votingMembersCount: 1,
    writableVotingMembersCount: 1,
    optimes: {
      lastCommittedOpTime: { ts: now, t: 1n },
      appliedOpTime: { ts: now, t: 1n },
      durableOpTime: { ts: now, t: 1n },
    },
    members: [
      {
        _id: 0,
        name: memberHost(config),
        health: 1,
        state: 1,
        stateStr: 'PRIMARY',
        uptime: Math.floor(process.uptime()),
        optime: { ts: now, t: 1n },
        electionTime: new Timestamp({ t: Math.floor(engine.startedAt.getTime() / 1000), i: 1 }),
        electionDate: engine.startedAt,
        configVersion: config['version'] ?? 1,
        configTerm: 1,
        self: true,
      },
    ],
    ok: 1,
  };
}

export function ping(): Doc {
  return { ok: 1 };
}

export function buildInfo(): Doc {
  return {
    version: VERSION,
    gitVersion: 'embedded',
    modules: ['embedded'],
    allocator: 'system',
    javascriptEngine: 'none',
    sysInfo: 'deprecated',
    versionArray: [8, 0, 0, 0],
    bits: 64,
    debug: false,
    maxBsonObjectSize: 16 * 1024 * 1024,
    storageEngines: ['embedded'],
    ok: 1,
  };
}

export function hostInfo(): Doc {
  return {
    system: {
      currentTime: new Date(),
      hostname: os.hostname(),
      cpuAddrSize: 64,
      memSizeMB: Math.round(os.totalmem() / 1048576),
      numCores: os.cpus().length,
      cpuArch: os.arch(),
    },
    os: { type: os.type(), name: os.platform(), version: os.release() },
    extra: {},
    ok: 1,
  };
}

export function serverStatus(context: CommandContext): Doc {
  const { engine } = context;
  const memory = process.memoryUsage();
  return {
    host: `${engine.options.host}:${engine.options.port}`,
    version: VERSION,
    process: 'mongod',
    pid: BigInt(process.pid),
    uptime: process.uptime(),
    uptimeMillis: BigInt(Math.round(process.uptime() * 1000)),
    localTime: new Date(),
    connections: { current: engine.connectionCount, available: 10000 },
    mem: { bits: 64, resident: Math.round(memory.rss / 1048576), supported: true },
    logicalSessionRecordCache: { activeSessionsCount: engine.sessions.count },
    metrics: { cursor: { open: { total: BigInt(engine.cursors.count) } } },
    storageEngine: { name: 'embedded', supportsCommittedReads: true, persistent: true, readOnly: false },
    ...(engine.options.replicaSet === undefined
      ? {}
      : { repl: { setName: engine.options.replicaSet, isWritablePrimary: isPrimary(engine) } }),
    ok: 1,
  };
}

export function connectionStatus(): Doc {
  return {
    authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] },
    ok: 1,
  };
}

const parameters: Doc = {
  featureCompatibilityVersion: { version: '8.0' },
  authenticationMechanisms: [],
  requireApiVersion: false,
  enableTestCommands: true,
  ttlMonitorEnabled: true,
  transactionLifetimeLimitSeconds: 60,
};

export function getParameter(context: CommandContext): Doc {
  if (context.body['getParameter'] === '*') return { ...parameters, ok: 1 };
  const found = Object.fromEntries(Object.entries(parameters).filter(([name]) => name in context.body));
  if (Object.keys(found).length === 0) throw new CommandError('InvalidOptions', 'no option found to get');
  return { ...found, ok: 1 };
}

export function configureFailPoint(context: CommandContext): Doc {
  const { body, engine } = context;
  engine.failPoints.configure(body['configureFailPoint'], body['mode'], body['data']);
  return { count: 0, ok: 1 };
}

export function shutdown(context: CommandContext): Doc {
  setImmediate(() => context.engine.options.onShutdown());
  return { ok: 1 };
}

export function endSessions(context: CommandContext): Doc {
  const list = context.body['endSessions'];
  for (const lsid of Array.isArray(list) ? (list as unknown[]) : []) context.engine.sessions.end(lsid);
  return { ok: 1 };
}

export function refreshSessions(context: CommandContext): Doc {
  const list = context.body['refreshSessions'];
  for (const lsid of Array.isArray(list) ? (list as unknown[]) : []) context.engine.sessions.use(lsid);
  return { ok: 1 };
}

export function killSessions(context: CommandContext): Doc {
  const list = context.body[context.name];
  for (const lsid of Array.isArray(list) ? (list as unknown[]) : []) context.engine.sessions.end(lsid);
  if (Array.isArray(list) && list.length === 0) context.engine.sessions.closeAll();
  return { ok: 1 };
}

/** A session for clients that do not make its id themselves, as drivers do. */
export function startSession({ engine }: CommandContext): Doc {
  const id = { id: new UUID() };
  engine.sessions.use(id);
  return { id, timeoutMinutes: 30, ok: 1 };
}
