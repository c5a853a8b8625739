import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './passwords.ts';

/** Of "pässword", written by another implementation (hash-wasm 4.13) with the same parameters. */
const BY_ANOTHER =
  '$argon2id$v=19$m=19456,t=2,p=1$vPZqFc0xsJQSfFZZmr5PNw$j8ytS1ng4agbgqJ1sBkmoshhXlujLHOHe0/Qwrzkzns';

describe('passwords', () => {
  it('are kept as argon2id with the parameters of OWASP, each with a salt of its own', async () => {
    const [first, second] = await Promise.all([
      hashPassword('a long password'),
      hashPassword('a long password'),
    ]);
    for (const hash of [first, second]) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/u);
    expect(first).not.toBe(second);
  });

  it('match the one that was set and no other, however its characters are composed', async () => {
    const hash = await hashPassword('p\u00E4ssword');
    expect(await verifyPassword({ hash, password: 'pa\u0308ssword' })).toBe(true);
    expect(await verifyPassword({ hash, password: 'password' })).toBe(false);
  });

  it('match hashes that another implementation wrote', async () => {
    expect(await verifyPassword({ hash: BY_ANOTHER, password: 'p\u00E4ssword' })).toBe(true);
    expect(await verifyPassword({ hash: BY_ANOTHER, password: 'passw\u00F6rd' })).toBe(false);
  });
});
