/** The report page's data, read from the canonical document: the page shows no figure that the document lacks. */
import type { Currency } from '../../../server/domain/money.ts';
import type { ReportDocument } from '../../../server/domain/report-document.ts';
import { sumMoney } from '../../lib/format.ts';
import type { MoneyValue } from '../../lib/format.ts';
import type { ReportData } from './report-page.tsx';

/** What is known of a report beside its document. */
interface Publication {
  readonly publishedAt: string;
  readonly documentSha256: string;
  readonly latestVersion: number;
  readonly files: ReportData['files'];
  readonly versions: ReportData['versions'];
}

const money = (amountMinor: string, currency: Currency): MoneyValue => ({ amountMinor, currency });

/** The round's pledges and all gifts, less fees and what this round allocated; other rounds' allocations are not in it. */
function unallocatedOf({ totals }: ReportDocument): string {
  const { pledgedMinor, donatedMinor, paymentFeesMinor, allocatedMinor } = totals;
  return String(
    BigInt(pledgedMinor) + BigInt(donatedMinor) - BigInt(paymentFeesMinor) - BigInt(allocatedMinor),
  );
}

function flowsOf(document: ReportDocument): ReportData['fromKinds'] {
  const sectors = new Map(document.projects.map(({ id, sector }) => [id, sector]));
  const sums = new Map<string, ReportData['fromKinds'][number]>();
  const returned = (document.returns ?? []).flatMap(({ project, lines }) =>
    lines.map(({ giver, amountMinor }) => ({ giver, project, amountMinor: `-${amountMinor}` })),
  );
  const given = document.allocations.flatMap(({ lines }) => lines);
  for (const { giver, project, amountMinor } of [...given, ...returned]) {
    const kind = giver === 'social-organization' ? 'socialOrganization' : giver;
    const sector = sectors.get(project) ?? '';
    const amount = money(amountMinor, document.currency);
    const key = `${kind} ${sector}`;
    const sum = sums.get(key);
    sums.set(key, {
      kind,
      sector,
      amount: sum === undefined ? amount : sumMoney([sum.amount, amount], document.currency),
    });
  }
  return [...sums.values()];
}

function coverageOf(document: ReportDocument): ReportData['coverage'] {
  const named = (codes: readonly string[], names: ReportDocument['sectorNames']) =>
    [...new Set(codes)].map((code) => ({ code, name: names[code] ?? { zh: code, en: code } }));
  return {
    sectors: named(
      document.coverage.map(({ sector }) => sector),
      document.sectorNames,
    ),
    localities: named(
      document.coverage.map(({ locality }) => locality),
      document.localityShortNames,
    ),
    cells: document.coverage.map(({ sector, locality, targetMinor, fundedMinor }) => ({
      sector,
      locality,
      need: money(targetMinor, document.currency),
      funded: money(fundedMinor, document.currency),
    })),
  };
}

function disbursementsOf(document: ReportDocument): ReportData['disbursements'] {
  const titles = new Map(document.projects.map(({ id, title }) => [id, title]));
  return document.disbursements.map(
    ({ executedOn, grantee, project, trancheNumber, amountMinor, sentBack = false }, index) => ({
      id: String(index + 1),
      executedOn,
      projectCode: project,
      projectTitle: titles.get(project) ?? { zh: project, en: project },
      grantee,
      tranche: trancheNumber,
      sentBack,
      amount: money(amountMinor, document.currency),
    }),
  );
}

function returnsOf(document: ReportDocument): ReportData['returns'] {
  const titles = new Map(document.projects.map(({ id, title }) => [id, title]));
  return (document.returns ?? []).flatMap(({ closedOn, grantee, project, lines }, index) =>
    lines.map(({ fund, amountMinor }, line) => ({
      id: `${index + 1}.${line + 1}`,
      ...{ closedOn, grantee, fund, projectCode: project },
      projectTitle: titles.get(project) ?? { zh: project, en: project },
      amount: money(amountMinor, document.currency),
    })),
  );
}

/** Everything that the page of a report shows. */
export function reportDataOf(document: ReportDocument, publication: Publication): ReportData {
  const { currency, totals } = document;
  const run = document.allocations[0];
  return {
    title: {
      zh: `${document.round.title.zh} · 拨付公示`,
      en: `${document.round.title.en}: disbursement report`,
    },
    number: document.number,
    version: document.version,
    latestVersion: publication.latestVersion,
    publishedAt: publication.publishedAt,
    recordedUntil: document.ledger.recordedUntil,
    currency,
    totals: {
      pledged: money(totals.pledgedMinor, currency),
      received: money(totals.receivedMinor, currency),
      allocated: money(totals.allocatedMinor, currency),
      disbursed: money(totals.disbursedMinor, currency),
      donated: money(totals.donatedMinor, currency),
      fees: money(totals.paymentFeesMinor, currency),
      remaining: money(unallocatedOf(document), currency),
    },
    fromKinds: flowsOf(document),
    coverage: coverageOf(document),
    covered: document.coverageSummary,
    disbursements: disbursementsOf(document),
    returns: returnsOf(document),
    contentHash: publication.documentSha256,
    allocation: run === undefined ? null : { rule: run.rule, inputHash: run.inputHash },
    files: publication.files,
    versions: publication.versions,
  };
}
