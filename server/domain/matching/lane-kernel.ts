/**
 * The loop in which `settle` spends most of its time: rules applied in turn, each in all lanes of a `LaneTable`. It is
 * there twice: compiled from `lane-kernel.wat`, which takes a fifth of the time, and in plain TypeScript for where
 * WebAssembly may not be compiled, as on a page whose content policy forbids it. Invariant: both leave the same bits.
 */
import { compileKernel } from '../compiled-kernel.ts';
import { LANE_KERNEL } from './lane-kernel-bytes.ts';

/**
 * Applies rules in turn: each pledge is lowered to what its rule keeps of it, in every lane in which its party is not
 * held. All arguments are addresses in bytes.
 * @param rule the first rule
 * @param end after the last, which is not the first
 * @param rowBytes how long a row is, a multiple of 32
 * @param everything the row of what all pay
 * @param held the row of the parties that are not lowered, one a lane
 * @returns how many of the pledges fell in some lane
 */
type ApplyInTurn = (rule: number, end: number, rowBytes: number, everything: number, held: number) => number;

export interface LaneMemory {
  readonly doubles: Float64Array;
  readonly words: Int32Array;
  readonly applyInTurn: ApplyInTurn;
}

/** A rule as it lies in memory: words first, then doubles. Rows are named by their addresses; 0 is that of nobody. */
export const RULE_BYTES = 80;
/** What the words of a rule are, by their number. */
export const WORDS = {
  /** The rows of its pledge and of its party: the same where it is the party's only one. */
  own: 0,
  total: 1,
  /** The rows that it looks at: three, and a list of those beyond. */
  first: 2,
  second: 3,
  third: 4,
  moreFrom: 5,
  moreEnd: 6,
  /** The row that does not count among those. */
  less: 7,
  /** Written by the loop: 1 where the pledge fell in some lane. */
  fell: 8,
} as const;
/** What its doubles are: the kept amount is step × floor(steps + stepsPerUnit × others), or 0 below the least others. */
export const NUMBERS = { party: 5, steps: 6, stepsPerUnit: 7, least: 8, step: 9 } as const;

/** Memory of so many bytes, all 0, and the faster of the two loops that can work on it here. */
export function laneMemory(bytes: number): LaneMemory {
  return compiledMemory(bytes) ?? plainMemory(bytes);
}

const PAGE = 65_536;
let compiled: WebAssembly.Module | null | undefined;

/** With the compiled loop; `null` where it cannot be compiled. */
export function compiledMemory(bytes: number): LaneMemory | null {
  compiled ??= compileKernel(LANE_KERNEL);
  if (compiled === null) return null;
  const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE)) });
  const { exports } = new WebAssembly.Instance(compiled, { lanes: { memory } });
  return {
    doubles: new Float64Array(memory.buffer),
    words: new Int32Array(memory.buffer),
    applyInTurn: exports['applyInTurn'] as ApplyInTurn,
  };
}

/** With the plain loop. */
export function plainMemory(bytes: number): LaneMemory {
  const buffer = new ArrayBuffer(Math.ceil(bytes / 8) * 8);
  const [doubles, words] = [new Float64Array(buffer), new Int32Array(buffer)];
  const loop = new PlainLoop(doubles, words);
  return { doubles, words, applyInTurn: (...range) => loop.applyInTurn(...range) };
}

class PlainLoop {
  private readonly doubles: Float64Array;
  private readonly words: Int32Array;
  /** What those pay whom a rule looks at beyond three, in every lane. */
  private beyond = new Float64Array(0);

  constructor(doubles: Float64Array, words: Int32Array) {
    this.doubles = doubles;
    this.words = words;
  }

  applyInTurn(rule: number, end: number, rowBytes: number, everything: number, held: number): number {
    if (this.beyond.length !== rowBytes >> 3) this.beyond = new Float64Array(rowBytes >> 3);
    let count = 0;
    for (let at = rule; at < end; at += RULE_BYTES) {
      const hasFallen = this.apply(at, everything >> 3, held >> 3);
      this.words[(at >> 2) + WORDS.fell] = hasFallen ? 1 : 0;
      if (hasFallen) count += 1;
    }
    return count;
  }

  private apply(rule: number, everything: number, held: number): boolean {
    const { doubles, words, beyond } = this;
    const word = rule >> 2;
    this.addBeyond((words[word + WORDS.moreFrom] ?? 0) >> 2, (words[word + WORDS.moreEnd] ?? 0) >> 2);
    const own = (words[word + WORDS.own] ?? 0) >> 3;
    const total = (words[word + WORDS.total] ?? 0) >> 3;
    const first = (words[word + WORDS.first] ?? 0) >> 3;
    const second = (words[word + WORDS.second] ?? 0) >> 3;
    const third = (words[word + WORDS.third] ?? 0) >> 3;
    const less = (words[word + WORDS.less] ?? 0) >> 3;
    const at = rule >> 3;
    return lower(doubles, beyond, at, everything, held, own, total, first, second, third, less);
  }

  private addBeyond(from: number, end: number): void {
    const { doubles, words, beyond } = this;
    beyond.fill(0);
    for (let at = from; at < end; at += 3) {
      const a = (words[at] ?? 0) >> 3;
      const b = at + 1 < end ? (words[at + 1] ?? 0) >> 3 : 0;
      const c = at + 2 < end ? (words[at + 2] ?? 0) >> 3 : 0;
      for (let lane = 0; lane < beyond.length; lane += 1) {
        const sum = (doubles[a + lane] ?? 0) + (doubles[b + lane] ?? 0) + (doubles[c + lane] ?? 0);
        beyond[lane] = (beyond[lane] ?? 0) + sum;
      }
    }
  }
}

/**
 * Lowers a pledge in every lane to what its rule keeps of it; answers whether that is less in any. By how much it is less
 * is found without a branch, since in half of the lanes it is.
 */
function lower(
  doubles: Float64Array,
  beyond: Float64Array,
  rule: number,
  everything: number,
  held: number,
  own: number,
  total: number,
  first: number,
  second: number,
  third: number,
  less: number,
): boolean {
  const party = doubles[rule + NUMBERS.party] ?? 0;
  const steps = doubles[rule + NUMBERS.steps] ?? 0;
  const stepsPerUnit = doubles[rule + NUMBERS.stepsPerUnit] ?? 0;
  const least = doubles[rule + NUMBERS.least] ?? 0;
  const step = doubles[rule + NUMBERS.step] ?? 0;
  let lowered = 0;
  for (let lane = 0; lane < beyond.length; lane += 1) {
    const three = (doubles[first + lane] ?? 0) + (doubles[second + lane] ?? 0) + (doubles[third + lane] ?? 0);
    const others = three + (beyond[lane] ?? 0) - (doubles[less + lane] ?? 0);
    const kept = others >= least ? Math.floor(steps + stepsPerUnit * others) * step : 0;
    const now = doubles[own + lane] ?? 0;
    const by = doubles[held + lane] === party ? 0 : (now - kept + Math.abs(now - kept)) * 0.5;
    doubles[own + lane] = now - by;
    if (own !== total) doubles[total + lane] = (doubles[total + lane] ?? 0) - by;
    doubles[everything + lane] = (doubles[everything + lane] ?? 0) - by;
    lowered += by;
  }
  return lowered > 0;
}
