/** The `failCommand` fail point, with which drivers test how they meet errors. */
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError, notImplemented } from '../errors.ts';

export interface Failure {
  readonly closeConnection: boolean;
  readonly blockMs: number;
  readonly errorCode: number | undefined;
  readonly errorLabels: string[] | undefined;
  readonly writeConcernError: Doc | undefined;
}

interface Active {
  times: number;
  skip: number;
  readonly commands: ReadonlySet<string>;
  readonly appName: string | undefined;
  readonly failure: Failure;
}

function count(value: unknown): number {
  return isNumeric(value) ? toNumber(value) : NaN;
}

export class FailPoints {
  private active: Active | undefined;

  configure(name: unknown, mode: unknown, data: unknown): void {
    if (name !== 'failCommand') throw notImplemented(`the fail point '${String(name)}'`);
    if (mode === 'off') {
      this.active = undefined;
      return;
    }
    const spec = isPlainObject(data) ? data : {};
    const commands = spec['failCommands'];
    if (!Array.isArray(commands)) throw new CommandError('BadValue', 'failCommand needs data.failCommands');
    let times = Infinity;
    let skip = 0;
    if (isPlainObject(mode)) {
      if ('times' in mode) times = count(mode['times']);
      else if ('skip' in mode) skip = count(mode['skip']);
      else throw notImplemented(`the fail point mode ${Object.keys(mode).join(', ')}`);
    } else if (mode !== 'alwaysOn')
      throw new CommandError('BadValue', `unknown fail point mode: ${String(mode)}`);
    this.active = {
      times,
      skip,
      commands: new Set(commands as string[]),
      appName: typeof spec['appName'] === 'string' ? spec['appName'] : undefined,
      failure: {
        closeConnection: spec['closeConnection'] === true,
        blockMs: spec['blockConnection'] === true ? count(spec['blockTimeMS']) : 0,
        errorCode: spec['errorCode'] === undefined ? undefined : count(spec['errorCode']),
        errorLabels: Array.isArray(spec['errorLabels']) ? (spec['errorLabels'] as string[]) : undefined,
        writeConcernError: isPlainObject(spec['writeConcernError']) ? spec['writeConcernError'] : undefined,
      },
    };
  }

  /** What shall happen to this command, if anything. */
  hit(command: string, appName: string | undefined): Failure | undefined {
    const { active } = this;
    if (active === undefined || !active.commands.has(command)) return undefined;
    if (active.appName !== undefined && active.appName !== appName) return undefined;
    if (active.skip > 0) {
      active.skip--;
      return undefined;
    }
    if (active.times <= 0) return undefined;
    active.times--;
    return active.failure;
  }
}
