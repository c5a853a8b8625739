/** The limits of management cost: by which source each holds and from when, and changing them for years to come. */
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { useTermFacts } from '../../../components/term-change.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { termsOfLimit, type ChangedTerm } from '../../../../server/domain/changed-terms.ts';
import { limitOfYear } from '../../../../server/domain/management-limit.ts';
import type { CalendarDate } from '../../../../server/domain/time.ts';
import { parseYuan } from '../../../lib/amount-input.ts';
import { formatDate, formatFineShare, formatInstant } from '../../../lib/format.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { today } from '../../../lib/today.ts';
import { useData } from '../../../lib/use-data.ts';
import { DecideChange } from './decide-change.tsx';
import {
  ApproveManagementLimit,
  ManagementLimits as Limits,
  ProposeManagementLimit,
  WithdrawManagementLimit,
} from './management-limits.query.ts';
import type { KnownLimit, LimitVersion } from './management-limits.query.ts';

export function ManagementLimits() {
  const { t } = useLanguage();
  const { may } = useSession();
  return (
    <section className="section" aria-labelledby="management-limits">
      <h2 id="management-limits">{t('policies:limit.title')}</h2>
      <p className="section-lead">{t('policies:limit.lead')}</p>
      <DataView reading={useData(Limits, {})}>
        {({ managementLimits, managementLimitVersions }) => (
          <>
            <Known limits={managementLimits} />
            {managementLimitVersions.length > 0 && (
              <Versions versions={managementLimitVersions} limits={managementLimits} />
            )}
            {may('policy.propose') && <ProposeLimit />}
          </>
        )}
      </DataView>
    </section>
  );
}

/** The columns that a limit has wherever it stands. */
function useLimitColumns() {
  const { t, read, locale } = useLanguage();
  const { currency } = useRegion();
  return [
    {
      key: 'from',
      heading: t('policies:limit.from'),
      cell: ({ limit }: Pick<KnownLimit, 'limit'>) => formatDate(limit.effectiveOn, locale),
    },
    {
      key: 'share',
      heading: t('policies:limit.share'),
      numeric: true,
      cell: ({ limit }: Pick<KnownLimit, 'limit'>) => formatFineShare(limit.shareBasisPoints / 10_000),
    },
    {
      key: 'exempt',
      heading: t('policies:limit.exempt'),
      numeric: true,
      cell: ({ limit }: Pick<KnownLimit, 'limit'>) => (
        <Amount money={{ amountMinor: limit.exemptBelow, currency }} as="exact" />
      ),
    },
    {
      key: 'source',
      heading: t('policies:limit.source'),
      cell: ({ limit }: Pick<KnownLimit, 'limit'>) => read(limit.source),
    },
  ];
}

function Known({ limits }: { readonly limits: readonly KnownLimit[] }) {
  const { t } = useLanguage();
  const columns = useLimitColumns();
  return (
    <DataTable
      caption={t('policies:limit.title')}
      captionHidden
      rows={limits}
      rowKey={({ limit }) => `${limit.effectiveOn} ${limits.findIndex((one) => one.limit === limit)}`}
      empty={null}
      columns={[
        ...columns,
        {
          key: 'now',
          heading: t('policies:statusHeading'),
          cell: ({ measuresThisYear, limit }) =>
            measuresThisYear ? (
              <StatusBadge tone="done">{t('policies:limit.thisYear')}</StatusBadge>
            ) : limit.effectiveOn > today() ? (
              t('policies:limit.toCome')
            ) : (
              t('policies:limit.replaced')
            ),
        },
      ]}
    />
  );
}

/** What a version says beside the limit that would hold in its first year without it. */
function termsOf({ limit }: LimitVersion, limits: readonly KnownLimit[]): ChangedTerm[] {
  // Of two from the same day the one decided later counts; the list begins with the latest.
  const known = limits.map((one) => asDomain(one.limit)).toReversed();
  return termsOfLimit(limitOfYear(known, Number(limit.effectiveOn.slice(0, 4))), asDomain(limit));
}

const asDomain = ({ effectiveOn, shareBasisPoints, exemptBelow }: KnownLimit['limit']) => ({
  effectiveOn: effectiveOn as CalendarDate,
  shareBasisPoints,
  exemptBelowMinor: BigInt(exemptBelow),
});

