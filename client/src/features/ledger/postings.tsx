/** The postings of an entry as an accountant reads them: account, debit, credit, and what they say. */
import { AccountLink } from '../../../components/account-link.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import type { ResultOf } from '../../../lib/graphql.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { linesOfPostings } from './posting-lines.ts';
import type { DimensionNames, PostingFields } from './journal.query.ts';

type Posting = ResultOf<typeof PostingFields>;
type NamedPosting = Posting & ResultOf<typeof DimensionNames>;

interface PostingLinesProps {
  readonly postings: readonly Posting[];
  /** Where the whole entry is shown. */
  readonly entry: string;
}

/** What an entry moves, short enough for a list. */
export function PostingLines({ postings, entry }: PostingLinesProps) {
  const { t, read } = useLanguage();
  const { currency } = useRegion();
  const { lines, left } = linesOfPostings(postings);
  return (
    <ul className="postings">
      {lines.map(({ account, accountName, side, amountMinor }) => (
        <li key={`${side} ${account}`}>
          <span>{t(`ledger:${side}`)}</span>
          <a href={paths.journal({ account })}>{accountName === null ? account : read(accountName)}</a>
          <Amount money={{ amountMinor, currency }} as="exact" />
        </li>
      ))}
      {left > 0 && (
        <li>
          <span />
          <a href={paths.entry(entry)}>{t('journal:morePostings', { count: left })}</a>
        </li>
      )}
    </ul>
  );
}

export function PostingsTable({ postings }: { readonly postings: readonly NamedPosting[] }) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  const dimensionsOf = useDimensions();
  const side = (amountMinor: string) =>
    amountMinor === '0' ? null : <Amount money={{ amountMinor, currency }} as="exact" />;
  const total = (of: 'debitMinor' | 'creditMinor') =>
    postings.reduce((sum, posting) => sum + BigInt(posting[of]), 0n).toString();
  return (
    <DataTable
      caption={t('ledger:entries.postings')}
      captionHidden
      rows={postings.map((posting, index) => ({ ...posting, index }))}
      rowKey={({ index }) => String(index)}
      empty={null}
      columns={[
        {
          key: 'account',
          heading: t('ledger:balances.account'),
          cell: (posting) => <AccountLink {...posting} />,
        },
        {
          key: 'debit',
          heading: t('ledger:debit'),
          numeric: true,
          cell: ({ debitMinor }) => side(debitMinor),
        },
        {
          key: 'credit',
          heading: t('ledger:credit'),
          numeric: true,
          cell: ({ creditMinor }) => side(creditMinor),
        },
        {
          key: 'says',
          heading: t('journal:entry.dimensions'),
          cell: (posting) => (
            <ul className="plain-list dimension-list">
              {dimensionsOf(posting).map(({ name, value, href }) => (
                <li key={name}>
                  {name} <a href={href}>{value}</a>
                </li>
              ))}
            </ul>
          ),
        },
      ]}
      footer={
        <tr>
          <th scope="row">{t('journal:total')}</th>
          <td className="numeric" data-heading={t('ledger:debit')}>
            {side(total('debitMinor'))}
          </td>
          <td className="numeric" data-heading={t('ledger:credit')}>
            {side(total('creditMinor'))}
          </td>
          <td />
        </tr>
      }
    />
  );
}

/** What a posting says beside its account, each with the entries that say the same. */
function useDimensions() {
  const { t, read } = useLanguage();
  const { sectors, localities } = useRegion();
  return (posting: NamedPosting) => {
    const { nature, fundName, projectTitle, roundTitle } = posting;
    const names = { fund: fundName, project: projectTitle, award: projectTitle, round: roundTitle };
    const said = (name: 'fund' | 'sector' | 'locality' | 'project' | 'award' | 'round', value: string) => ({
      name: t(`journal:filter.${name}`),
      value,
      href: paths.journal({ [name]: posting[name] }),
    });
    return [
      ...(nature === null
        ? []
        : [
            {
              name: t('journal:filter.nature'),
              value: t(`journal:nature.${nature}`),
              href: paths.journal({ nature: nature.toLowerCase().replaceAll('_', '-') }),
            },
          ]),
      ...(['fund', 'project', 'award', 'round'] as const).flatMap((name) => {
        const value = posting[name];
        const called = names[name];
        return value === null ? [] : [said(name, called === null ? value : read(called))];
      }),
      ...(posting.sector === null ? [] : [said('sector', read(nameOfCode(sectors, posting.sector)))]),
      ...(posting.locality === null
        ? []
        : [said('locality', read(nameOfCode(localities, posting.locality)))]),
    ];
  };
}
