/**
 * Files that never change once they are there: published reports above all. A key names the same bytes for
 * ever; to publish other bytes, make another key.
 */
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface FileStore {
  /**
   * Keeps `bytes` under `key`; returns when they would survive a power cut. Putting the same bytes again does
   * nothing.
   * @throws FileExists when the key already has other bytes.
   */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** The bytes of `key`, or null. @throws FileDamaged when a content key's bytes are not its content. */
  get(key: string): Promise<Uint8Array | null>;
}

export class FileExists extends Error {
  readonly code = 'FILE_EXISTS';
}

export class FileDamaged extends Error {
  readonly code = 'FILE_DAMAGED';
}

/** Lower-case segments, so that a key means the same on a file system that ignores case; no dot files. */
const KEY = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/;
const MAX_KEY_LENGTH = 400;
const CONTENT_KEY = /(?:^|\/)sha256-(?<digest>[0-9a-f]{64})(?:\.[a-z0-9.]+)?$/;

/** The key that says what is inside: `sha256-<digest>.<extension>`; `get` proves it on every read. */
export function contentKey(bytes: Uint8Array, extension: string): string {
  return `sha256-${sha256(bytes)}.${extension}`;
}

export function openFileStore(directory: string): FileStore {
  return {
    async put(key, bytes) {
      const path = pathOf(directory, key);
      assertContent(key, bytes);
      const folder = dirname(path);
      await mkdir(folder, { recursive: true });
      const temporary = join(folder, `.${randomUUID()}.partial`);
      await writeDurably(temporary, bytes);
      try {
        // A link, unlike a rename, never replaces: of two writers of one key exactly one wins.
        await link(temporary, path);
        await syncDirectory(folder);
      } catch (error) {
        if (!isErrno(error, 'EEXIST')) throw error;
        const kept = await readFile(path);
        if (!kept.equals(bytes)) {
          throw new FileExists(`File ${key} is already kept with other bytes; publish under a new key.`);
        }
      } finally {
        await unlink(temporary);
      }
    },

    async get(key) {
      const bytes = await readOrNull(pathOf(directory, key));
      if (bytes !== null) assertContent(key, bytes);
      return bytes;
    },
  };
}

function pathOf(directory: string, key: string): string {
  if (key.length > MAX_KEY_LENGTH || !KEY.test(key)) {
    throw new RangeError(
      `"${key}" is not a file key: use lower-case letters, digits, ".", "_", "-" and "/".`,
    );
  }
  return join(directory, key);
}

function assertContent(key: string, bytes: Uint8Array): void {
  const digest = CONTENT_KEY.exec(key)?.groups?.['digest'];
  if (digest !== undefined && digest !== sha256(bytes)) {
    throw new FileDamaged(`The bytes of ${key} are not the ones that its name promises.`);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name is only durable once its directory is. */
async function syncDirectory(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readOrNull(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
