/** One entry made by hand: its lines and documents, approving and posting it, and reversing what was posted. */
import { useParams } from 'react-router';
import { useClient, useQuery } from 'urql';
import { AccountLink } from '../../../components/account-link.tsx';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate, formatExact } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { ENTRY_TONES } from './books-status.ts';
import {
  ApproveHandEntry,
  FundsToBook,
  OneHandEntry,
  PostHandEntry,
  WithdrawHandEntry,
  type HandEntry,
} from './books.query.ts';
import { ReverseEntry } from './reverse-entry.tsx';

export function HandEntryPage() {
  const { t, locale } = useLanguage();
  const { id = '' } = useParams();
  const reading = useData(OneHandEntry, { id });
  return (
    <DataView reading={reading}>
      {({ handEntry }) =>
        'data' in handEntry ? (
          <EntryBody entry={handEntry.data} />
        ) : (
          <ErrorState title={refusalSentence(handEntry, t, locale)} />
        )
      }
    </DataView>
  );
}

function EntryBody({ entry }: { entry: HandEntry }) {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  const { status, kind, control, reversal } = entry;
  const approvers = control.approvals.filter(({ stands }) => stands).map(({ name }) => name);
  return (
    <WorkspacePage
      title={entry.narrative}
      back={{ href: paths.handEntries(), name: t('workspace:nav.entries') }}
      lead={
        <div className="page-facts">
          <StatusBadge tone={ENTRY_TONES[status]}>{t(`books:entry.status.${status}`)}</StatusBadge>
          <Amount money={entry.amount} as="exact" />
          {reversal !== null && (
            <a href={paths.handEntry(reversal.id)}>
              {reversal.status === 'POSTED' ? t('books:reverse.made') : t('books:reverse.waiting')}
            </a>
          )}
        </div>
      }
    >
      <FactList
        facts={[
          { name: t('books:entry.kindLabel'), value: t(`books:entry.kind.${kind}`) },
          { name: t('books:entry.effectiveOn'), value: formatDate(entry.effectiveOn, locale) },
          { name: t('books:entry.preparedBy'), value: control.proposedBy.name },
          ...(status === 'POSTED'
            ? [{ name: t('books:entry.approvedBy'), value: approvers.join(t('common:listSeparator')) }]
            : []),
          ...(control.executedBy === null
            ? []
            : [{ name: t('books:entry.postedBy'), value: control.executedBy.name }]),
          ...(entry.reverses === null
            ? []
            : [{ name: t('books:entry.reverses'), value: <JournalLink id={entry.reverses} /> }]),
          ...(entry.journalEntry === null
            ? []
            : [{ name: t('books:entry.inJournal'), value: <JournalLink id={entry.journalEntry} /> }]),
        ]}
      />
      <Lines entry={entry} />
      <Documents entry={entry} />
      {status === 'PROPOSED' && <Decision entry={entry} />}
      {entry.journalEntry !== null && reversal === null && kind !== 'REVERSAL' && may('entry.prepare') && (
        <ReverseEntry journalEntry={entry.journalEntry} />
      )}
    </WorkspacePage>
  );
}

function JournalLink({ id }: { id: string }) {
  return (
    <a className="code" href={paths.entry(id)}>
      {id}
    </a>
  );
}

