/** BSON regular expressions as JavaScript ones. */
import type { BSONRegExp } from 'bson';
import { CommandError } from '../errors.ts';

/** `x` (spaces and comments allowed) has no JavaScript flag, so they are taken out of the pattern. */
function withoutSpaces(pattern: string): string {
  return pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\s+|#.*$/gm, (part) => (/^[\s#]/.test(part) ? '' : part));
}

export function toRegExp(value: BSONRegExp | RegExp | string, options?: string): RegExp {
  const pattern = typeof value === 'string' ? value : value instanceof RegExp ? value.source : value.pattern;
  const own = typeof value === 'string' ? '' : value instanceof RegExp ? value.flags : value.options;
  const flags = options ?? own;
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  const body = inline === null ? pattern : pattern.slice(inline[0].length);
  const wanted = new Set(`${flags}${inline?.[1] ?? ''}`);
  const unknown = [...wanted].find((flag) => !'imsxu'.includes(flag));
  if (unknown !== undefined) throw new CommandError('BadValue', `invalid flag in regex options: ${unknown}`);
  try {
    return new RegExp(
      wanted.has('x') ? withoutSpaces(body) : body,
      [...wanted].filter((flag) => 'ims'.includes(flag)).join('') +
        (/[^\x00-\x7f]|\\p\{/.test(body) ? 'u' : ''),
    );
  } catch (error) {
    throw new CommandError(51091, `Regular expression is invalid: ${(error as Error).message}`);
  }
}
