/** Snapshots by cluster time, kept for some minutes so that a session can read one state again and again. */
import type { Timestamp } from 'bson';
import { CommandError } from '../errors.ts';
import type { Snapshot, Store } from '../storage/store.ts';
import type { View } from '../storage/view.ts';

const KEPT_MS = 5 * 60 * 1000;
/** Most snapshot reads are one question and never ask again: what they read is not held back from the store for minutes. */
const KEPT_UNASKED_MS = 15 * 1000;

export interface TimedSnapshot {
  readonly time: Timestamp;
  readonly view: View;
  readonly sequence: number;
  /** Keeps it for a reader, such as an open cursor, until the returned function is called. */
  hold(): () => void;
}

interface Kept extends TimedSnapshot {
  readonly snapshot: Snapshot;
  lastUse: number;
  /** Whether somebody has come back to it, by its time. */
  isAskedAgain: boolean;
  holders: number;
}

export class TimedSnapshots {
  private readonly kept = new Map<bigint, Kept>();
  /** Snapshots that nobody gets any more, for those who still read them. */
  private replaced: Kept[] = [];

  constructor(
    private readonly store: Store,
    private readonly now: () => Timestamp,
  ) {}

  /** The state at a time, or the present one; a time that is no longer kept is refused. */
  at(time: Timestamp | undefined): TimedSnapshot {
    const present = this.now();
    const key = (time ?? present).toBigInt();
    let found = this.kept.get(key);
    if (found === undefined) {
      if (key !== present.toBigInt()) {
        throw new CommandError(
          'SnapshotTooOld',
          'Read timestamp is older than the oldest snapshot that is kept.',
        );
      }
      found = keep(present, this.store.snapshot());
      this.kept.set(key, found);
    }
    if (time === undefined) found = this.refreshed(key, found);
    found.lastUse = Date.now();
    if (time !== undefined) found.isAskedAgain = true;
    return found;
  }

  /**
   * The same state by a shorter way, where it has been moved to disk meanwhile: while nothing is written, the present
   * keeps its time, and every reader of it would walk over whatever was removed shortly before.
   */
  private refreshed(key: bigint, found: Kept): Kept {
    const { store } = this;
    const isSame = store.currentSequence === found.sequence;
    if (!isSame || store.flushes === found.snapshot.flushes) return found;
    const fresh = keep(found.time, store.snapshot());
    fresh.isAskedAgain = found.isAskedAgain;
    this.kept.set(key, fresh);
    this.replaced.push(found);
    return fresh;
  }

  expire(): void {
    const now = Date.now();
    for (const [key, { lastUse, isAskedAgain, holders, snapshot }] of this.kept) {
      if (holders > 0 || lastUse > now - (isAskedAgain ? KEPT_MS : KEPT_UNASKED_MS)) continue;
      snapshot.release();
      this.kept.delete(key);
    }
    this.replaced = this.replaced.filter(({ lastUse, holders, snapshot }) => {
      if (holders > 0 || lastUse > now - KEPT_UNASKED_MS) return true;
      snapshot.release();
      return false;
    });
  }

  closeAll(): void {
    for (const { snapshot } of [...this.kept.values(), ...this.replaced]) snapshot.release();
    this.kept.clear();
    this.replaced = [];
  }
}

function keep(time: Timestamp, snapshot: Snapshot): Kept {
  const kept: Kept = {
    ...{ time, snapshot, view: snapshot.view, sequence: snapshot.sequence },
    ...{ lastUse: 0, isAskedAgain: false, holders: 0 },
    hold: () => {
      let isHeld = true;
      kept.holders += 1;
      return () => {
        if (isHeld) kept.holders -= 1;
        isHeld = false;
      };
    },
  };
  return kept;
}