function Lines({ entry }: { entry: HandEntry }) {
  const { t } = useLanguage();
  const { currency } = entry.amount;
  const dimensionsOf = useDimensions();
  const figure = (amountMinor: string) =>
    amountMinor === '0' ? '' : <Amount money={{ amountMinor, currency }} as="exact" />;
  const rows = entry.lines.map((line, index) => ({ ...line, number: index + 1 }));
  return (
    <section className="section" aria-labelledby="lines">
      <h2 id="lines">{t('books:entry.lines')}</h2>
      <DataTable
        caption={t('books:entry.lines')}
        captionHidden
        rows={rows}
        rowKey={({ number }) => String(number)}
        empty={null}
        columns={[
          {
            key: 'account',
            heading: t('books:entry.account'),
            cell: (line) => <AccountLink {...line} />,
          },
          {
            key: 'debit',
            heading: t('books:entry.debit'),
            numeric: true,
            cell: ({ debitMinor }) => figure(debitMinor),
          },
          {
            key: 'credit',
            heading: t('books:entry.credit'),
            numeric: true,
            cell: ({ creditMinor }) => figure(creditMinor),
          },
          { key: 'fund', heading: t('books:entry.fund'), cell: ({ fund }) => <FundName id={fund} /> },
          {
            key: 'nature',
            heading: t('books:entry.nature'),
            cell: ({ nature }) => (nature === null ? '' : t(`books:nature.${nature as 'management'}`)),
          },
          {
            key: 'dimensions',
            heading: t('journal:entry.dimensions'),
            cell: (line) => dimensionsOf(line).join(t('common:listSeparator')),
          },
        ]}
      />
    </section>
  );
}

/** What a line says beside its fund: whoever approves it must see all of it. */
function useDimensions() {
  const { t, read } = useLanguage();
  const { sectors, localities } = useRegion();
  return ({ partyKind, sector, locality }: HandEntry['lines'][number]): string[] => [
    ...(partyKind === null ? [] : [t(`books:partyKind.${partyKind as 'individual'}`)]),
    ...(sector === null ? [] : [read(nameOfCode(sectors, sector))]),
    ...(locality === null ? [] : [read(nameOfCode(localities, locality))]),
  ];
}

/** The name of a fund, asked for alone: an entry is on few of the many that there are. */
function FundName({ id }: { readonly id: string | null }) {
  const { t, read } = useLanguage();
  const isGeneral = id === 'general';
  const [{ data }] = useQuery({
    query: FundsToBook,
    variables: { search: null, only: id },
    pause: id === null || isGeneral,
  });
  if (id === null) return null;
  if (isGeneral) return <>{t('books:account.general')}</>;
  const found = data?.funds.items[0];
  return <>{found === undefined ? id : read(found.fund.name)}</>;
}

function Documents({ entry }: { entry: HandEntry }) {
  const { t } = useLanguage();
  return (
    <section className="section" aria-labelledby="documents-of-entry">
      <h2 id="documents-of-entry">{t('books:entry.documents')}</h2>
      {entry.documents.length === 0 ? (
        <p>{t('books:entry.noDocuments')}</p>
      ) : (
        <ul className="plain-list">
          {entry.documents.map(({ id, title, path }) => (
            <li key={id}>
              <a href={path} download>
                {title}
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Decision({ entry }: { entry: HandEntry }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, control, amount } = entry;
  const seen = { id, digest: control.digest };
  return (
    <ControlPanel
      title={t('books:entry.decide')}
      control={control}
      changes={[
        {
          id: 'journal',
          what: t('books:entry.journal'),
          before: t('books:entry.notPosted'),
          after: <Amount money={amount} as="exact" />,
        },
      ]}
      approve={
        may('entry.approve') ? (
          <ActionButton
            label={t('workspace:control.approve')}
            question={t('books:entry.approveQuestion', { amount: formatExact(amount) })}
            kind="urgent"
            run={() => runMutation(client, ApproveHandEntry, seen)}
          />
        ) : null
      }
      execute={
        may('entry.post') ? (
          <ActionButton
            label={t('books:entry.post')}
            question={t('books:entry.postQuestion', {
              narrative: entry.narrative,
              amount: formatExact(amount),
            })}
            kind="urgent"
            run={() => runMutation(client, PostHandEntry, seen)}
          />
        ) : null
      }
      executor={t('books:entry.postedByOthers')}
      {...(may('entry.prepare')
        ? {
            withdraw: (
              <ActionButton
                label={t('books:entry.withdraw')}
                kind="quiet"
                run={() => runMutation(client, WithdrawHandEntry, { id })}
              />
            ),
          }
        : {})}
    />
  );
}
