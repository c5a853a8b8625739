import { describe, expect, it } from 'vitest';
import { buildReportDocument, concernsRound, summarizeCoverage, type ReportRegisters } from './report.ts';
import { FOUNDATION_WIDE, type ReportSchemaVersion } from './report-document.ts';
import { donationSettled, giftReturned } from './posting-rules.ts';
import { awardSigned } from './spending-rules.ts';
import { minor } from './money.ts';
import type { JournalEntry } from './journal.ts';
import type { CalendarDate } from './time.ts';

const cell = (fundedMinor: string, coverageBasisPoints: number) => ({ fundedMinor, coverageBasisPoints });

describe('the sentence on coverage', () => {
  it('tells needs without money apart from the lowest covered one', () => {
    expect(summarizeCoverage([cell('0', 0), cell('500', 2_500), cell('300', 1_200)])).toEqual({
      needCount: 3,
      coveredCount: 2,
      lowestCoveredBasisPoints: 1_200,
    });
  });

  it('counts a need with a little money as covered although its share rounds to nothing', () => {
    expect(summarizeCoverage([cell('1', 0)])).toEqual({
      needCount: 1,
      coveredCount: 1,
      lowestCoveredBasisPoints: 0,
    });
  });

  it('has no lowest where nothing is covered', () => {
    expect(summarizeCoverage([cell('0', 0)]).lowestCoveredBasisPoints).toBeNull();
    expect(summarizeCoverage([])).toEqual({ needCount: 0, coveredCount: 0, lowestCoveredBasisPoints: null });
  });
});

const occasion = { effectiveOn: '2026-01-01' as CalendarDate, currency: 'CNY' as const, narrative: '' };
const recorded = (draft: object) => ({ ...draft, recordedAt: new Date(0) }) as unknown as JournalEntry;
const award = (round: string) =>
  recorded(
    awardSigned({
      ...occasion,
      awardId: 'a',
      project: 'p',
      sector: 'health',
      locality: '330421',
      round,
      projectFundId: 'project:p',
      amountMinor: minor(1n),
    }),
  );
const gift = recorded(
  donationSettled({
    ...occasion,
    donationId: 'd',
    fundId: 'general',
    giftMinor: minor(100n),
    feeCoverMinor: minor(0n),
    partyKind: 'individual',
  }),
);

describe('the entries of a round', () => {
  it('are those that name it, and every gift', () => {
    expect(concernsRound(award('r1'), 'r1')).toBe(true);
    expect(concernsRound(award('r2'), 'r1')).toBe(false);
    expect(concernsRound(gift, 'r1')).toBe(true);
  });
});

describe('the figures of a report', () => {
  const nothing = { zh: '', en: '' };
  const documentOf = (schemaVersion: ReportSchemaVersion, entries: readonly JournalEntry[]) =>
    buildReportDocument(
      {
        ...{ schemaVersion, number: '2026-0002', version: 1, corrects: null, currency: 'CNY', roundId: 'r1' },
        region: { code: 'zone', name: nothing },
        round: { code: 'r1', title: nothing, batch: '', level: 'share', localityWeights: [] },
        ...{ needs: [], pledges: [], projects: [], runs: [], funds: new Map(), tranches: new Map() },
        ...{ sectorNames: {}, localityNames: {}, localityShortNames: {} },
      } satisfies ReportRegisters,
      entries,
      { recordedUntil: '', checkpoint: { treeSize: 1, rootHash: '' }, entryCount: 1, digest: '' },
    );

  it('say which of them count gifts of the whole foundation', () => {
    const document = documentOf(2, [gift]);
    expect(document.totals.donatedMinor).toBe('100');
    expect(document.foundationWide).toEqual(FOUNDATION_WIDE);
    expect(document.foundationWide?.figures).toContain('donatedMinor');
  });

  it('do not count what a returned gift undid of the allocation of another round', () => {
    const designated = { projectId: 'p', projectFundId: 'project:p', sector: 'health', locality: '330421' };
    const returned = (round: string) =>
      recorded(
        giftReturned({
          ...occasion,
          ...{ kind: 'refund', returnId: 'b', donationId: 'd', partyKind: 'individual' },
          parts: [
            {
              fundId: 'general',
              steps: [{ kind: 'designated', amountMinor: minor(40n), round, ...designated }],
            },
          ],
          feeCoverMinor: minor(0n),
        }),
      );
    const totals = { donatedMinor: '60', allocatedMinor: '0' };
    expect(documentOf(2, [gift, returned('r2')]).totals).toMatchObject(totals);
    expect(documentOf(2, [gift, returned('r1')]).totals).toMatchObject({ ...totals, allocatedMinor: '-40' });
    expect(documentOf(1, [gift, returned('r2')]).totals).toMatchObject({ ...totals, allocatedMinor: '-40' });
  });

  it('are rebuilt without that sentence where they were published without it', () => {
    const { foundationWide, schemaVersion, ...rest } = documentOf(2, [gift]);
    expect(foundationWide).toBeDefined();
    expect(schemaVersion).toBe(2);
    expect(documentOf(1, [gift])).toStrictEqual({ ...rest, schemaVersion: 1 });
  });
});
