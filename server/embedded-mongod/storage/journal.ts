/**
 * The write-ahead journal: every committed change is appended here and forced to disk before the client
 * is answered. One forced write covers all commits of an event-loop turn. A record counts only if its
 * checksum, seeded with the segment's number, is right: a torn tail or a recycled file's past is ignored.
 */
import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { writeKey } from './ordered-key.ts';

/** A key with its new value, or null where the key is removed. */
export type Change = readonly [key: string, value: Buffer | null];

const HEADER = 8;
const EXTENT = 1 << 20;
const SPARE = 'spare';
const MOST_RECYCLED = 16 << 20;
const ABSENT = 0xffffffff;
/** A disk slower than this is written to in the background, so that readers do not wait for it. */
const FAST_DISK_MS = 0.8;

export class Journal {
  private file = -1;
  private segment = 0;
  private at = 0;
  private allocated = 0;
  private pending: Buffer[] = [];
  private waiting: (() => void)[] = [];
  private writing = false;
  private scheduled = false;
  private usualMs = 0.2;

  constructor(
    private readonly folder: string,
    private readonly onFailure: (error: Error) => void,
    private readonly fastDiskMs = FAST_DISK_MS,
  ) {
    fs.mkdirSync(folder, { recursive: true });
  }

  private pathOf(segment: number): string {
    return path.join(this.folder, `journal-${String(segment).padStart(10, '0')}`);
  }

  private segments(): number[] {
    return fs
      .readdirSync(this.folder)
      .flatMap((name) => /^journal-(\d+)$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Hands every change found on disk to `apply`, oldest first. */
  replay(apply: (change: Change) => void): void {
    for (const segment of this.segments()) {
      this.segment = Math.max(this.segment, segment);
      const bytes = fs.readFileSync(this.pathOf(segment));
      let at = 0;
      while (at + HEADER <= bytes.length) {
        const length = bytes.readUInt32LE(at);
        const end = at + HEADER + length;
        if (length === 0 || end > bytes.length) break;
        if (crc32(bytes.subarray(at + HEADER, end), segment) !== bytes.readUInt32LE(at + 4)) break;
        readChanges(bytes, at + HEADER, end, apply);
        at = end;
      }
    }
  }

  /** Starts a new segment; returns the number that later lets the earlier ones be removed. */
  rotate(): number {
    if (this.file >= 0) {
      this.writePendingNow();
      fs.closeSync(this.file);
    }
    this.segment++;
    const spare = path.join(this.folder, SPARE);
    let recycled = 0;
    if (fs.existsSync(spare)) {
      recycled = Math.min(fs.statSync(spare).size, MOST_RECYCLED);
      fs.renameSync(spare, this.pathOf(this.segment));
    }
    const flags = fs.constants.O_RDWR | fs.constants.O_CREAT | (fs.constants.O_DSYNC || 0);
    this.file = fs.openSync(this.pathOf(this.segment), flags, 0o600);
    this.at = 0;
    if (recycled > 0) fs.ftruncateSync(this.file, recycled);
    this.allocated = recycled;
    this.extend(EXTENT);
    syncFolder(this.folder);
    return this.segment;
  }

  /** Extends the file for so many bytes more; false when the disk has no room for them. */
  private makeRoom(bytes: number): boolean {
    try {
      this.extend(this.at + bytes);
      return true;
    } catch (error) {
      this.onFailure(error as Error);
      return false;
    }
  }

  /** Overwriting bytes that exist costs one disk flush; growing a file costs two. */
  private extend(upTo: number): void {
    while (this.allocated < upTo) {
      fs.writeSync(this.file, Buffer.alloc(EXTENT), 0, EXTENT, this.allocated);
      this.allocated += EXTENT;
    }
  }

  /** One old file is kept to be written over again: its records do not count any more. */
  removeBefore(segment: number): void {
    const spare = path.join(this.folder, SPARE);
    for (const old of this.segments()) {
      if (old >= segment) continue;
      if (fs.existsSync(spare)) fs.unlinkSync(this.pathOf(old));
      else fs.renameSync(this.pathOf(old), spare);
    }
  }

  append(changes: readonly Change[]): void {
    this.pending.push(record(changes, this.segment));
    this.schedule();
  }

  /** Resolves when all that was appended so far is on disk. */
  durable(): Promise<void> {
    if (this.pending.length === 0 && !this.writing) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.writing) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.writePending();
    });
  }

  private take(): Buffer {
    const bytes =
      this.pending.length === 1 ? (this.pending[0] ?? Buffer.alloc(0)) : Buffer.concat(this.pending);
    this.pending = [];
    return bytes;
  }

  private writePending(): void {
    if (this.writing) return;
    if (this.usualMs < this.fastDiskMs || this.file < 0) {
      this.writePendingNow();
      return;
    }
    const bytes = this.take();
    const done = this.waiting;
    this.waiting = [];
    const position = this.at;
    if (!this.makeRoom(bytes.length)) return;
    this.at += bytes.length;
    this.writing = true;
    const started = performance.now();
    fs.write(this.file, bytes, 0, bytes.length, position, (error, written) => {
      this.writing = false;
      if (error !== null || written !== bytes.length) {
        this.onFailure(error ?? new Error('the journal was written only in part'));
        return;
      }
      this.measure(started);
      for (const resolve of done) resolve();
      if (this.pending.length > 0 || this.waiting.length > 0) this.schedule();
    });
  }

  private writePendingNow(): void {
    const bytes = this.take();
    const done = this.waiting;
    this.waiting = [];
    if (!this.makeRoom(bytes.length)) return;
    const started = performance.now();
    try {
      let written = 0;
      while (written < bytes.length) {
        written += fs.writeSync(this.file, bytes, written, bytes.length - written, this.at + written);
      }
    } catch (error) {
      this.onFailure(error as Error);
      return;
    }
    this.at += bytes.length;
    this.measure(started);
    for (const resolve of done) resolve();
  }

  private measure(started: number): void {
    this.usualMs = this.usualMs * 0.9 + Math.min(performance.now() - started, 5) * 0.1;
  }

  /** True while a write is under way in the background; a rotation must wait for it. */
  get busy(): boolean {
    return this.writing;
  }

  close(): void {
    if (this.file >= 0) {
      this.writePendingNow();
      fs.closeSync(this.file);
      this.file = -1;
    }
  }
}

function record(changes: readonly Change[], segment: number): Buffer {
  let size = HEADER;
  for (const [key, value] of changes) size += 6 + key.length + (value === null ? 0 : value.length);
  const bytes = Buffer.allocUnsafe(size);
  let at = HEADER;
  for (const [key, value] of changes) {
    at = writeKey(key, bytes, bytes.writeUInt16LE(key.length, at));
    at = bytes.writeUInt32LE(value === null ? ABSENT : value.length, at);
    if (value !== null) {
      bytes.set(value, at);
      at += value.length;
    }
  }
  bytes.writeUInt32LE(size - HEADER, 0);
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER), segment), 4);
  return bytes;
}

function readChanges(bytes: Buffer, from: number, end: number, apply: (change: Change) => void): void {
  let at = from;
  while (at < end) {
    const keyLength = bytes.readUInt16LE(at);
    const key = bytes.toString('latin1', at + 2, at + 2 + keyLength);
    at += 2 + keyLength;
    const length = bytes.readUInt32LE(at);
    at += 4;
    if (length === ABSENT) {
      apply([key, null]);
    } else {
      apply([key, Buffer.from(bytes.subarray(at, at + length))]);
      at += length;
    }
  }
}

function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
