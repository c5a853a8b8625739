/**
 * Checks a ledger bundle in the reader's browser with the rules that the server's checks use, and tells the outcome in the
 * words of the page. It sends nothing.
 */
import { sha256 } from '../../../server/domain/sha-256.ts';
import type { Finding } from '../../../server/domain/verification/findings.ts';
import {
  BundleCheck,
  type BundleResult,
  type Signed,
} from '../../../server/domain/verification/verify-bundle.ts';
import { placeInWords, type PlaceWords } from '../place-words.ts';

const LINE_FEED = 10;
const GZIP = [0x1f, 0x8b] as const;

/** The page may breathe after so long. */
const BREATH_MS = 50;

const bytesOfHex = (hex: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );

/** Null where the browser has no Ed25519, or the page did not come over a safe connection. */
async function verifySignature({ publicKey, text, signature }: Signed): Promise<boolean | null> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (subtle === undefined) return null;
  try {
    const key = await subtle.importKey('raw', bytesOfHex(publicKey), 'Ed25519', false, ['verify']);
    return await subtle.verify('Ed25519', key, bytesOfHex(signature), new TextEncoder().encode(text));
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotSupportedError' ? null : false;
  }
}

/** The stream unpacked, where it is packed. */
async function unpacked(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const [peek, whole] = stream.tee();
  const reader = peek.getReader();
  const { value } = await reader.read();
  void reader.cancel();
  const packed = value?.[0] === GZIP[0] && value[1] === GZIP[1];
  return packed ? whole.pipeThrough(new DecompressionStream('gzip')) : whole;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

async function check(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onProgress: (lines: number) => void,
): Promise<BundleResult> {
  const bundle = new BundleCheck({ sha256, verifySignature });
  const reader = (await unpacked(stream)).getReader();
  let [rest, lines, breathedAt] = [new Uint8Array(0) as Uint8Array, 0, performance.now()];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const bytes = joined(rest, part.value);
    let from = 0;
    for (let to = bytes.indexOf(LINE_FEED); to !== -1; to = bytes.indexOf(LINE_FEED, from)) {
      bundle.take(bytes.subarray(from, to));
      lines += 1;
      from = to + 1;
      if (performance.now() - breathedAt < BREATH_MS) continue;
      onProgress(lines);
      await new Promise((resolve) => setTimeout(resolve));
      breathedAt = performance.now();
    }
    rest = bytes.slice(from);
  }
  if (rest.length > 0) bundle.take(rest);
  return bundle.finish();
}

