/** Passwords: what is long enough, making one that nobody else has, and keeping only an argon2id hash of it. */
import { randomInt } from 'node:crypto';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import type { InputFault } from '../../domain/errors.ts';

export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 128;

/** Without the characters that are mistaken for each other when read aloud or copied by hand. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const GROUPS = 5;
const GROUP_LENGTH = 4;

export function faultsOfPassword(password: string): InputFault[] {
  if (password.length >= MIN_PASSWORD_LENGTH && password.length <= MAX_PASSWORD_LENGTH) return [];
  return [
    {
      path: 'password',
      reason: 'password-length',
      message: `A password has ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters; a few unrelated words make a good one.`,
    },
  ];
}

/**
 * OWASP's first choice of parameters: 19 MiB, two passes, one lane; argon2id, version 1.3, which are the library's own
 * choice. It computes beside the event loop: while one person signs in, nobody else's request waits.
 */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

export function hashPassword(password: string): Promise<string> {
  return argon2Hash(password.normalize('NFKC'), ARGON2);
}

export function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  return argon2Verify(hash, password.normalize('NFKC'));
}

/** A password of 100 random bits, in groups that can be typed from a screen: `k7mp-…`. */
export function generatePassword(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
