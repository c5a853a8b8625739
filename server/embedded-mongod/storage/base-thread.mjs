// @ts-check
/**
 * Writes what is moved to disk into LMDB, away from the thread that answers: each packet is one transaction, which is on
 * disk when the answer comes. `base-writer.ts` starts this thread and packs. It is plain JavaScript because a thread is
 * started from a file, from source and compiled alike.
 */
import { open } from 'lmdb';
import { parentPort, workerData } from 'node:worker_threads';

const { path, settings } =
  /** @type {{ path: string, settings: import('lmdb').RootDatabaseOptionsWithPath }} */ (workerData);
const base = open({ ...settings, path, encoding: 'binary', keyEncoding: 'binary' });

/**
 * The changes of a packet by their keys' bytes: neighbours lie on the same pages.
 * @param {Buffer} packet changes as `base-writer.ts` packs them
 * @param {number} bytes how much of it they fill
 * @returns {{ key: Buffer, value: Buffer | null }[]}
 */
function unpack(packet, bytes) {
  const changes = [];
  for (let at = 0; at < bytes;) {
    const keyBytes = packet.readUInt16LE(at);
    const valueBytes = packet.readInt32LE(at + 2);
    const keyAt = at + 6;
    const valueAt = keyAt + keyBytes;
    at = valueAt + Math.max(valueBytes, 0);
    changes.push({
      key: packet.subarray(keyAt, valueAt),
      value: valueBytes < 0 ? null : packet.subarray(valueAt, at),
    });
  }
  return changes.sort((a, b) => a.key.compare(b.key));
}

/** @param {{ packet: Uint8Array, bytes: number }} moved @returns {Promise<void>} */
async function write({ packet, bytes }) {
  const changes = unpack(Buffer.from(packet.buffer), bytes);
  base.transactionSync(() => {
    for (const { key, value } of changes) {
      if (value === null) base.removeSync(key);
      else base.putSync(key, value);
    }
  });
  await base.flushed;
}

parentPort?.on('message', (moved) => {
  if (moved === null) {
    void base.close().then(() => parentPort?.close());
    return;
  }
  write(/** @type {{ packet: Uint8Array, bytes: number }} */ (moved)).then(
    () => parentPort?.postMessage(null),
    (/** @type {unknown} */ error) =>
      parentPort?.postMessage(error instanceof Error ? error.message : String(error)),
  );
});
