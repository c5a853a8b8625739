/** The tables that the demo shows: what each project was given and why it stopped there, and the ledger. */
import { formatMoney, toMajorText } from '../../server/domain/money.ts';
import type { ApiClient } from './api-client.ts';

interface Named {
  readonly zh: string;
  readonly en: string;
}

/** Chinese characters take two columns of a terminal. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(
      character,
    )
      ? 2
      : 1;
  return width;
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
}

/** Rows as aligned text; the named columns are aligned to the right. */
function tableText(rows: readonly (readonly string[])[], rightColumns: ReadonlySet<number>): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows
    .map((row) =>
      `  ${row.map((cell, column) => pad(cell, widths[column] ?? 0, rightColumns.has(column))).join('  ')}`.trimEnd(),
    )
    .join('\n');
}

interface AllocationAnswer {
  readonly allocationRun: {
    readonly inputHash: string;
    readonly total: { readonly formatted: string };
    readonly levels: readonly {
      readonly project: {
        readonly title: Named;
        readonly locality: string;
        readonly need: { readonly amountMinor: string; readonly formatted: string };
      } | null;
      readonly fundedMinor: string;
      readonly level: string;
      readonly bottleneck: number | null;
    }[];
    readonly bottlenecks: readonly {
      readonly level: string;
      readonly reliefMinor: string;
      readonly nextLevel: string;
      readonly exhaustedFunds: readonly { readonly name: Named }[];
    }[];
  };
}

const percentOf = (fraction: string): string => {
  const [numerator = '0', denominator = '1'] = fraction.split('/');
  const tenths = (BigInt(numerator) * 1000n) / BigInt(denominator);
  return `${tenths / 10n}.${tenths % 10n} %`;
};

const FUNDS_NAMED = 3;

/** The first few by name, the rest as a number. */
function fundsText(funds: readonly { readonly name: Named }[]): string {
  if (funds.length === 0) return 'no fund';
  const named = funds.slice(0, FUNDS_NAMED).map(({ name }) => name.zh);
  const more = funds.length - named.length;
  return named.join('、') + (more === 0 ? '' : ` and ${more} more funds`);
}

export async function allocationTable(staff: ApiClient, runId: string): Promise<string> {
  const { allocationRun: run } = await staff.query<AllocationAnswer>(
    `query($id: ID!) { allocationRun(id: $id) { inputHash total { formatted }
      levels { project { title { zh en } locality need { amountMinor formatted } } fundedMinor level bottleneck }
      bottlenecks { level reliefMinor nextLevel exhaustedFunds { name { zh en } } } } }`,
    { id: runId },
  );
  const rows = run.levels.map(({ project, fundedMinor, level, bottleneck }) => [
    project?.title.zh ?? '',
    project?.locality ?? '',
    project?.need.formatted ?? '',
    formatMoney(BigInt(fundedMinor), 'CNY'),
    percentOf(`${fundedMinor}/${project?.need.amountMinor ?? '1'}`),
    percentOf(level),
    bottleneck === null ? '' : `#${bottleneck}`,
  ]);
  const head = [
    'project 项目',
    'locality 属地',
    'need 需求',
    'allocated 分配',
    'of need 占比',
    'level 水平',
    'stopped by 瓶颈',
  ];
  const reasons = run.bottlenecks.map(
    ({ level, exhaustedFunds, reliefMinor, nextLevel }, index) =>
      `  #${index} at ${percentOf(level)}: used up ${fundsText(exhaustedFunds)}; ${formatMoney(BigInt(reliefMinor), 'CNY')} of free money would lift it to ${percentOf(nextLevel)}`,
  );
  return [
    `Allocated ${run.total.formatted}, input ${run.inputHash.slice(0, 23)}…`,
    tableText([head, ...rows], new Set([2, 3, 4, 5])),
    ...reasons,
  ].join('\n');
}

interface LedgerAnswer {
  readonly trialBalance: readonly {
    readonly account: string;
    readonly debitMinor: string;
    readonly creditMinor: string;
  }[];
  readonly ledgerInvariants: readonly {
    readonly invariant: string;
    readonly figure: string;
    readonly holds: boolean;
    readonly breaches: readonly string[];
  }[];
}

/** Accounts of one kind are one row: `fund:… (42)`. */
export async function ledgerSummary(
  staff: ApiClient,
): Promise<{ readonly text: string; readonly holds: boolean }> {
  const { trialBalance, ledgerInvariants } = await staff.query<LedgerAnswer>(
    '{ trialBalance { account debitMinor creditMinor } ledgerInvariants { invariant figure holds breaches } }',
  );
  const groups = new Map<string, { count: number; debit: bigint; credit: bigint }>();
  for (const { account, debitMinor, creditMinor } of trialBalance) {
    const [kind = account] = account.split(':', 1);
    const sum = groups.get(kind) ?? { count: 0, debit: 0n, credit: 0n };
    groups.set(kind, {
      count: sum.count + 1,
      debit: sum.debit + BigInt(debitMinor),
      credit: sum.credit + BigInt(creditMinor),
    });
  }
  const rows = [...groups].map(([kind, { count, debit, credit }]) => [
    count === 1 ? kind : `${kind} (${count})`,
    toMajorText(debit, 'CNY'),
    toMajorText(credit, 'CNY'),
    toMajorText(debit - credit, 'CNY'),
  ]);
  const totals = [...groups.values()].reduce(
    (sum, group) => ({ debit: sum.debit + group.debit, credit: sum.credit + group.credit }),
    { debit: 0n, credit: 0n },
  );
  rows.push([
    'total',
    toMajorText(totals.debit, 'CNY'),
    toMajorText(totals.credit, 'CNY'),
    toMajorText(totals.debit - totals.credit, 'CNY'),
  ]);
  const checks = ledgerInvariants.map(
    ({ invariant, figure, holds, breaches }) =>
      `  ${holds ? '✓' : '✗'} ${invariant} (${figure})${breaches.map((breach) => `\n      ${breach}`).join('')}`,
  );
  return {
    text: [
      tableText([['account', 'debit', 'credit', 'net debit'], ...rows], new Set([1, 2, 3])),
      '',
      ...checks,
    ].join('\n'),
    holds: ledgerInvariants.every(({ holds }) => holds) && totals.debit === totals.credit,
  };
}
