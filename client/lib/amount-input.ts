/** Reads an amount as people type it, in yuan, into whole minor units; no float on the way. */
import { parseMajorText } from '../../server/domain/money.ts';

/** Minor units as digits, or null when the text is no amount: at most two decimals, separators ignored. */
export const parseYuan = (text: string): string | null => parseMajorText(text)?.toString() ?? null;

/** The same the other way: minor units as somebody types them, `12.50` or `12`. */
export const yuanAsTyped = (amountMinor: string): string =>
  `${BigInt(amountMinor) / 100n}.${(BigInt(amountMinor) % 100n).toString().padStart(2, '0')}`.replace(
    /\.00$/,
    '',
  );
