/** Reading a file or a stream, plain or packed, as blocks of whole lines. */
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const LINE_FEED = 10;
const GZIP = [0x1f, 0x8b] as const;

/** How much is read at a time. */
export const CHUNK_BYTES = 1 << 20;

async function* chunksOf(source: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of source) yield chunk as Buffer;
}

/** The bytes of the source, unpacked where they are packed. */
async function* unpacked(source: Readable): AsyncGenerator<Buffer> {
  const chunks = chunksOf(source);
  const first = await chunks.next();
  if (first.done === true) return;
  async function* whole() {
    yield first.value as Buffer;
    yield* chunks;
  }
  if (first.value[0] !== GZIP[0] || first.value[1] !== GZIP[1]) {
    yield* whole();
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const fed = (async () => {
    for await (const chunk of whole())
      if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once('drain', resolve));
    gunzip.end();
  })();
  fed.catch((error: unknown) => gunzip.destroy(error as Error));
  yield* chunksOf(gunzip);
}

/** Blocks of whole lines, each in memory of its own, which may be handed over; the last line may lack its line feed. */
export async function* blocksOf(source: Readable): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let rest: Buffer[] = [];
  for await (const chunk of unpacked(source)) {
    const cut = chunk.lastIndexOf(LINE_FEED) + 1;
    if (cut > 0) yield joined([...rest, chunk.subarray(0, cut)]);
    rest = [...(cut > 0 ? [] : rest), chunk.subarray(cut)];
  }
  const end = joined(rest);
  if (end.length > 0) yield end;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
