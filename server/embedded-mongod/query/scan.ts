/**
 * Walks a plan over a view, applying the filter. A long walk says `pause` now and then, so that whoever
 * drives it can let others run.
 */
import { decodeDocument } from '../bson/decode.ts';
import type { Collection } from '../storage/catalog.ts';
import { documentKey, recordText } from '../storage/documents.ts';
import { afterPrefix } from '../storage/ordered-key.ts';
import type { Cursor, View } from '../storage/view.ts';
import type { Filter } from './match.ts';
import type { Plan } from './plan.ts';

type Step = 'found' | 'pause' | 'end';

const PAUSE_EVERY = 200;

export class Scan {
  record = '';
  bytes: Buffer = EMPTY;
  keysExamined = 0;
  documentsExamined = 0;
  private cursor: Cursor | undefined;
  private nextRange = 0;
  private seen: Set<string> | undefined;
  private untilPause = PAUSE_EVERY;

  constructor(
    private readonly view: View,
    private readonly collection: Collection,
    private readonly plan: Plan,
    private readonly filter: Filter,
  ) {
    if (plan.kind === 'index' && plan.index.arrays !== 0) this.seen = new Set();
  }

  next(): Step {
    for (;;) {
      if (this.untilPause-- <= 0) {
        this.untilPause = PAUSE_EVERY;
        return 'pause';
      }
      if (this.cursor === undefined && !this.openNext()) return 'end';
      if (this.cursor?.next() !== true) {
        this.closeCursor();
        continue;
      }
      if (this.take(this.cursor) && this.passes()) return 'found';
    }
  }

  private openNext(): boolean {
    const { plan } = this;
    if (plan.kind === 'nothing') return false;
    if (plan.kind === 'collection') {
      if (this.nextRange++ > 0) return false;
      const { prefix } = this.collection;
      this.cursor = this.view.scan({ start: prefix, end: afterPrefix(prefix), reverse: plan.reverse });
      return true;
    }
    const at = plan.reverse ? plan.ranges.length - 1 - this.nextRange : this.nextRange;
    const range = plan.ranges[at];
    if (range === undefined) return false;
    this.nextRange++;
    this.cursor = this.view.scan({ ...range, reverse: plan.reverse });
    return true;
  }

  /** Reads the document the cursor is at; false when it was had before. */
  private take(cursor: Cursor): boolean {
    if (this.plan.kind === 'collection') {
      this.record = cursor.key.slice(4);
      this.bytes = cursor.value;
      this.documentsExamined++;
      return true;
    }
    this.keysExamined++;
    this.record = recordText(cursor.value);
    if (this.seen !== undefined) {
      if (this.seen.has(this.record)) return false;
      this.seen.add(this.record);
    }
    const bytes = this.view.get(documentKey(this.collection, this.record));
    if (bytes === undefined) return false;
    this.documentsExamined++;
    this.bytes = bytes;
    return true;
  }

  private passes(): boolean {
    return (
      this.filter.fields?.size === 0 || this.filter.matches(decodeDocument(this.bytes, 0, this.filter.fields))
    );
  }

  private closeCursor(): void {
    this.cursor?.close();
    this.cursor = undefined;
  }

  close(): void {
    this.closeCursor();
    this.nextRange = Number.MAX_SAFE_INTEGER;
  }
}

const EMPTY = Buffer.alloc(0);
