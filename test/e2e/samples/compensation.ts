/** A compensation statement over the real zone, computed by the code of the platform, for tests that look at its screens. */
import { pageOf } from './basics.ts';
import {
  computeCompensation,
  problemOfCompensation,
  statementOfCompensation,
  type CompensationTerms,
} from '../../../server/domain/compensation.ts';
import { minor } from '../../../server/domain/money.ts';

const yuan = (amount: number) => minor(BigInt(amount) * 100n);
const money = (amountMinor: bigint) => ({ amountMinor: String(amountMinor), currency: 'CNY' });

const [QINGPU, WUJIANG, JIASHAN] = ['310118', '320509', '330421'];

const terms: CompensationTerms = {
  title: { zh: '太浦河联合污水处理厂', en: 'Joint sewage works on the Taipu' },
  ...{ round: 'round', project: null, localities: [QINGPU, WUJIANG, JIASHAN] },
  ...{ costsSource: '可行性研究报告（2026 年 3 月），表 4', coalitions: null },
  rule: {
    standAlone: [
      { locality: QINGPU, amountMinor: yuan(21_000_000) },
      { locality: WUJIANG, amountMinor: yuan(26_000_000) },
      { locality: JIASHAN, amountMinor: yuan(9_000_000) },
    ],
    sharedMinor: yuan(31_000_000),
  },
  paid: [
    { locality: QINGPU, amountMinor: yuan(30_000_000), source: 'ledger', note: '' },
    { locality: WUJIANG, amountMinor: yuan(42_000_000), source: 'ledger', note: '' },
    { locality: JIASHAN, amountMinor: yuan(6_500_000), source: 'stated', note: '嘉善县 2025 年决算' },
  ],
};

export const sampleShare = computeCompensation(problemOfCompensation(terms));

const { lines, transfers, ...sums } = statementOfCompensation(sampleShare);

/** What the pages and the screens show of it. */
export const sampleStatement = {
  ...{ title: terms.title, version: 2, project: null, costsSource: terms.costsSource },
  ...{ figuresAt: '2026-07-01T02:00:00Z', publishedAt: '2026-07-09T02:00:00Z' },
  lines: lines.map((line) => {
    const figure = terms.paid.find(({ locality }) => locality === line.locality);
    return {
      ...{ locality: line.locality, extraExact: line.extraExact, shareExact: line.shareExact },
      ...{ standAloneMinor: String(line.standAloneMinor), shareMinor: String(line.shareMinor) },
      ...{ savingMinor: String(line.savingMinor), paidMinor: String(line.paidMinor) },
      netMinor: String(line.netMinor),
      paidSource: figure?.source === 'ledger' ? ('LEDGER' as const) : ('STATED' as const),
      paidNote: figure?.note ?? '',
    };
  }),
  transfers: transfers.map((one) => ({ ...one, amountMinor: String(one.amountMinor) })),
  ...{ total: money(sums.totalMinor), unpaid: money(sums.unpaidMinor) },
  ...{ inCore: sums.inCore, objection: sums.objection },
};

const listed = {
  ...{ id: 'compensation', version: 2, status: 'PROPOSED', title: terms.title, total: sampleStatement.total },
  ...{ keptAt: '2026-07-01T02:00:00Z', keptBy: '陆远', transferred: money(sampleShare.transfersMinor) },
};

/** Answers of the API to the screens of compensation statements. */
export const compensationAnswers = {
  Compensations: {
    compensations: pageOf([
      listed,
      { ...listed, id: 'first', version: 1, status: 'PUBLISHED', keptAt: '2026-05-06T02:00:00Z' },
    ]),
  },
  OneCompensation: {
    compensation: {
      __typename: 'QueryCompensationSuccess',
      data: {
        ...{ ...sampleStatement, ...listed, publishedAt: null, round: 'round', isMine: false },
        ...{ problemJson: sampleShare.problemJson, resultJson: sampleShare.resultJson },
        versions: [
          { id: 'compensation', version: 2, status: 'PROPOSED', keptAt: '2026-07-01T02:00:00Z' },
          { id: 'first', version: 1, status: 'PUBLISHED', keptAt: '2026-05-06T02:00:00Z' },
        ],
        control: {
          digest: 'd',
          approvalsMissing: 1,
          councilMissing: false,
          readerPart: null,
          proposedBy: { name: '陆远' },
          approvals: [],
        },
      },
    },
  },
  OccasionsToChoose: {
    rounds: [{ id: 'round', title: { zh: '2026 年第一批', en: 'First batch of 2026' } }],
  },
  ProjectsToChoose: { projects: pageOf([{ id: 'works', title: terms.title }]) },
  PaidByLocality: {
    paidByLocality: {
      __typename: 'QueryPaidByLocalitySuccess',
      data: terms.paid.slice(0, 2).map(({ locality, amountMinor }) => ({
        ...{ locality, amountMinor: String(amountMinor) },
        pledges: [
          {
            ...{ fundId: `pledge-${locality}`, amountMinor: String(amountMinor) },
            name: { zh: '财政局', en: 'Finance bureau' },
            fundName: { zh: '财政局：生态环保', en: 'Finance bureau: Environment' },
          },
        ],
      })),
    },
  },
};
