/** Reads an amount as people type it, in yuan, into whole minor units; no float on the way. */

/** Minor units as digits, or null when the text is no amount: at most two decimals, separators ignored. */
export function parseYuan(text: string): string | null {
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text.replace(/[\s,，¥]/g, ''));
  if (match === null) return null;
  const [, whole = '0', fraction = ''] = match;
  return (BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0'))).toString();
}
