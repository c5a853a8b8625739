/**
 * SHA-256 (FIPS 180-4) in plain TypeScript, so that the server, the browser and a published check hash
 * the same bytes synchronously. Invariant: it reads its input and never changes it.
 */

/**
 * The first 32 bits of the fractional part of each root of the first `count` primes. Words are kept signed throughout:
 * a signed word is a small integer to the engine, an unsigned one above 2³¹ is a number on its heap.
 */
function rootConstants(count: number, exponent: bigint): Int32Array {
  const constants = new Int32Array(count);
  let found = 0;
  for (let candidate = 2n; found < count; candidate += 1n) {
    if (!isPrime(candidate)) continue;
    constants[found] = Number(integerRoot(candidate << (32n * exponent), exponent) & 0xffffffffn);
    found += 1;
  }
  return constants;
}

function isPrime(candidate: bigint): boolean {
  for (let divisor = 2n; divisor * divisor <= candidate; divisor += 1n) {
    if (candidate % divisor === 0n) return false;
  }
  return true;
}

function integerRoot(value: bigint, exponent: bigint): bigint {
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** exponent <= value) low = middle;
    else high = middle;
  }
  return low;
}

const ROUND = rootConstants(64, 3n);
const INITIAL = rootConstants(8, 2n);

/** The digest of `input` (a string is hashed as UTF-8) as 64 lower-case hexadecimal digits. */
export function sha256Hex(input: string | Uint8Array): string {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  return hexOf(digestWords(bytes));
}

/** The digest as 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  for (const [index, word] of digestWords(bytes).entries()) view.setInt32(4 * index, word);
  return digest;
}

function digestWords(bytes: Uint8Array): Int32Array {
  return new Digest().update(bytes).words();
}

const BLOCK = 64;

/** A digest of bytes that come piece by piece. */
export class Digest {
  private readonly state = Int32Array.from(INITIAL);
  private readonly schedule = new Int32Array(BLOCK);
  /** What of a block has come. */
  private readonly begun = new Uint8Array(BLOCK);
  private length = 0;

  /** The next bytes; they may be changed afterwards. */
  update(bytes: Uint8Array): this {
    const { state, schedule, begun } = this;
    let from = 0;
    const held = this.length % BLOCK;
    this.length += bytes.length;
    if (held > 0) {
      from = Math.min(BLOCK - held, bytes.length);
      begun.set(bytes.subarray(0, from), held);
      if (held + from < BLOCK) return this;
      compress(state, schedule, begun, 0);
    }
    for (; from + BLOCK <= bytes.length; from += BLOCK) compress(state, schedule, bytes, from);
    begun.set(bytes.subarray(from));
    return this;
  }

  /** The digest of all that came, as 64 lower-case hexadecimal digits. Nothing may come after. */
  hex(): string {
    return hexOf(this.words());
  }

  /** The same as eight words of 32 bits. */
  words(): Int32Array {
    const held = this.length % BLOCK;
    const tail = new Uint8Array(held < 56 ? BLOCK : 2 * BLOCK);
    tail.set(this.begun.subarray(0, held));
    tail[held] = 0x80;
    new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(this.length) * 8n);
    for (let offset = 0; offset < tail.length; offset += BLOCK)
      compress(this.state, this.schedule, tail, offset);
    return this.state;
  }
}

function hexOf(words: Int32Array): string {
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** One block. Indices are in range by construction; `?? 0` only tells the compiler so. */
function compress(state: Int32Array, w: Int32Array, bytes: Uint8Array, offset: number): void {
  for (let t = 0, at = offset; t < 16; t += 1, at += 4) {
    w[t] =
      ((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0);
  }
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15] ?? 0;
    const y = w[t - 2] ?? 0;
    const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = ((((w[t - 16] ?? 0) + small0) | 0) + (((w[t - 7] ?? 0) + small1) | 0)) | 0;
  }
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let t = 0; t < 64; t += 1) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const chosen = (e & f) ^ (~e & g);
    const t1 = ((((h + big1) | 0) + ((chosen + (ROUND[t] ?? 0)) | 0)) | 0) + (w[t] ?? 0);
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
  state[4] = (state[4] ?? 0) + e;
  state[5] = (state[5] ?? 0) + f;
  state[6] = (state[6] ?? 0) + g;
  state[7] = (state[7] ?? 0) + h;
}
