import { describe, expect, it } from 'vitest';
import { giverKeyOf, mailboxOf } from './giver-key.ts';

const SALT = 'a'.repeat(64);

describe('one mailbox is one giver', () => {
  it.each([
    ['Wang@Example.org', 'wang@example.org'],
    ['wang+round1@example.org', 'wang@example.org'],
    ['w.a.n.g+x@gmail.com', 'wang@gmail.com'],
    ['wang@googlemail.com', 'wang@gmail.com'],
    ['ｗａｎｇ@example.org', 'wang@example.org'],
    ['w.ang@example.org', 'w.ang@example.org'],
  ])('%s is the mailbox %s', (written, mailbox) => {
    expect(mailboxOf(written)).toBe(mailbox);
  });

  it('has one key in one pool and another in another, and the key shows nothing', () => {
    const key = giverKeyOf('wang@example.org', SALT);
    expect(giverKeyOf('WANG+gift@example.org', SALT)).toBe(key);
    expect(giverKeyOf('wang@example.org', 'b'.repeat(64))).not.toBe(key);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
  });
});
