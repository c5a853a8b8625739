/**
 * A compensation statement for people, the same in the workspaces and on its public page: who would pay alone, should
 * bear, saves and has paid what, how each share comes about, and who would pay whom.
 */
import type { ReactNode } from 'react';
import { formatExactRational } from '../lib/format.ts';
import type { MoneyValue } from '../lib/format.ts';
import type { LocalizedText } from '../lib/locale.ts';
import { Amount } from './amount.tsx';
import { DataTable } from './data-table.tsx';
import { useLanguage } from './locale-context.tsx';

interface StatementLine {
  readonly locality: string;
  readonly standAloneMinor: string;
  /** What it adds to the cost on average, joining first, second, … last: exact rationals in minor units. */
  readonly extraExact: readonly string[];
  readonly shareExact: string;
  readonly shareMinor: string;
  readonly savingMinor: string;
  readonly paidMinor: string;
  readonly netMinor: string;
  /** Where the figure of what it has paid comes from; absent while the statement is only tried. */
  readonly paidSource?: 'LEDGER' | 'STATED';
  readonly paidNote?: string;
}

export interface StatementView {
  readonly lines: readonly StatementLine[];
  readonly transfers: readonly { readonly from: string; readonly to: string; readonly amountMinor: string }[];
  readonly total: MoneyValue;
  readonly unpaid: MoneyValue;
  readonly inCore: boolean;
  readonly objection: { readonly localities: readonly string[]; readonly savingExact: string } | null;
}

interface StatementProps {
  readonly statement: StatementView;
  /** The name behind the code of a locality. */
  readonly nameOf: (code: string) => LocalizedText;
}

export function CompensationStatement({ statement, nameOf }: StatementProps) {
  const { t } = useLanguage();
  return (
    <>
      <p className="note">{t('compensation:notAPosting')}</p>
      <Lines statement={statement} nameOf={nameOf} />
      <Transfers statement={statement} nameOf={nameOf} />
      <Steps statement={statement} nameOf={nameOf} />
      <Stability statement={statement} nameOf={nameOf} />
    </>
  );
}

function Lines({ statement, nameOf }: StatementProps) {
  const { t, read } = useLanguage();
  const { currency } = statement.total;
  const amount = (amountMinor: string) => <Amount money={{ amountMinor, currency }} as="exact" />;
  return (
    <section className="section" aria-labelledby="compensation-lines">
      <h2 id="compensation-lines">{t('compensation:lines.title')}</h2>
      <p className="section-lead">
        {t('compensation:lines.total')} {amount(statement.total.amountMinor)}
      </p>
      <DataTable
        caption={t('compensation:lines.title')}
        captionHidden
        rows={statement.lines}
        rowKey={({ locality }) => locality}
        empty={null}
        columns={[
          {
            key: 'locality',
            heading: t('compensation:lines.locality'),
            cell: ({ locality }) => read(nameOf(locality)),
          },
          {
            key: 'alone',
            heading: t('compensation:lines.standAlone'),
            numeric: true,
            cell: ({ standAloneMinor }) => amount(standAloneMinor),
          },
          {
            key: 'share',
            heading: t('compensation:lines.share'),
            numeric: true,
            cell: ({ shareMinor }) => amount(shareMinor),
          },
          {
            key: 'saving',
            heading: t('compensation:lines.saving'),
            numeric: true,
            cell: ({ savingMinor }) => amount(savingMinor),
          },
          {
            key: 'paid',
            heading: t('compensation:lines.paid'),
            numeric: true,
            cell: ({ paidMinor }) => amount(paidMinor),
          },
          {
            key: 'source',
            heading: t('compensation:lines.source'),
            cell: ({ paidSource, paidNote }) =>
              paidSource === 'LEDGER' ? t('compensation:source.LEDGER') : (paidNote ?? ''),
          },
          {
            key: 'net',
            heading: t('compensation:lines.net'),
            numeric: true,
            cell: ({ netMinor }) => amount(netMinor),
          },
        ]}
      />
      <Unpaid unpaid={statement.unpaid} />
    </section>
  );
}

