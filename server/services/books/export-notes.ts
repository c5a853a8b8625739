/** What a file of the books says about itself: whose books, what was asked, who took it when, and what it rests on. */
import type { BookNote } from '../../domain/book-table.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Region } from '../../domain/region.ts';
import { dayOf } from '../../domain/time.ts';
import { latestCheckpoint } from '../../ledger/checkpoints.ts';
import { countAfter, type EntryFilter } from '../../ledger/find-entries.ts';
import type { ServiceContext } from '../context.ts';
import { ENTRY_KIND_WORDS, NATURE_NAMES, PARTY_KIND_WORDS, words } from './book-words.ts';

/** The same in both languages. */
const plain = (text: string): LocalizedText => ({ zh: text, en: text });

const note = (zh: string, en: string, value: LocalizedText | string): BookNote => ({
  label: words(zh, en),
  value: typeof value === 'string' ? plain(value) : value,
});

const FILTER_LABELS: Readonly<Record<keyof EntryFilter, LocalizedText>> = {
  kind: words('业务类型', 'Event'),
  nature: words('收支性质', 'Nature'),
  from: words('入账日起', 'Booked from'),
  through: words('入账日止', 'Booked through'),
  account: words('科目', 'Account'),
  fund: words('基金', 'Fund'),
  partyKind: words('主体类型', 'Kind of party'),
  sector: words('领域', 'Sector'),
  locality: words('属地', 'Locality'),
  project: words('项目', 'Project'),
  award: words('资助协议', 'Award'),
  round: words('轮次', 'Round'),
  cause: words('事由编号', 'Cause'),
  leastMinor: words('最低金额', 'Least amount'),
  mostMinor: words('最高金额', 'Greatest amount'),
};

function wordOf(name: keyof EntryFilter, value: string | bigint, region: Region): LocalizedText {
  if (typeof value === 'bigint') return plain(formatMoney(value, region.currency));
  const tables: Partial<Record<keyof EntryFilter, Readonly<Record<string, LocalizedText>>>> = {
    kind: ENTRY_KIND_WORDS,
    nature: NATURE_NAMES,
    partyKind: PARTY_KIND_WORDS,
    sector: Object.fromEntries(region.sectors.map(({ code, name: called }) => [code, called])),
    locality: Object.fromEntries(region.localities.map(({ code, name: called }) => [code, called])),
  };
  return tables[name]?.[value] ?? plain(value);
}

/** Each condition of the filter in words, or that there was none. */
export function notesOfFilter(filter: EntryFilter, region: Region): BookNote[] {
  const set = Object.entries(filter) as [keyof EntryFilter, string | bigint][];
  if (set.length === 0) return [note('查询条件', 'Filter', words('无（全部凭证）', 'None: every entry'))];
  return set.map(([name, value]) => ({
    label: {
      zh: `查询条件：${FILTER_LABELS[name].zh}`,
      en: `Filter: ${FILTER_LABELS[name].en}`,
    },
    value: wordOf(name, value, region),
  }));
}

export const notesOfDays = ({ from, through }: { readonly from: string; readonly through: string }) => [
  note('期间', 'Period', words(`${from} 至 ${through}`, `${from} through ${through}`)),
];

export const notesOfDay = (asOf: string | null) => [
  note('截至', 'As of', asOf === null ? words('导出时', 'The time of the export') : asOf),
];

/** Above this, how many entries are not covered yet is not counted to the end. */
const MOST_COUNTED = 10_000;

/**
 * Whose books, in what money, who took them when, and the newest signed checkpoint. It is read before the figures, so
 * that every entry under it is in them; what came after it may be in them too, and is counted.
 */
export async function notesOfExport(
  { database, clock, actor }: Pick<ServiceContext, 'database' | 'clock' | 'actor'>,
  region: Region,
): Promise<BookNote[]> {
  const checkpoint = await latestCheckpoint(database);
  const after = await countAfter(database, checkpoint?.treeSize ?? 0, MOST_COUNTED);
  const later = after > MOST_COUNTED ? words(`${MOST_COUNTED} 张以上`, `over ${MOST_COUNTED}`) : `${after}`;
  const now = clock.now();
  const time = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: region.timeZone, hour12: false, timeZoneName: 'shortOffset' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  }).format(now);
  return [
    note('单位', 'Foundation', {
      zh: `${region.name.zh}公共产品供给基金会`,
      en: `Supply Foundation, ${region.name.en}`,
    }),
    note('币种', 'Currency', region.currency),
    note('导出人', 'Taken by', actor.kind === 'person' ? actor.name : actor.kind),
    note('导出时间', 'Taken at', `${dayOf(now, region.timeZone)} ${time}`),
    ...(checkpoint === null
      ? [note('检查点', 'Checkpoint', words('尚未签署', 'None is signed yet'))]
      : [
          note(
            '最近签署的检查点',
            'Last signed checkpoint',
            words(`覆盖前 ${checkpoint.treeSize} 张凭证`, `Over the first ${checkpoint.treeSize} entries`),
          ),
          note('检查点签署时间', 'Checkpoint signed at', checkpoint.signedAt),
          note('检查点根哈希', 'Root hash of the checkpoint', checkpoint.rootHash),
          note('签署公钥', 'Public key', checkpoint.publicKey),
        ]),
    note('检查点之后的凭证', 'Entries after the checkpoint', later),
  ];
}
