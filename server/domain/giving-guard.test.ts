import { describe, expect, it } from 'vitest';
import { findProof, GUARD_POLICY, isProofOf, levelOf, type GuardFacts } from './giving-guard.ts';

const facts = (begun: number, paid: number, declined: number): GuardFacts => ({ begun, paid, declined });
const none = facts(0, 0, 0);

describe('the level of the guard', () => {
  it.each([
    ['a quiet day', facts(12, 9, 3)],
    ['a good campaign', facts(2_000, 1_600, 60)],
    ['few gifts, all of them declined', facts(8, 0, 19)],
  ])('stays open on %s', (_what, lately) => {
    expect(levelOf('open', lately, lately, false)).toBe('open');
  });

  it.each([
    ['many are begun and hardly any is paid', facts(60, 5, 0)],
    ['half of the tries are declined', facts(40, 20, 20)],
  ])('asks for proofs when %s', (_what, lately) => {
    expect(levelOf('open', lately, lately, false)).toBe('proving');
  });

  it('pauses when cards are declined although proofs are asked for, and not before', () => {
    expect(levelOf('open', facts(60, 2, 40), facts(60, 2, 40), false)).toBe('proving');
    expect(levelOf('proving', facts(60, 2, 24), facts(30, 2, 24), false)).toBe('proving');
    expect(levelOf('proving', facts(60, 6, 25), facts(30, 6, 25), false)).toBe('paused');
    expect(levelOf('proving', facts(60, 7, 25), facts(30, 7, 25), false)).toBe('proving');
  });

  it('opens again by itself once it has been quiet, and not earlier', () => {
    expect(levelOf('proving', none, none, false)).toBe('proving');
    expect(levelOf('proving', none, none, true)).toBe('open');
    expect(levelOf('paused', none, none, false)).toBe('paused');
    expect(levelOf('paused', none, none, true)).toBe('open');
  });
});

describe('a proof', () => {
  it('is for one gift alone and takes work to find', () => {
    const proof = findProof('a', 0, 2 ** (GUARD_POLICY.proofBits + 5));
    expect(isProofOf('a', proof)).toBe(true);
    expect(isProofOf('b', proof)).toBe(false);
    expect(findProof('a', 0, 3)).toBeNull();
  });

  it.each([null, '', '-1', '1e5', '0x10', '9'.repeat(13), ' 1'])('is not %j', (proof) => {
    expect(isProofOf('a', proof, 0)).toBe(false);
  });
});
