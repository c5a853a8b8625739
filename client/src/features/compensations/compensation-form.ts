/** The form of a compensation statement as values, and what they say: terms as the rules take them, or the unread field. */
import {
  FEWEST_LOCALITIES,
  MOST_IN_TABLE,
  MOST_LOCALITIES,
  problemOfCompensation,
  statementOf,
  type CompensationTerms,
} from '../../../../server/domain/compensation.ts';
import { compareCodePoints } from '../../../../server/domain/code-point-order.ts';
import { share, type ShareProblem } from '../../../../server/domain/matching/share.ts';
import { minor } from '../../../../server/domain/money.ts';
import type { StatementView } from '../../../components/compensation-statement.tsx';
import { parseYuan } from '../../../lib/amount-input.ts';
import { decimalOf } from '../../../lib/csv.ts';

type ByField<Value> = Readonly<Record<string, Value>>;

export interface CompensationValues {
  readonly title: { readonly zh: string; readonly en: string };
  readonly round: string;
  readonly project: string;
  readonly localities: readonly string[];
  readonly costsSource: string;
  readonly basis: 'rule' | 'table';
  /** Amounts in yuan by {@link fieldOfPlace}. */
  readonly standAlone: ByField<string>;
  readonly shared: string;
  /** Amounts in yuan by {@link fieldOfGroup}. */
  readonly costs: ByField<string>;
  readonly paid: ByField<string>;
  readonly source: ByField<'STATED' | 'LEDGER'>;
  readonly note: ByField<string>;
}

/** Codes of localities are numbers, which alone would name list items. */
export const fieldOfPlace = (code: string): string => `in-${code}`;

export const fieldOfGroup = (members: readonly string[]): string => `of-${members.join('-')}`;

/** Every group of the localities, the smaller ones first. */
export function groupsOf(localities: readonly string[]): string[][] {
  const sorted = localities.toSorted(compareCodePoints);
  return Array.from({ length: 2 ** sorted.length - 1 }, (_, index) =>
    sorted.filter((_code, bit) => ((index + 1) & (1 << bit)) !== 0),
  ).sort((a, b) => a.length - b.length);
}

/** What our ledger says that each locality has paid, in minor units; one that is left out has paid nothing. */
export type LedgerFigures = ReadonlyMap<string, string>;

/** The terms that the values say, or the name of the first field that cannot be read. */
export function termsOf(
  values: CompensationValues,
  ledger: LedgerFigures,
): CompensationTerms | { readonly unread: string } {
  const unread: string[] = [];
  const amount = (field: string, typed: string | undefined) => {
    const amountMinor = parseYuan(typed ?? '');
    if (amountMinor === null) unread.push(field);
    return minor(BigInt(amountMinor ?? '0'));
  };
  const { localities, basis } = values;
  const isTable = basis === 'table' && localities.length <= MOST_IN_TABLE;
  const terms: CompensationTerms = {
    ...{ title: values.title, costsSource: values.costsSource, localities },
    ...{ round: orNull(values.round), project: values.round === '' ? null : orNull(values.project) },
    rule: isTable
      ? null
      : {
          standAlone: localities.map((locality) => ({
            locality,
            amountMinor: amount(
              `standAlone.${fieldOfPlace(locality)}`,
              values.standAlone[fieldOfPlace(locality)],
            ),
          })),
          sharedMinor: amount('shared', values.shared),
        },
    coalitions: isTable
      ? groupsOf(localities).map((members) => ({
          localities: members,
          amountMinor: amount(`costs.${fieldOfGroup(members)}`, values.costs[fieldOfGroup(members)]),
        }))
      : null,
    paid: localities.map((locality) => {
      const place = fieldOfPlace(locality);
      const fromLedger = values.round !== '' && values.source[place] === 'LEDGER';
      return fromLedger
        ? { locality, amountMinor: minor(BigInt(ledger.get(locality) ?? '0')), source: 'ledger', note: '' }
        : {
            ...{ locality, source: 'stated', note: values.note[place] ?? '' },
            amountMinor: amount(`paid.${place}`, values.paid[place]),
          };
    }),
  };
  const [first] = unread;
  return first === undefined ? terms : { unread: first };
}

const orNull = (text: string): string | null => (text === '' ? null : text);

/** The statement that the values come to so far; null while they do not say enough. */
export function tryStatement(
  values: CompensationValues,
  ledger: LedgerFigures,
  currency: string,
): StatementView | null {
  const { localities } = values;
  if (localities.length < FEWEST_LOCALITIES || localities.length > MOST_LOCALITIES) return null;
  const terms = termsOf(values, ledger);
  if ('unread' in terms) return null;
  const problem = problemOfCompensation(terms);
  const { lines, transfers, ...sums } = statementOf(problem, share(problem));
  const money = (amountMinor: bigint) => ({ amountMinor: String(amountMinor), currency });
  return {
    lines: lines.map((line) => {
      const figure = terms.paid.find(({ locality }) => locality === line.locality);
      return {
        ...{ locality: line.locality, extraExact: line.extraExact, shareExact: line.shareExact },
        ...{ standAloneMinor: String(line.standAloneMinor), shareMinor: String(line.shareMinor) },
        ...{ savingMinor: String(line.savingMinor), paidMinor: String(line.paidMinor) },
        netMinor: String(line.netMinor),
        paidSource: figure?.source === 'ledger' ? 'LEDGER' : 'STATED',
        paidNote: figure?.note ?? '',
      };
    }),
    transfers: transfers.map(({ from, to, amountMinor }) => ({ from, to, amountMinor: String(amountMinor) })),
    ...{ total: money(sums.totalMinor), unpaid: money(sums.unpaidMinor) },
    ...{ inCore: sums.inCore, objection: sums.objection },
  };
}

/** The values of a problem of `share`: costs, and what was paid, each without its source. */
export function valuesOfProblem(
  problem: ShareProblem,
): Pick<CompensationValues, 'localities' | 'basis' | 'standAlone' | 'shared' | 'costs' | 'paid'> {
  const yuan = (record: Record<string, string>, fieldOf: (key: string) => string) =>
    Object.fromEntries(Object.entries(record).map(([key, amount]) => [fieldOf(key), decimalOf(amount)]));
  const { rule, costs } = problem;
  return {
    localities: problem.parties,
    basis: rule === undefined ? 'table' : 'rule',
    standAlone: rule === undefined ? {} : yuan(rule.standAloneMinor, fieldOfPlace),
    shared: rule === undefined ? '' : decimalOf(rule.sharedMinor),
    costs: costs === undefined ? {} : yuan(costs, (key) => fieldOfGroup(key.split('+'))),
    paid: yuan(problem.paidMinor, fieldOfPlace),
  };
}

/** The field that shows a fault of this path of the input. */
export function fieldOfFault(path: string, { localities, basis }: CompensationValues): string {
  if (path === 'title') return 'title.zh';
  if (path === 'rule.sharedMinor') return 'shared';
  const listed = /^(paid|rule\.standAlone|coalitions)\[(\d+)\](?:\.(\w+))?/.exec(path);
  if (listed === null) return path.replace(/\[\d+\].*$/, '');
  const [, list, index, part] = listed;
  if (list === 'coalitions') return `costs.${fieldOfGroup(groupsOf(localities)[Number(index)] ?? [])}`;
  const place = fieldOfPlace(localities[Number(index)] ?? '');
  if (list === 'rule.standAlone' && basis === 'rule') return `standAlone.${place}`;
  return part === 'note' || part === 'source' ? `${part}.${place}` : `paid.${place}`;
}
