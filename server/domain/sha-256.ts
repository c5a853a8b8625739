/**
 * SHA-256 (FIPS 180-4) in plain TypeScript, so that the server, the browser and a published check hash
 * the same bytes synchronously. Invariant: it reads its input and keeps no state between calls.
 */

/** The first 32 bits of the fractional part of each root of the first `count` primes. */
function rootConstants(count: number, exponent: bigint): Uint32Array {
  const constants = new Uint32Array(count);
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
  return Array.from(digestWords(bytes), (word) => word.toString(16).padStart(8, '0')).join('');
}

/** The digest as 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  for (const [index, word] of digestWords(bytes).entries()) view.setUint32(4 * index, word);
  return digest;
}

function digestWords(bytes: Uint8Array): Uint32Array {
  const state = Uint32Array.from(INITIAL);
  const schedule = new Uint32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  for (let offset = 0; offset < whole; offset += 64) compress(state, schedule, bytes, offset);
  const tail = paddedTail(bytes, whole);
  for (let offset = 0; offset < tail.length; offset += 64) compress(state, schedule, tail, offset);
  return state;
}

function paddedTail(bytes: Uint8Array, whole: number): Uint8Array {
  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n);
  return tail;
}

/** One block. Indices are in range by construction; `?? 0` only tells the compiler so. */
function compress(state: Uint32Array, w: Uint32Array, bytes: Uint8Array, offset: number): void {
  const at = (index: number): number => bytes[offset + index] ?? 0;
  for (let t = 0; t < 16; t += 1) {
    w[t] = (at(4 * t) << 24) | (at(4 * t + 1) << 16) | (at(4 * t + 2) << 8) | at(4 * t + 3);
  }
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15] ?? 0;
    const y = w[t - 2] ?? 0;
    const small0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const small1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (w[t - 16] ?? 0) + small0 + (w[t - 7] ?? 0) + small1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let t = 0; t < 64; t += 1) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + big1 + ((e & f) ^ (~e & g)) + (ROUND[t] ?? 0) + (w[t] ?? 0)) | 0;
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
  const words = [a, b, c, d, e, f, g, h];
  for (const [index, word] of words.entries()) state[index] = (state[index] ?? 0) + word;
}
