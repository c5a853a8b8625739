import { describe, expect, it } from 'vitest';
import { faultsOfDocument, mediaTypeOf, missingForVerification } from './party-standing.ts';
import type { CalendarDate } from './time.ts';

const day = (text: string) => text as CalendarDate;
const organization = { kind: 'social-organization', creditCode: '91350100M000100Y43' } as const;
const certificate = { kind: 'registration-certificate', validUntil: null } as const;
const PDF = new TextEncoder().encode('%PDF-1.7');

describe('verifying a party', () => {
  it('needs a code with a right check digit and a certificate that holds', () => {
    expect(missingForVerification(organization, [certificate], day('2026-03-02'))).toEqual([]);
    expect(missingForVerification(organization, [], day('2026-03-02'))).toEqual(['registration-certificate']);
    const wrong = { ...organization, creditCode: '91350100M000100Y44' };
    expect(missingForVerification(wrong, [certificate], day('2026-03-02'))).toEqual(['credit-code']);
    const expired = { ...certificate, validUntil: day('2026-03-01') };
    expect(missingForVerification(organization, [expired], day('2026-03-02'))).toEqual([
      'registration-certificate',
    ]);
  });

  it('needs no code of an individual, but something to compare with', () => {
    const person = { kind: 'individual', creditCode: null } as const;
    expect(missingForVerification(person, [{ kind: 'other', validUntil: null }], day('2026-03-02'))).toEqual(
      [],
    );
    expect(missingForVerification(person, [], day('2026-03-02'))).toHaveLength(1);
  });
});

describe('a document', () => {
  it('is known by how it begins, not by what its sender says', () => {
    expect(mediaTypeOf(PDF)).toBe('application/pdf');
    expect(mediaTypeOf(new TextEncoder().encode('<html>%PDF-'))).toBeNull();
    expect(mediaTypeOf(new Uint8Array())).toBeNull();
  });

  it('has a title, a size and a day that make sense', () => {
    expect(faultsOfDocument({ title: 'Certificate', validUntil: null }, PDF)).toEqual([]);
    const wrong = faultsOfDocument({ title: ' ', validUntil: '2026-02-30' }, new Uint8Array(6 * 1024 * 1024));
    expect(wrong.map(({ path }) => path)).toEqual(['title', 'validUntil', 'file']);
  });
});
