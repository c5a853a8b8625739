/**
 * One running engine: the store with its catalog, and what lives in memory only: locks, sessions, cursors,
 * fail points and the cluster clock. Commands get everything from here.
 */
import { Timestamp } from 'bson';
import { expressionTest } from './aggregate/expression.ts';
import { pipelineOfOne } from './aggregate/stages.ts';
import { FailPoints } from './commands/fail-points.ts';
import { Cursors } from './cursors.ts';
import { compileFilter } from './query/match.ts';
import { TimedSnapshots } from './sessions/timed-snapshots.ts';
import { Sessions } from './sessions/sessions.ts';
import { Catalog, sizesAfterReplay } from './storage/catalog.ts';
import { reshaped } from './storage/documents.ts';
import { Store } from './storage/store.ts';
import { Locks } from './storage/unit-of-work.ts';
import type { UpdateContext } from './update/update.ts';

const SWEEP_EVERY_MS = 500;
const SWEEP_AT_ONCE = 2000;

interface EngineOptions {
  readonly folder: string;
  readonly replicaSet: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly onFailure: (error: Error) => void;
  readonly onShutdown: () => void;
  readonly log: (line: string) => void;
}

/** The cluster clock: seconds and a counter, always growing. */
class Clock {
  private seconds = 0;
  private increment = 0;

  next(): Timestamp {
    const now = Math.floor(Date.now() / 1000);
    if (now > this.seconds) {
      this.seconds = now;
      this.increment = 1;
    } else this.increment++;
    return this.current();
  }

  current(): Timestamp {
    if (this.seconds === 0) return this.next();
    return new Timestamp({ t: this.seconds, i: this.increment });
  }
}

export class Engine {
  readonly locks = new Locks();
  readonly clock = new Clock();
  readonly failPoints = new FailPoints();
  readonly cursors = new Cursors();
  readonly sessions: Sessions;
  readonly snapshots: TimedSnapshots;
  readonly startedAt = new Date();
  private readonly timers: NodeJS.Timeout[] = [];
  connectionCount = 0;

  private constructor(
    readonly options: EngineOptions,
    readonly store: Store,
    readonly catalog: Catalog,
  ) {
    this.sessions = new Sessions(this);
    this.snapshots = new TimedSnapshots(store, () => this.clock.current());
    this.timers.push(setInterval(() => this.sweep(), SWEEP_EVERY_MS).unref());
  }

  static async open(options: EngineOptions): Promise<Engine> {
    const store = await Store.open(options.folder, options.onFailure, sizesAfterReplay);
    const catalog = new Catalog(store, (filter) => compileFilter(filter, expressionTest()));
    return new Engine(options, store, catalog);
  }

  readonly updateContext: UpdateContext = {
    compileExpression: expressionTest(),
    compilePipeline: pipelineOfOne,
    nextTimestamp: () => this.clock.next(),
  };

  /** Catalog entries of collections whose indexes changed shape since the last call. */
  saveReshaped(): void {
    if (reshaped.size === 0) return;
    const changes = [...reshaped]
      .filter(({ dropped }) => !dropped)
      .map((collection) => this.catalog.entry(collection));
    reshaped.clear();
    this.store.commit(changes);
  }

  private sweep(): void {
    this.catalog.sweep(SWEEP_AT_ONCE);
    this.cursors.expire();
    this.sessions.expire();
    this.snapshots.expire();
  }

  every(milliseconds: number, run: () => void): void {
    this.timers.push(setInterval(run, milliseconds).unref());
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.cursors.closeAll();
    this.sessions.closeAll();
    this.snapshots.closeAll();
    await this.store.close();
  }
}
