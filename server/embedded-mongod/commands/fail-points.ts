/** The fail points with which drivers test how they meet errors. */
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { showValue } from '../show-value.ts';
import { CommandError, notImplemented } from '../errors.ts';

export interface Failure {
  readonly closeConnection: boolean;
  readonly blockMs: number;
  readonly errorCode: number | undefined;
  readonly errorLabels: string[] | undefined;
  readonly writeConcernError: Doc | undefined;
}

interface Occasions {
  times: number;
  skip: number;
}

/** What shall happen to a retryable write: an error before it is committed, or no answer after. */
interface WriteFailure {
  readonly closeConnection: boolean;
  readonly errorCode: number | undefined;
}

interface Active extends Occasions {
  readonly commands: ReadonlySet<string>;
  readonly appName: string | undefined;
  readonly failure: Failure;
}

function count(value: unknown): number {
  return isNumeric(value) ? toNumber(value) : NaN;
}

function occasionsOf(mode: unknown): Occasions {
  if (mode === 'alwaysOn') return { times: Infinity, skip: 0 };
  if (!isPlainObject(mode)) throw new CommandError('BadValue', `unknown fail point mode: ${showValue(mode)}`);
  if ('times' in mode) return { times: count(mode['times']), skip: 0 };
  if ('skip' in mode) return { times: Infinity, skip: count(mode['skip']) };
  throw notImplemented(`the fail point mode ${Object.keys(mode).join(', ')}`);
}

/** Whether this is one of the occasions; counts it. */
function strikes(occasions: Occasions): boolean {
  if (occasions.skip > 0) {
    occasions.skip--;
    return false;
  }
  return occasions.times-- > 0;
}

/** Fields of failCommand's data; one that is not known could ask for what does not happen. */
const DATA = new Set([
  'failCommands',
  'appName',
  'closeConnection',
  'blockConnection',
  'blockTimeMS',
  'errorCode',
  'errorLabels',
  'writeConcernError',
  'failInternalCommands',
]);

/** A command's one name, for fail points meet it by any of its names. */
function plainName(command: string): string {
  return command.toLowerCase();
}

function failureOf(spec: Doc): Failure {
  const unknown = Object.keys(spec).find((name) => !DATA.has(name));
  if (unknown !== undefined) throw notImplemented(`the field '${unknown}' of the fail point failCommand`);

  return {
    closeConnection: spec['closeConnection'] === true,
    blockMs: spec['blockConnection'] === true ? count(spec['blockTimeMS']) : 0,
    errorCode: spec['errorCode'] === undefined ? undefined : count(spec['errorCode']),
    errorLabels: Array.isArray(spec['errorLabels']) ? (spec['errorLabels'] as string[]) : undefined,
    writeConcernError: isPlainObject(spec['writeConcernError']) ? spec['writeConcernError'] : undefined,
  };
}

export class FailPoints {
  private active: Active | undefined;
  private onWrite: (Occasions & { readonly failure: WriteFailure }) | undefined;

  configure(name: unknown, mode: unknown, data: unknown): void {
    const spec = isPlainObject(data) ? data : {};
    if (name === 'onPrimaryTransactionalWrite') {
      const code = spec['failBeforeCommitExceptionCode'];
      const failure = {
        closeConnection: spec['closeConnection'] !== false,
        errorCode: code === undefined ? undefined : count(code),
      };
      this.onWrite = mode === 'off' ? undefined : { ...occasionsOf(mode), failure };
      return;
    }
    if (name !== 'failCommand') throw notImplemented(`the fail point '${showValue(name)}'`);
    if (mode === 'off') {
      this.active = undefined;
      return;
    }
    const commands = spec['failCommands'];
    if (!Array.isArray(commands)) throw new CommandError('BadValue', 'failCommand needs data.failCommands');
    this.active = {
      ...occasionsOf(mode),
      commands: new Set((commands as string[]).map(plainName)),
      appName: typeof spec['appName'] === 'string' ? spec['appName'] : undefined,
      failure: failureOf(spec),
    };
  }

  /** What shall happen to this command, if anything. */
  hit(command: string, appName: string | undefined): Failure | undefined {
    const { active } = this;
    if (active === undefined || !active.commands.has(plainName(command))) return undefined;
    if (active.appName !== undefined && active.appName !== appName) return undefined;
    return strikes(active) ? active.failure : undefined;
  }

  /** What shall happen to this retryable write, if anything. */
  hitWrite(): WriteFailure | undefined {
    return this.onWrite !== undefined && strikes(this.onWrite) ? this.onWrite.failure : undefined;
  }
}
