/** One journal entry: its postings, what undoes it or is undone by it, its seal, and the proof to take away. */
import { useParams } from 'react-router';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import type { Fact } from '../../../components/fact-list.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate, formatInstant } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { OneEntry } from './journal.query.ts';
import { PostingsTable } from './postings.tsx';

type Answer = ResultOf<typeof OneEntry>['journalEntry'];
type Entry = Extract<Answer, { readonly data: unknown }>['data'];

export function EntryPage() {
  const { t, locale } = useLanguage();
  const { id = '' } = useParams();
  const reading = useData(OneEntry, { id });
  return (
    <DataView reading={reading}>
      {({ journalEntry }) =>
        journalEntry.__typename === 'QueryJournalEntrySuccess' ? (
          <Found entry={journalEntry.data} />
        ) : (
          <ErrorState title={refusalSentence(journalEntry, t, locale)} />
        )
      }
    </DataView>
  );
}

function Found({ entry }: { readonly entry: Entry }) {
  const { t } = useLanguage();
  return (
    <WorkspacePage
      title={t(`journal:kind.${entry.kind}`)}
      back={{ href: paths.journal(), name: t('journal:title') }}
      lead={<p>{entry.narrative}</p>}
    >
      <FactList facts={useFacts(entry)} />
      <section className="section" aria-labelledby="postings">
        <h2 id="postings">{t('ledger:entries.postings')}</h2>
        <PostingsTable postings={entry.postings} />
      </section>
      {entry.handEntry !== null && <Made entry={entry} id={entry.handEntry} />}
      <section className="section" aria-labelledby="seal">
        <h2 id="seal">{t('journal:seal.title')}</h2>
        <Seal entry={entry} />
      </section>
    </WorkspacePage>
  );
}

/** The page of what caused an entry; where it has none, all entries of the same cause. */
function pathOfCause(kind: Entry['kind'], cause: string): string {
  switch (kind) {
    case 'PLEDGE_BINDING':
    case 'PLEDGE_WRITE_OFF':
      return paths.pledge(cause);
    case 'ALLOCATION':
      return paths.allocation(cause);
    case 'AWARD_SIGNED':
    case 'AWARD_CLOSED':
      return paths.award(cause);
    case 'DISBURSEMENT':
      return paths.disbursement(cause);
    case 'MANAGEMENT_COST':
      return paths.managementCost(cause);
    case 'REVERSAL':
      return paths.entry(cause);
    default:
      return paths.journal({ cause });
  }
}

function useFacts(entry: Entry): Fact[] {
  const { t, locale } = useLanguage();
  const link = (id: string) => (
    <a className="code" href={paths.entry(id)}>
      {id}
    </a>
  );
  return [
    { name: t('journal:entry.id'), value: <span className="code">{entry.id}</span> },
    {
      name: t('journal:filter.cause'),
      value: (
        <a className="code" href={pathOfCause(entry.kind, entry.cause)}>
          {entry.cause}
        </a>
      ),
    },
    { name: t('journal:entry.effectiveOn'), value: formatDate(entry.effectiveOn, locale) },
    ...(entry.bookedOn === null
      ? []
      : [{ name: t('journal:bookedOn'), value: formatDate(entry.bookedOn, locale) }]),
    { name: t('journal:entry.recordedAt'), value: formatInstant(entry.recordedAt, locale) },
    ...(entry.reverses === null ? [] : [{ name: t('journal:entry.reverses'), value: link(entry.reverses) }]),
    ...(entry.reversedBy === null
      ? []
      : [{ name: t('journal:entry.reversedBy'), value: link(entry.reversedBy) }]),
  ];
}

/** Of an entry made by hand: its supporting documents, and how it was prepared and approved. */
function Made({ entry: { documents }, id }: { readonly entry: Entry; readonly id: string }) {
  const { t } = useLanguage();
  return (
    <section className="section" aria-labelledby="documents">
      <h2 id="documents">{t('books:entry.documents')}</h2>
      {documents.length === 0 ? (
        <p>{t('journal:entry.noDocuments')}</p>
      ) : (
        <ul className="plain-list">
          {documents.map(({ id: document, title, path, sha256 }) => (
            <li key={document}>
              <a href={path}>{title}</a> <span className="under code">{sha256}</span>
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={paths.handEntry(id)}>{t('journal:entry.preparedBy')}</a>
      </p>
    </section>
  );
}

function Seal({ entry: { id, seal } }: { readonly entry: Entry }) {
  const { t, locale } = useLanguage();
  if (seal === null) return <p>{t('journal:seal.waiting')}</p>;
  const signed = seal.checkpointSize !== null && seal.checkpointSignedAt !== null;
  return (
    <>
      <p>
        <StatusBadge tone={seal.unaltered ? 'done' : 'stopped'}>
          {seal.unaltered ? t('journal:seal.unaltered') : t('journal:seal.altered')}
        </StatusBadge>
      </p>
      <FactList
        facts={[
          { name: t('journal:seal.sequence'), value: <span className="code">{seal.sequence}</span> },
          { name: t('journal:seal.hash'), value: <span className="code">{seal.leafHash}</span> },
          {
            name: t('journal:seal.checkpoint'),
            value: signed
              ? t('journal:seal.checkpointOf', {
                  size: seal.checkpointSize ?? 0,
                  at: formatInstant(seal.checkpointSignedAt ?? '', locale),
                })
              : t('journal:seal.unsigned'),
          },
        ]}
      />
      {signed && (
        <div className="page-actions">
          <a
            className="button button-quiet"
            href={`/ledger/entries/${encodeURIComponent(id)}/proof.jsonl`}
            download
          >
            {t('journal:seal.proof')}
          </a>
        </div>
      )}
    </>
  );
}
