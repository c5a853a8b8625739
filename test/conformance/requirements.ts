/** Decides whether a test may run against the server at hand, and says in words why not. */
import { sameNumber, show } from './matching.ts';
import type { ServerUnderTest } from './server-under-test.ts';
import { parseVersion, refuseUnknownFields, type Requirement } from './unified-format.ts';

const KNOWN = [
  'minServerVersion',
  'maxServerVersion',
  'topologies',
  'serverless',
  'serverParameters',
  'auth',
  'authMechanism',
  'csfle',
];

type Server = Pick<ServerUnderTest, 'version' | 'topology' | 'authenticated' | 'parameter'>;

function compareVersions(left: number[], right: number[]): number {
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function versionObstacle(requirement: Requirement, server: Server): string | undefined {
  const { minServerVersion: lowest, maxServerVersion: highest } = requirement;
  const here = server.version.join('.');
  if (lowest !== undefined && compareVersions(server.version, parseVersion(lowest)) < 0) {
    return `for server version ${lowest} and later; this one is ${here}`;
  }
  if (highest !== undefined && compareVersions(server.version, parseVersion(highest)) > 0) {
    return `for server versions up to ${highest}; this one is ${here}`;
  }
  return undefined;
}

function topologyObstacle(requirement: Requirement, server: Server): string | undefined {
  const { topologies } = requirement;
  if (topologies === undefined) return undefined;
  const accepted = topologies.map((name) => (name === 'sharded-replicaset' ? 'sharded' : name));
  if (accepted.includes(server.topology)) return undefined;
  return `for topology ${[...new Set(accepted)].sort().join(' or ')}; this one is ${server.topology}`;
}

async function parameterObstacle(requirement: Requirement, server: Server): Promise<string | undefined> {
  for (const [name, expected] of Object.entries(requirement.serverParameters ?? {})) {
    const actual = await server.parameter(name);
    if (actual !== expected && !sameNumber(expected, actual)) {
      return `for servers with the parameter ${name} set to ${show(expected)}; this one has ${show(actual)}`;
    }
  }
  return undefined;
}

async function authenticationObstacle(requirement: Requirement, server: Server): Promise<string | undefined> {
  if (requirement.auth !== undefined && requirement.auth !== server.authenticated) {
    return requirement.auth ? 'for servers with authentication' : 'for servers without authentication';
  }
  const { authMechanism } = requirement;
  if (authMechanism === undefined) return undefined;
  const offered = await server.parameter('authenticationMechanisms');
  const names = Array.isArray(offered) ? offered.map((name) => String(name).toLowerCase()) : [];
  if (names.includes(authMechanism.toLowerCase())) return undefined;
  return `for servers with the authentication mechanism ${authMechanism}`;
}

async function obstacle(requirement: Requirement, server: Server): Promise<string | undefined> {
  refuseUnknownFields({ ...requirement }, KNOWN, 'runOnRequirements');
  const { csfle, serverless } = requirement;
  if (serverless === 'require') return 'for Atlas Serverless';
  if (csfle !== undefined && csfle !== false) {
    return 'for client-side field level encryption, whose library is not installed';
  }
  return (
    topologyObstacle(requirement, server) ??
    versionObstacle(requirement, server) ??
    (await authenticationObstacle(requirement, server)) ??
    (await parameterObstacle(requirement, server))
  );
}

/**
 * Why none of the alternatives is met, or undefined when one is (or none is asked for). The reason is that
 * of the first alternative, with the others' added when they differ.
 */
export async function unmetRequirement(
  requirements: Requirement[] | undefined,
  server: Server,
): Promise<string | undefined> {
  const reasons = new Set<string>();
  for (const requirement of requirements ?? []) {
    const reason = await obstacle(requirement, server);
    if (reason === undefined) return undefined;
    reasons.add(reason);
  }
  return reasons.size === 0 ? undefined : [...reasons].join('; or ');
}
