/**
 * An append-only file of lines, each the whole effect of one request: after a crash a line is there entirely
 * or not at all. Lines are written and synced in groups, in order, by one writer.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const FILE_NAME = 'journal.jsonl';

export class Journal {
  readonly #file: FileHandle;
  #pending: string[] = [];
  #writing: Promise<void> | null = null;
  #failure: unknown = null;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(directory: string): Promise<Journal> {
    return new Journal(await open(join(directory, FILE_NAME), 'a', 0o600));
  }

  /** Whole lines in order; what a crash left of an unfinished last line is cut off. */
  static read(directory: string): unknown[] {
    mkdirSync(directory, { recursive: true });
    const path = join(directory, FILE_NAME);
    const bytes = readOrEmpty(path);
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    if (whole.length < bytes.length) truncateSync(path, whole.length);
    return whole
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line, index) => parseLine(line, index + 1, path));
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
    this.#pending.push(`${JSON.stringify(line)}\n`);
  }

  /** Returns when everything appended so far would survive a power cut. */
  async flush(): Promise<void> {
    while (this.#writing !== null || this.#pending.length > 0) {
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
      this.#writing = null;
    }
  }
}

function readOrEmpty(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
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
