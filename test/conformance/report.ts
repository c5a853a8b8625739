/** Counts the verdicts of a run and prints them: each failure, each distinct reason for skipping, the tally. */
import type { TestVerdict } from './run-test.ts';

export class ConformanceReport {
  #passed = 0;
  readonly #failures: string[] = [];
  readonly #skips = new Map<string, number>();

  add(title: string, verdict: TestVerdict): void {
    if (verdict.kind === 'passed') this.#passed += 1;
    else if (verdict.kind === 'failed') this.#failures.push(`${title}\n    ${verdict.reason}`);
    else this.#skips.set(verdict.reason, (this.#skips.get(verdict.reason) ?? 0) + 1);
  }

  get failures(): readonly string[] {
    return this.#failures;
  }

  get passed(): number {
    return this.#passed;
  }

  get skipped(): number {
    return [...this.#skips.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The whole report; its last line is the tally. */
  toString(): string {
    const skips = [...this.#skips].sort(([a, left], [b, right]) => right - left || a.localeCompare(b));
    const lines = [
      ...this.#failures.map((failure) => `FAILED ${failure}`),
      ...skips.map(([reason, count]) => `skipped ${count}: ${reason}`),
      `${this.#passed} passed, ${this.#failures.length} failed, ${this.skipped} skipped`,
    ];
    return lines.join('\n');
  }
}
