/** The command line, with mongod's names; what is not known is said and ignored. */
export interface Options {
  readonly port: number;
  readonly dbpath: string;
  readonly hosts: readonly string[];
  readonly replicaSet: string | undefined;
  readonly exitWithParent: boolean;
  readonly notes: readonly string[];
}

const NEEDS_VALUE = new Set([
  '--port',
  '--dbpath',
  '--bind_ip',
  '--replSet',
  '--storageEngine',
  '--keyFile',
  '--logpath',
  '--setParameter',
  '--oplogSize',
  '--wiredTigerCacheSizeGB',
]);

export class OptionError extends Error {}

export function parseOptions(given: readonly string[]): Options | 'version' | 'help' {
  let port = 27017;
  let dbpath = '/data/db';
  let hosts = ['127.0.0.1'];
  let replicaSet: string | undefined;
  let exitWithParent = false;
  const notes: string[] = [];
  const list = given.flatMap((one) =>
    /^--\w+=/.test(one) ? [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)] : [one],
  );
  for (let at = 0; at < list.length; at++) {
    const name = list[at] ?? '';
    const value = NEEDS_VALUE.has(name) ? list[++at] : undefined;
    if (NEEDS_VALUE.has(name) && value === undefined)
      throw new OptionError(`The option ${name} needs a value.`);
    switch (name) {
      case '--version':
        return 'version';
      case '--help':
      case '-h':
        return 'help';
      case '--port':
        port = Number(value);
        if (!Number.isInteger(port) || port < 1 || port > 65535)
          throw new OptionError(`--port must be a number from 1 to 65535, not '${value ?? ''}'.`);
        break;
      case '--dbpath':
        dbpath = value ?? dbpath;
        break;
      case '--bind_ip':
        hosts = (value ?? '').split(',').filter((host) => host !== '');
        break;
      case '--bind_ip_all':
        hosts = ['0.0.0.0'];
        break;
      case '--replSet':
        replicaSet = value;
        break;
      case '--exitWithParent':
        exitWithParent = true;
        break;
      case '--auth':
      case '--keyFile':
        throw new OptionError(
          `The option ${name} is not supported: the embedded engine has no authentication.`,
        );
      default:
        if (name !== '--noauth' && name !== '--storageEngine') notes.push(`The option ${name} is ignored.`);
    }
  }
  return { port, dbpath, hosts, replicaSet, exitWithParent, notes };
}
