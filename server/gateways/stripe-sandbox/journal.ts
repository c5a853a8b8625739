/**
 * An append-only file of lines, each the whole effect of one request: after a crash a line is there entirely
 * or not at all. Lines are written and synced in groups, in order, by one writer.
 */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const FILE_NAME = 'journal.jsonl';
const CHUNK_BYTES = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;

export class Journal {
  readonly #file: FileHandle;
  #pending: string[] = [];
  #appendedCount = 0;
  /** Of the lines appended, those that are on disk or have failed to get there. */
  #writtenCount = 0;
  #writing: Promise<void> | null = null;
  #failure: unknown = null;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(directory: string): Promise<Journal> {
    return new Journal(await open(join(directory, FILE_NAME), 'a', 0o600));
  }

  /** Whole lines in order; what a crash left of an unfinished last line is cut off. */
  static *read(directory: string): Generator {
    mkdirSync(directory, { recursive: true });
    const path = join(directory, FILE_NAME);
    const file = openSync(path, 'a+', 0o600);
    try {
      let number = 0;
      let wholeBytes = 0;
      for (const line of readLines(file)) {
        number += 1;
        wholeBytes += line.length + 1;
        yield parseLine(line.toString('utf8'), number, path);
      }
      ftruncateSync(file, wholeBytes);
    } finally {
      closeSync(file);
    }
  }

  /** Replaces the file by `lines` in one step, so that history which no longer matters takes no space. */
  static rewrite(directory: string, lines: readonly unknown[]): void {
    const path = join(directory, FILE_NAME);
    const partial = `${path}.partial`;
    const file = openSync(partial, 'w', 0o600);
    for (const line of lines) writeSync(file, `${JSON.stringify(line)}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(partial, path);
    const folder = openSync(directory, 'r');
    fsyncSync(folder);
    closeSync(folder);
  }

  append(line: unknown): void {
    this.#appendedCount += 1;
    this.#pending.push(`${JSON.stringify(line)}\n`);
  }

  /** Returns when everything appended so far would survive a power cut. */
  async flush(): Promise<void> {
    const wanted = this.#appendedCount;
    while (this.#writtenCount < wanted) {
      this.#writing ??= this.#writePending();
      await this.#writing;
    }
    if (this.#failure !== null) throw new Error('The journal cannot be written.', { cause: this.#failure });
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#file.close();
  }

  async #writePending(): Promise<void> {
    const lines = this.#pending;
    this.#pending = [];
    try {
      await this.#file.appendFile(lines.join(''));
      await this.#file.datasync();
    } catch (error) {
      this.#failure ??= error;
    } finally {
      this.#writtenCount += lines.length;
      this.#writing = null;
    }
  }
}

/** Lines that end, without their end; in pieces, since a long history is larger than any string may be. */
function* readLines(file: number): Generator<Buffer> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  for (let position = 0; ;) {
    const size = readSync(file, chunk, 0, CHUNK_BYTES, position);
    if (size === 0) return;
    position += size;
    let bytes = Buffer.concat([rest, chunk.subarray(0, size)]);
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED)) {
      yield bytes.subarray(0, end);
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
  }
}

function parseLine(line: string, number: number, path: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`${path} is damaged at line ${number}; restore it, or start with another --data.`, {
      cause,
    });
  }
}