function find(within: ParentNode, selector: string): HTMLElement {
  const found = within.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The page has no "${selector}".`);
  return found;
}

class Outcome {
  readonly #root: HTMLElement;
  readonly #words: ReadonlyMap<string, string>;

  constructor(page: HTMLElement) {
    this.#root = find(page, '[data-verify-outcome]');
    this.#words = new Map(
      [...page.querySelectorAll<HTMLElement>('[data-verify-word]')].map((element) => [
        element.dataset.verifyWord ?? '',
        element.textContent,
      ]),
    );
  }

  #word(name: string, facts: Readonly<Record<string, string>> = {}): string {
    return (this.#words.get(name) ?? name).replace(/\{(\w+)\}/g, (_whole, fact: string) => facts[fact] ?? '');
  }

  /** The facts of a finding with its reason, and where it is, as sentences have them. */
  #inWords(facts: Finding['facts']): Finding['facts'] {
    const { reason, path } = facts;
    const places = JSON.parse(this.#word('places')) as PlaceWords;
    return {
      ...facts,
      ...(reason === undefined ? {} : { reason: this.#word(`reason ${reason}`, facts) }),
      ...(path === undefined ? {} : { path: placeInWords(path, places) }),
    };
  }

  #begin(headline: string, state: string): void {
    this.#root.hidden = false;
    this.#root.dataset.verifyOutcome = state;
    find(this.#root, '[data-verify-headline]').textContent = headline;
    for (const name of ['note', 'findings', 'checkpoint'])
      find(this.#root, `[data-verify-${name}]`).hidden = true;
  }

  progress(lines: number): void {
    this.#begin(this.#word('progress', { lines: String(lines) }), 'running');
  }

  unreadable(): void {
    this.#begin(this.#word('unreadable'), 'fails');
    this.#note(this.#word('unreadableText'));
    for (const row of this.#root.querySelectorAll<HTMLElement>('[data-verify-check]'))
      this.#row(row, null, '');
  }

  #note(text: string): void {
    const note = find(this.#root, '[data-verify-note]');
    note.textContent = text;
    note.hidden = false;
  }

  #row(row: HTMLElement, state: 'holds' | 'fails' | 'none' | null, count: string): void {
    row.dataset.state = state ?? '';
    const words = { holds: 'stateHolds', fails: 'stateFails', none: 'stateNone' };
    find(row, '[data-verify-state]').textContent = state === null ? '' : this.#word(words[state]);
    find(row, '[data-verify-count]').textContent = count;
  }

  show(result: BundleResult): void {
    this.#begin(this.#word(result.holds ? 'holds' : 'fails'), result.holds ? 'holds' : 'fails');
    if (result.uncheckedSignatures > 0) this.#note(this.#word('uncheckedSignatures'));
    for (const { name, count, holds } of result.checks) {
      const row = find(this.#root, `[data-verify-check="${name}"]`);
      const unchecked = name === 'signatures' && result.uncheckedSignatures > 0 && holds;
      if (count === null || unchecked) this.#row(row, 'none', '');
      else this.#row(row, holds ? 'holds' : 'fails', String(count));
    }
    this.#showFindings(result.findings);
    const { checkpoint } = result;
    if (checkpoint === null) return;
    const facts = {
      size: String(checkpoint.treeSize),
      root: checkpoint.rootHash,
      signed: checkpoint.signedAt,
      key: checkpoint.publicKey,
    };
    for (const [name, fact] of Object.entries(facts))
      find(this.#root, `[data-verify-fact="${name}"]`).textContent = fact;
    find(this.#root, '[data-verify-checkpoint]').hidden = false;
  }

  #showFindings(findings: readonly Finding[]): void {
    const part = find(this.#root, '[data-verify-findings]');
    part.hidden = findings.length === 0;
    find(part, 'ul').replaceChildren(
      ...findings.map(({ code, facts }) => {
        const item = document.createElement('li');
        item.textContent = this.#word(code, this.#inWords(facts));
        return item;
      }),
    );
  }
}

type Source = () => Promise<ReadableStream<Uint8Array<ArrayBuffer>> | null>;

async function run(outcome: Outcome, source: Source): Promise<void> {
  outcome.progress(0);
  try {
    const stream = await source();
    if (stream === null) outcome.unreadable();
    else
      outcome.show(
        await check(stream, (lines) => {
          outcome.progress(lines);
        }),
      );
  } catch {
    outcome.unreadable();
  }
}

/** Makes the page of checks work. */
export function startVerifyPage(page: HTMLElement): void {
  const outcome = new Outcome(page);
  let running: Promise<void> = Promise.resolve();
  const start = (source: Source) => {
    running = running.then(() => run(outcome, source));
  };
  const file = page.querySelector<HTMLInputElement>('input[type="file"]');
  const take = () => {
    const chosen = file?.files?.[0];
    if (chosen !== undefined) start(() => Promise.resolve(chosen.stream()));
  };
  file?.addEventListener('change', take);
  // Somebody may have chosen a file before this script came.
  take();
  for (const button of page.querySelectorAll<HTMLButtonElement>('[data-verify-address]')) {
    const address = button.dataset.verifyAddress ?? '';
    button.addEventListener('click', () => {
      start(async () => {
        const answer = await fetch(address);
        return answer.ok ? answer.body : null;
      });
    });
  }
}
