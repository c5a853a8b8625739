/** Passwords: what is long enough, and making one that nobody else has. */
import { randomInt } from 'node:crypto';
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

/** A password of 100 random bits, in groups that can be typed from a screen: `k7mp-…`. */
export function generatePassword(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