interface VersionsProps {
  readonly versions: readonly LimitVersion[];
  readonly limits: readonly KnownLimit[];
}

function Versions({ versions, limits }: VersionsProps) {
  const { t, locale } = useLanguage();
  const columns = useLimitColumns();
  return (
    <>
      <h3>{t('policies:limit.history')}</h3>
      <DataTable
        caption={t('policies:limit.history')}
        captionHidden
        rows={versions}
        rowKey={({ id }) => id}
        empty={null}
        columns={[
          ...columns,
          { key: 'reason', heading: t('policies:reason'), cell: ({ reason }) => reason },
          { key: 'by', heading: t('policies:by'), cell: ({ control }) => control.proposedBy.name },
          {
            key: 'status',
            heading: t('policies:statusHeading'),
            cell: (version) =>
              version.status === 'PROPOSED' ? (
                <Decision version={version} terms={termsOf(version, limits)} />
              ) : (
                [
                  t(`policies:status.${version.status}`),
                  ...(version.inForceFrom === null ? [] : [formatInstant(version.inForceFrom, locale)]),
                ].join(' · ')
              ),
          },
        ]}
      />
    </>
  );
}

interface DecisionProps {
  readonly version: LimitVersion;
  readonly terms: readonly ChangedTerm[];
}

function Decision({ version: { id, control, limit, reason }, terms }: DecisionProps) {
  const { t, read } = useLanguage();
  const client = useClient();
  const termFacts = useTermFacts();
  return (
    <DecideChange
      question={t('policies:limit.question')}
      facts={[
        ...termFacts(terms),
        { name: t('policies:limit.source'), value: read(limit.source) },
        { name: t('policies:reason'), value: reason },
      ]}
      approve={() => runMutation(client, ApproveManagementLimit, { id, digest: control.digest })}
      withdraw={() => runMutation(client, WithdrawManagementLimit, { id })}
    />
  );
}

const MOST_BASIS_POINTS = 10_000n;

function ProposeLimit() {
  const { t } = useLanguage();
  const client = useClient();
  const nextYear = `${Number(today().slice(0, 4)) + 1}-01-01`;
  const state = useActionForm({
    draft: 'propose-management-limit',
    defaults: {
      ...{ effectiveOn: nextYear, shareBasisPoints: '', exemptBelow: '', reason: '' },
      source: { zh: '', en: '' },
    },
    send: ({ effectiveOn, shareBasisPoints, exemptBelow, source, reason }, id) => {
      // `2.5` percent is 250 basis points, as 2.5 yuan are 250 fen.
      const share = parseYuan(shareBasisPoints);
      if (share === null || BigInt(share) > MOST_BASIS_POINTS)
        return Promise.resolve(faultOf('shareBasisPoints', 'not-a-share'));
      const exempt = parseYuan(exemptBelow.trim() === '' ? '0' : exemptBelow);
      if (exempt === null) return Promise.resolve(faultOf('exemptBelow', 'not-an-amount'));
      return runMutation(client, ProposeManagementLimit, {
        input: {
          ...{ id, effectiveOn, shareBasisPoints: Number(share), exemptBelow: exempt },
          ...{ source, reason },
        },
      });
    },
    done: () => undefined,
  });
  const reason = state.field('reason');
  return (
    <>
      <h3>{t('policies:limit.propose')}</h3>
      <ActionForm state={state} submit={t('policies:limit.propose')}>
        <div className="field-row">
          <TextField {...state.field('effectiveOn')} type="date" label={t('policies:limit.fromYear')} />
          <TextField
            {...state.field('shareBasisPoints')}
            inputMode="decimal"
            label={t('policies:limit.sharePercent')}
          />
          <TextField
            {...state.field('exemptBelow')}
            inputMode="decimal"
            label={t('policies:limit.exemptYuan')}
          />
        </div>
        <div className="field-row">
          <TextField {...state.field('source.zh')} label={t('policies:limit.sourceZh')} autoComplete="off" />
          <TextField {...state.field('source.en')} label={t('policies:limit.sourceEn')} autoComplete="off" />
        </div>
        <TextField {...reason} id="limit-reason" label={t('policies:reason')} autoComplete="off" />
      </ActionForm>
    </>
  );
}
