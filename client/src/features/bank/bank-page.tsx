/** Bank reconciliation: what came and went at the bank, what it may be, and saying so with one press. */
import { useRef } from 'react';
import { useSearchParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { ListEnd } from '../../../components/list-end.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import type { ResultOf } from '../../../lib/graphql.ts';
import { formatDate, formatExact, formatInstant } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useSession } from '../../../lib/session.tsx';
import { usePages } from '../../../lib/use-pages.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import {
  BankLines,
  BankStatements,
  ConfirmBankLine,
  ReopenBankLine,
  type BankLine,
  type MatchedThing,
} from './bank.query.ts';
import { FindGift } from './find-gift.tsx';
import { AwaitedTransfers } from './awaited-transfers.tsx';
import { ChooseCost } from './choose-cost.tsx';
import { ChoosePayment, ConfirmSentBack } from './choose-payment.tsx';
import { ChoosePledge } from './choose-pledge.tsx';
import { ImportStatement } from './import-statement.tsx';
import { SetAside } from './set-aside.tsx';

const STATUSES = ['OPEN', 'SET_ASIDE', 'CONFIRMED'] as const;

const pageOfLines = ({ bankLines }: ResultOf<typeof BankLines>) => bankLines;
const pageOfStatements = ({ bankStatements }: ResultOf<typeof BankStatements>) => bankStatements;

const HREFS: Partial<Record<MatchedThing['kind'], (id: string) => string>> = {
  PLEDGE: paths.pledge,
  DISBURSEMENT: paths.disbursement,
  MANAGEMENT_COST: paths.managementCost,
  TRANSFER_GIFT: paths.giftToRefund,
  UNANNOUNCED_GIFT: paths.giftToRefund,
};

export function BankPage() {
  const { t } = useLanguage();
  const { may } = useSession();
  const [search] = useSearchParams();
  const status = STATUSES.find((one) => one === search.get('status')) ?? 'OPEN';
  return (
    <WorkspacePage
      title={t('workspace:nav.bank')}
      lead={<p>{t('bank:lead')}</p>}
      actions={
        <a className="button button-quiet" href={paths.clearing()}>
          {t('bank:clearing.title')}
        </a>
      }
    >
      {may('bank.reconcile') && <ImportStatement />}
      <nav className="filter-links" aria-label={t('bank:show')}>
        {STATUSES.map((one) => (
          <a key={one} href={paths.bank(one)} aria-current={one === status ? 'page' : undefined}>
            {t(`bank:status.${one}`)}
          </a>
        ))}
      </nav>
      <Lines key={status} status={status} />
      <AwaitedTransfers />
      <Imports />
      {may('refund.read') && <FindGift />}
    </WorkspacePage>
  );
}

interface LinesProps {
  readonly status: (typeof STATUSES)[number];
}

function Lines({ status }: LinesProps) {
  const { t, locale } = useLanguage();
  const pages = usePages({ query: BankLines, variables: { status }, page: pageOfLines });
  return (
    <DataView reading={pages}>
      {(lines) => (
        <>
          <DataTable
            caption={t(`bank:status.${status}`)}
            captionHidden
            rows={lines}
            rowKey={({ id }) => id}
            empty={<EmptyState title={t(`bank:empty.${status}`)}>{t('bank:emptyNext')}</EmptyState>}
            columns={[
              {
                key: 'line',
                heading: t('bank:column.serial'),
                cell: ({ serial, bookedOn }) => (
                  <div>
                    {formatDate(bookedOn, locale)}
                    <span className="under">{serial}</span>
                  </div>
                ),
              },
              {
                key: 'amount',
                heading: t('bank:column.amount'),
                numeric: true,
                cell: ({ amount }) => <Amount money={amount} as="exact" />,
              },
              {
                key: 'payer',
                heading: t('bank:column.counterpartyName'),
                cell: ({ counterpartyName, counterpartyAccount }) => (
                  <div>
                    {counterpartyName ?? '—'}
                    <span className="under">{counterpartyAccount}</span>
                  </div>
                ),
              },
              { key: 'memo', heading: t('bank:column.memo'), cell: ({ memo }) => (memo === '' ? '—' : memo) },
              { key: 'what', heading: t('bank:what'), cell: (line) => <WhatItIs line={line} /> },
            ]}
          />
          <ListEnd pages={pages} shown={lines.length} />
        </>
      )}
    </DataView>
  );
}

