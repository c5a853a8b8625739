/** The journal explorer: every entry that a filter lets through; the filter is the address, so it can be sent on. */
import { useNavigate, useSearchParams } from 'react-router';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState, ErrorState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import type { JournalAddress } from '../../../lib/workspace-paths.ts';
import { ExportLinks } from './export-links.tsx';
import { JournalFilterForm } from './journal-filter-form.tsx';
import { addressOf, filterOf } from './journal-filter.ts';
import { FoundTotal } from './found-total.tsx';
import { Journal } from './journal.query.ts';
import { PostingLines } from './postings.tsx';

type Answer = ResultOf<typeof Journal>['journalEntries'];
type Entry = Extract<Answer, { readonly data: unknown }>['data']['items'][number];

const pageOf = ({ journalEntries }: ResultOf<typeof Journal>) =>
  'data' in journalEntries ? journalEntries.data : journalEntries;

export function JournalPage() {
  const { t, locale } = useLanguage();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const address = addressOf(params);
  const pages = usePages({ query: Journal, variables: { filter: filterOf(address) }, page: pageOf });
  return (
    <WorkspacePage
      title={t('journal:title')}
      back={{ href: paths.ledger(), name: t('workspace:nav.ledger') }}
      lead={<p>{t('journal:lead')}</p>}
      actions={<ExportLinks table="journal" asked={address} />}
    >
      <JournalFilterForm
        address={address}
        onChoose={(chosen) => void navigate(paths.journal(chosen).slice('/app'.length))}
      />
      <FoundTotal filter={filterOf(address)} />
      {pages.refusal === null ? (
        <DataView reading={pages}>
          {(entries) => (
            <>
              <Entries entries={entries} address={address} />
              <ListEnd pages={pages} shown={entries.length} />
            </>
          )}
        </DataView>
      ) : (
        <ErrorState title={refusalSentence(pages.refusal, t, locale)} />
      )}
    </WorkspacePage>
  );
}

interface EntriesProps {
  readonly entries: readonly Entry[];
  readonly address: JournalAddress;
}

function Entries({ entries, address }: EntriesProps) {
  const { t, locale } = useLanguage();
  const filtered = Object.keys(address).length > 0;
  return (
    <DataTable
      caption={t('ledger:entries.title')}
      captionHidden
      rows={entries}
      rowKey={({ id }) => id}
      empty={
        <EmptyState title={filtered ? t('journal:none') : t('ledger:entries.empty')}>
          {filtered ? t('journal:noneNext') : t('ledger:entries.emptyNext')}
        </EmptyState>
      }
      columns={[
        {
          key: 'on',
          heading: t('journal:bookedOn'),
          cell: ({ bookedOn, effectiveOn, sequence }) => (
            <div>
              <span className="one-line">{formatDate(bookedOn ?? effectiveOn, locale)}</span>
              <span className="under code">{sequence ?? t('journal:unsealed')}</span>
            </div>
          ),
        },
        {
          key: 'what',
          heading: t('ledger:entries.what'),
          cell: ({ id, narrative, kind }) => (
            <div>
              <a href={paths.entry(id)}>{t(`journal:kind.${kind}`)}</a>
              <span className="under">{narrative}</span>
            </div>
          ),
        },
        {
          key: 'postings',
          heading: t('ledger:entries.postings'),
          cell: ({ id, postings }) => <PostingLines postings={postings} entry={id} />,
        },
      ]}
    />
  );
}
