/** The journal explorer: every entry that a filter lets through; the filter is the address, so it can be sent on. */
import { useNavigate, useSearchParams } from 'react-router';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState, ErrorState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import type { JournalAddress } from '../../../lib/workspace-paths.ts';
import { ExportLinks } from './export-links.tsx';
import { JournalFilterForm } from './journal-filter-form.tsx';
import { addressOf, filterOf } from './journal-filter.ts';
import { FoundTotal } from './found-total.tsx';
import { Journal } from './journal.query.ts';
import { PostingLines } from './postings.tsx';

type Answer = ResultOf<typeof Journal>['journalEntries'];
type Page = Extract<Answer, { readonly data: unknown }>['data'];

export function JournalPage() {
  const { t, locale } = useLanguage();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const address = addressOf(params);
  const after = params.get('after');
  const reading = useData(Journal, { filter: filterOf(address), after });
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
      <DataView reading={reading}>
        {({ journalEntries }) =>
          journalEntries.__typename === 'QueryJournalEntriesSuccess' ? (
            <Entries page={journalEntries.data} address={address} after={after} />
          ) : (
            <ErrorState title={refusalSentence(journalEntries, t, locale)} />
          )
        }
      </DataView>
    </WorkspacePage>
  );
}

interface EntriesProps {
  readonly page: Page;
  readonly address: JournalAddress;
  readonly after: string | null;
}

function Entries({ page: { entries, hasMore }, address, after }: EntriesProps) {
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
      pages={{
        previous: after === null ? null : paths.journal(address),
        next: hasMore ? paths.journal({ ...address, after: entries.at(-1)?.id ?? null }) : null,
      }}
      columns={[
        {
          key: 'on',
          heading: t('journal:bookedOn'),
          cell: ({ bookedOn, effectiveOn, sequence }) => (
            <>
              <span className="one-line">{formatDate(bookedOn ?? effectiveOn, locale)}</span>
              <span className="under code">{sequence ?? t('journal:unsealed')}</span>
            </>
          ),
        },
        {
          key: 'what',
          heading: t('ledger:entries.what'),
          cell: ({ id, narrative, kind }) => (
            <>
              <a href={paths.entry(id)}>{t(`journal:kind.${kind}`)}</a>
              <span className="under">{narrative}</span>
            </>
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