function Unpaid({ unpaid }: { unpaid: MoneyValue }) {
  const { t } = useLanguage();
  if (unpaid.amountMinor === '0') return null;
  const beyond = unpaid.amountMinor.startsWith('-');
  const size = { ...unpaid, amountMinor: unpaid.amountMinor.replace('-', '') };
  return (
    <p className="note-small">
      {t(beyond ? 'compensation:beyond' : 'compensation:unpaid')} <Amount money={size} as="exact" />
    </p>
  );
}

function Transfers({ statement, nameOf }: StatementProps) {
  const { t, read } = useLanguage();
  const { currency } = statement.total;
  return (
    <section className="section" aria-labelledby="compensation-transfers">
      <h2 id="compensation-transfers">{t('compensation:transfers.title')}</h2>
      <DataTable
        caption={t('compensation:transfers.title')}
        captionHidden
        rows={statement.transfers}
        rowKey={({ from, to }) => `${from} ${to}`}
        empty={<p>{t(`compensation:transfers.${whyNoTransfers(statement.lines)}`)}</p>}
        columns={[
          { key: 'from', heading: t('compensation:transfers.from'), cell: ({ from }) => read(nameOf(from)) },
          { key: 'to', heading: t('compensation:transfers.to'), cell: ({ to }) => read(nameOf(to)) },
          {
            key: 'amount',
            heading: t('compensation:transfers.amount'),
            numeric: true,
            cell: ({ amountMinor }) => <Amount money={{ amountMinor, currency }} as="exact" />,
          },
        ]}
      />
    </section>
  );
}

/** Nobody owes anybody where all have paid their shares, and also where none has paid more than its own. */
const whyNoTransfers = (lines: readonly StatementLine[]): 'none' | 'noneYet' =>
  lines.some(({ netMinor }) => BigInt(netMinor) < 0n) ? 'noneYet' : 'none';

function Steps({ statement, nameOf }: StatementProps) {
  const { t, read } = useLanguage();
  const { currency } = statement.total;
  const places = statement.lines.map((_line, index) => index);
  return (
    <section className="section" aria-labelledby="compensation-steps">
      <h2 id="compensation-steps">{t('compensation:steps.title')}</h2>
      <p className="section-lead">{t('compensation:steps.lead')}</p>
      <DataTable
        caption={t('compensation:steps.title')}
        captionHidden
        rows={statement.lines}
        rowKey={({ locality }) => locality}
        empty={null}
        columns={[
          {
            key: 'locality',
            heading: t('compensation:lines.locality'),
            cell: ({ locality }) => read(nameOf(locality)),
          },
          ...places.map((place) => ({
            key: `place-${place}`,
            heading: t('compensation:steps.place', { place: place + 1 }),
            numeric: true,
            cell: ({ extraExact }: StatementLine) => formatExactRational(extraExact[place] ?? '0', currency),
          })),
          {
            key: 'mean',
            heading: t('compensation:steps.mean'),
            numeric: true,
            cell: ({ shareExact }) => formatExactRational(shareExact, currency),
          },
        ]}
      />
    </section>
  );
}

function Stability({ statement, nameOf }: StatementProps): ReactNode {
  const { t, read } = useLanguage();
  const { objection, total } = statement;
  return (
    <section className="section" aria-labelledby="compensation-core">
      <h2 id="compensation-core">{t('compensation:core.title')}</h2>
      <p>
        {objection === null
          ? t('compensation:core.holds')
          : t('compensation:core.objection', {
              localities: objection.localities
                .map((code) => read(nameOf(code)))
                .join(t('common:listSeparator')),
              saving: formatExactRational(objection.savingExact, total.currency),
            })}
      </p>
    </section>
  );
}
