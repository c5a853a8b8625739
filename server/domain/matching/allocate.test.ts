import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate } from './allocate.ts';
import { RUNS, anyProblem } from '../../../test/support/allocation-problems.ts';

describe('allocate', () => {
  it('conserves money and breaches nothing', () => {
    fc.assert(
      fc.property(anyProblem(), (problem) => {
        const result = allocate(problem);
        const funds = new Map(problem.funds.map((fund) => [fund.id, fund]));
        const projects = new Map(problem.projects.map((project) => [project.id, project]));
        const spent = new Map<string, bigint>();
        const received = new Map<string, bigint>();
        for (const { fund: fundId, project: projectId, amountMinor } of result.grants) {
          const fund = funds.get(fundId)!;
          const project = projects.get(projectId)!;
          const amount = BigInt(amountMinor);
          expect(amount).toBeGreaterThan(0n);
          expect(fund.sectors?.includes(project.sector) ?? true).toBe(true);
          expect(fund.localities?.includes(project.locality) ?? true).toBe(true);
          expect(fund.projects?.includes(project.id) ?? true).toBe(true);
          if (fund.capPerProjectMinor !== null) {
            expect(amount).toBeLessThanOrEqual(BigInt(fund.capPerProjectMinor));
          }
          spent.set(fundId, (spent.get(fundId) ?? 0n) + amount);
          received.set(projectId, (received.get(projectId) ?? 0n) + amount);
        }
        const unused = new Map(result.unused.map((entry) => [entry.fund, BigInt(entry.amountMinor)]));
        for (const fund of problem.funds) {
          expect((spent.get(fund.id) ?? 0n) + (unused.get(fund.id) ?? 0n)).toBe(BigInt(fund.availableMinor));
        }
        for (const project of result.projects) {
          expect(BigInt(project.fundedMinor)).toBe(received.get(project.id) ?? 0n);
          expect(BigInt(project.fundedMinor)).toBeLessThanOrEqual(
            BigInt(projects.get(project.id)!.needMinor),
          );
        }
      }),
      { numRuns: RUNS },
    );
  });
});
