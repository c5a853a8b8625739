/** Pages of allocation and compensation with made-up data, and the texts that they compute again from. */
import { TOY_START, toyProblem } from '../../../client/public/allocation/toy.ts';
import { allocate } from '../../../server/domain/matching/allocate.ts';
import { sampleShare, sampleStatement } from './compensation.ts';
import { text, yuan, localities, projects, type SamplePage } from './zone.ts';

const run = toyProblem(TOY_START);
const runResult = allocate(run);

/** The texts that pages compute again from. */
export const sampleRunFiles: Readonly<Record<string, string>> = {
  '/allocation/runs/run/problem.json': JSON.stringify(run),
  '/allocation/runs/run/result.json': JSON.stringify(runResult),
  '/compensation/statement/problem.json': sampleShare.problemJson,
  '/compensation/statement/result.json': sampleShare.resultJson,
};

export const allocationPages: readonly SamplePage[] = [
  {
    path: '/allocation',
    name: 'how-allocation',
    request: {
      page: 'howAllocation',
      data: {
        runs: [
          {
            id: 'run',
            round: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
            rule: 'leximin',
            executedAt: '2026-06-30T04:20:00Z',
            total: yuan(61_350_000),
          },
        ],
      },
    },
  },
  {
    path: '/compensation',
    name: 'compensations',
    request: {
      page: 'compensations',
      data: {
        statements: [
          {
            ...{ id: 'statement', version: 2, title: sampleStatement.title },
            ...{ publishedAt: sampleStatement.publishedAt, total: sampleStatement.total },
            transferred: { amountMinor: String(sampleShare.transfersMinor), currency: 'CNY' },
          },
        ],
      },
    },
  },
  {
    path: '/compensation/statement',
    name: 'compensation',
    request: {
      page: 'compensation',
      data: {
        ...{ ...sampleStatement, id: 'statement', localities },
        round: { code: 'R2026-1', title: text('2026 年第一批', 'First batch of 2026') },
        versions: [
          { id: 'statement', version: 2, publishedAt: sampleStatement.publishedAt },
          { id: 'first', version: 1, publishedAt: '2026-05-08T02:00:00Z' },
        ],
      },
    },
  },
  {
    path: '/imbalance',
    name: 'imbalance',
    request: {
      page: 'imbalance',
      data: {
        sectors: [
          { code: 'health', name: text('卫生健康', 'Health') },
          { code: 'education', name: text('教育', 'Education') },
        ],
        localities: [
          { code: '310118', name: text('青浦', 'Qingpu') },
          { code: '330421', name: text('嘉善', 'Jiashan') },
        ],
        rounds: [
          {
            code: '2026-1',
            title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
            isAllocated: true,
            cells: [
              {
                ...{ sector: 'health', locality: '310118' },
                ...{ need: yuan(10_000_000), before: yuan(4_000_000), funded: yuan(6_500_000) },
              },
              {
                ...{ sector: 'education', locality: '330421' },
                ...{ need: yuan(8_000_000), before: yuan(0), funded: yuan(5_000_000) },
              },
            ],
            byCell: {
              before: { lowest: 0, gini: 0.5, theil: 0.6931 },
              after: { lowest: 0.625, gini: 0.0098, theil: 0.0002 },
            },
            bySector: {
              before: { lowest: 0, gini: 0.5, theil: 0.6931 },
              after: { lowest: 0.625, gini: 0.0098, theil: 0.0002 },
            },
            byLocality: {
              before: { lowest: 0, gini: 0.5, theil: 0.6931 },
              after: { lowest: 0.625, gini: 0.0098, theil: 0.0002 },
            },
          },
        ],
      },
    },
  },
  {
    path: '/allocation/runs/run',
    name: 'allocation-run',
    request: {
      page: 'allocationRun',
      data: {
        id: 'run',
        rule: 'leximin',
        inputHash: runResult.inputHash,
        executedAt: '2026-06-30T04:20:00Z',
        total: yuan(2_600_000),
        round: {
          code: 'R2026-1',
          title: text('2026 年第一批公共服务清单', 'Public-service list, first batch of 2026'),
        },
        byHand: {
          reason: '罗星街道日托中心须在冬季前开工。',
          changedBy: '陆远',
          approvedBy: ['沈清', '陈静'],
          lines: [
            {
              fund: { zh: '嘉善专款', en: 'Jiashan fund' },
              project: { zh: '罗星街道养老日托', en: 'Day care, Luoxing' },
              computed: { amountMinor: '31000000', currency: 'CNY' },
              amount: { amountMinor: '33000000', currency: 'CNY' },
            },
          ],
        },
        levels: projects.map(({ id: project, title, funded }) => ({
          ...{ id: project, title, level: '2/5', funded },
        })),
        bottlenecks: [
          {
            level: '2/5',
            nextLevel: '1',
            relief: yuan(3_900_000),
            projects: projects.map(({ title }) => title),
            funds: [text('非限定基金', 'Unrestricted fund'), text('嘉善专款', 'For Jiashan')],
          },
        ],
      },
    },
  },
];
