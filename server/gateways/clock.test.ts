import { describe, expect, it } from 'vitest';
import { SteppableClock, systemClock } from './clock.ts';

describe('the clocks', () => {
  it('the system clock tells the machine’s time', () => {
    const before = Date.now();
    const told = systemClock.now().getTime();
    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(Date.now());
  });

  it('a steppable clock stands still, advances exactly, and can be set to any moment', () => {
    const clock = new SteppableClock(new Date('2026-01-31T16:00:00Z'));
    expect(clock.now()).toEqual(new Date('2026-01-31T16:00:00Z'));
    clock.advance(1_500);
    expect(clock.now()).toEqual(new Date('2026-01-31T16:00:01.500Z'));
    clock.set(new Date('2025-12-31T00:00:00Z'));
    expect(clock.now()).toEqual(new Date('2025-12-31T00:00:00Z'));
  });

  it('what is handed out is a copy: changing it does not move the clock', () => {
    const clock = new SteppableClock(new Date('2026-01-01T00:00:00Z'));
    clock.now().setFullYear(1999);
    expect(clock.now().getUTCFullYear()).toBe(2026);
  });

  it('refuses to step back, by a fraction, or to no date at all', () => {
    const clock = new SteppableClock(new Date(0));
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.advance(0.5)).toThrow(RangeError);
    expect(() => clock.set(new Date('not a date'))).toThrow(RangeError);
  });
});