function WhatItIs({ line }: { readonly line: BankLine }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { match, note, reason, suggestions, decidedBy, id } = line;
  if (match !== null) {
    return (
      <div>
        <Thing thing={match} />
        {decidedBy !== null && <p className="under">{t('bank:decidedBy', { name: decidedBy })}</p>}
      </div>
    );
  }
  if (note !== null) {
    return (
      <div>
        <p>{note}</p>
        {decidedBy !== null && <p className="under">{t('bank:decidedBy', { name: decidedBy })}</p>}
        {may('bank.reconcile') && (
          <ActionButton
            kind="quiet"
            label={t('bank:reopen')}
            run={() => runMutation(client, ReopenBankLine, { line: id })}
          />
        )}
      </div>
    );
  }
  return (
    <div>
      {reason !== null && <p>{t(`bank:reason.${reason}`)}</p>}
      {suggestions.map((suggestion) => (
        <Suggestion key={suggestion.thing.id} line={line} suggestion={suggestion} />
      ))}
      {may('bank.reconcile') && !line.amount.amountMinor.startsWith('-') && (
        <>
          <ChoosePledge line={line} />
          <ChoosePayment line={line} />
          <ChooseCost line={id} />
          <ConfirmUnannounced line={id} />
        </>
      )}
      {may('bank.reconcile') && <SetAside line={id} />}
    </div>
  );
}

function Suggestion({
  line,
  suggestion: { thing, grounds, keptMinor },
}: {
  readonly line: BankLine;
  readonly suggestion: BankLine['suggestions'][number];
}) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, amount } = line;
  const { kind, id: match, due } = thing;
  const comesBack = kind === 'DISBURSEMENT' && !amount.amountMinor.startsWith('-');
  const kept = formatExact({ amountMinor: keptMinor, currency: amount.currency });
  return (
    <div className="suggestion">
      <Thing thing={thing} />
      <p className="under">
        {t('bank:due', { amount: formatExact(due) })}
        {' · '}
        {grounds.map((ground) => t(`bank:ground.${ground}`)).join(t('common:listSeparator'))}
        {keptMinor !== '0' && <> · {t('bank:kept', { amount: kept })}</>}
      </p>
      {may('bank.reconcile') &&
        (comesBack ? (
          <ConfirmSentBack line={line} payment={match} paid={due} />
        ) : (
          <ActionButton
            label={t(`bank:confirm.${kind}`)}
            run={() =>
              runMutation(client, ConfirmBankLine, { line: id, match: { kind, id: match }, keptMinor })
            }
          />
        ))}
    </div>
  );
}

/** A gift that nobody announced; its id is made once, so that pressing twice records one. */
function ConfirmUnannounced({ line }: { readonly line: string }) {
  const { t } = useLanguage();
  const client = useClient();
  const gift = useRef(crypto.randomUUID());
  return (
    <ActionButton
      kind="quiet"
      label={t('bank:confirm.UNANNOUNCED_GIFT')}
      question={t('bank:unannounced')}
      run={() =>
        runMutation(client, ConfirmBankLine, { line, match: { kind: 'UNANNOUNCED_GIFT', id: gift.current } })
      }
    />
  );
}

function Thing({ thing: { kind, id, name, reference } }: { readonly thing: MatchedThing }) {
  const { t, locale } = useLanguage();
  const words = t(`bank:kind.${kind}`, {
    name: locale === 'en' ? name.en : name.zh,
    reference: reference ?? '',
  });
  // A refund stands on the page of its gift, which is what it is known by.
  const href = kind === 'TRANSFER_REFUND' ? paths.giftToRefund(reference ?? '') : HREFS[kind]?.(id);
  return <p>{href === undefined ? words : <a href={href}>{words}</a>}</p>;
}

function Imports() {
  const { t, locale } = useLanguage();
  const list = { query: BankStatements, variables: {}, page: pageOfStatements };
  const pages = usePages(list, { place: 'imports', size: 5 });
  const statements = pages.data ?? [];
  if (statements.length === 0) return null;
  const day = (on: string | null) => (on === null ? '—' : formatDate(on, locale));
  return (
    <section className="section" aria-labelledby="imports">
      <h2 id="imports">{t('bank:imports.title')}</h2>
      <ul className="plain-list">
        {statements.map(({ id, fileName, lineCount, newCount, firstOn, lastOn, importedBy, importedAt }) => (
          <li key={id}>
            {t('bank:imports.line', {
              file: fileName,
              from: day(firstOn),
              until: day(lastOn),
              lineCount,
              newCount,
              name: importedBy,
              at: formatInstant(importedAt, locale),
            })}
          </li>
        ))}
      </ul>
      {pages.more !== null && <ListEnd pages={pages} shown={statements.length} />}
    </section>
  );
}
