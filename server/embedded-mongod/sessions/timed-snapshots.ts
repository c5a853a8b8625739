/** Snapshots by cluster time, kept for some minutes so that a session can read one state again and again. */
import type { Timestamp } from 'bson';
import { CommandError } from '../errors.ts';
import type { Snapshot, Store } from '../storage/store.ts';
import type { View } from '../storage/view.ts';

const KEPT_MS = 5 * 60 * 1000;

export interface TimedSnapshot {
  readonly time: Timestamp;
  readonly view: View;
  readonly sequence: number;
}

interface Kept extends TimedSnapshot {
  readonly snapshot: Snapshot;
  lastUse: number;
}

export class TimedSnapshots {
  private readonly kept = new Map<bigint, Kept>();

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
      const snapshot = this.store.snapshot();
      found = { time: present, view: snapshot.view, sequence: snapshot.sequence, snapshot, lastUse: 0 };
      this.kept.set(key, found);
    }
    found.lastUse = Date.now();
    return found;
  }

  expire(): void {
    const limit = Date.now() - KEPT_MS;
    for (const [key, { lastUse, snapshot }] of this.kept) {
      if (lastUse > limit) continue;
      snapshot.release();
      this.kept.delete(key);
    }
  }

  closeAll(): void {
    for (const { snapshot } of this.kept.values()) snapshot.release();
    this.kept.clear();
  }
}
