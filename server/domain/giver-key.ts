/**
 * Who gave, for limits per person, without saying who: one key for one mailbox, however its owner writes it and
 * whichever card or account they use. The key is made with a salt of the pool, so that keys of two pools cannot be
 * compared, and none can be guessed once the salt is gone.
 */
import { sha256Hex } from './sha-256.ts';

/** Mailboxes whose owners may put dots anywhere. */
const DOTLESS_HOSTS = new Set(['gmail.com', 'googlemail.com']);

/** The address in its one form: lower case, without `+tag`, without dots where they mean nothing. */
export function mailboxOf(email: string): string {
  const [local = '', host = ''] = email
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .split(/@(?=[^@]*$)/u);
  const untagged = local.replace(/\+.*$/u, '');
  const plain = DOTLESS_HOSTS.has(host) ? untagged.replaceAll('.', '') : untagged;
  return `${plain}@${host === 'googlemail.com' ? 'gmail.com' : host}`;
}

/**
 * One key for one card, from what the payment processor calls it: two mailboxes that pay with one card share its limit.
 * @param salt random text of the pool, at least 32 characters
 */
export const cardKeyOf = (fingerprint: string, salt: string): string =>
  sha256Hex(`${salt}:card:${fingerprint}`);

/** @param salt random text of the pool, at least 32 characters */
export const giverKeyOf = (email: string, salt: string): string => sha256Hex(`${salt}:${mailboxOf(email)}`);
