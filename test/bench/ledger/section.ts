/** A part of the bench of the ledger that can be run by itself, on a database of its own. */
import type { EmitRow } from '../run-bench.ts';

interface SectionOptions {
  /** The server that all parts and peers use. */
  readonly uri: string;
  readonly quick: boolean;
  /** How old the old ledger is. */
  readonly entries: number;
}

export type Section = (emit: EmitRow, options: SectionOptions) => Promise<void>;
