/** The rules of a round that hold today, and every version with the day from which it holds and the reason. */
import { Amount } from '../../../components/amount.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { formatDate } from '../../../lib/format.ts';
import { PARTY_KINDS } from '../../../lib/party-kind.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import type { Round, RoundRules } from './round.query.ts';

export function RoundRulesSection({ round }: { round: Round }) {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  const { rules, rulesVersions } = round;
  return (
    <section className="section" aria-labelledby="rules">
      <h2 id="rules">{t('rounds:rules.title')}</h2>
      <p className="section-lead">{t('rounds:rules.lead')}</p>
      <RuleFacts rules={rules} />
      {rulesVersions.length > 1 && (
        <DataTable
          caption={t('rounds:rules.versions')}
          rows={rulesVersions}
          rowKey={({ version }) => String(version)}
          empty={null}
          columns={[
            { key: 'version', heading: t('rounds:rules.version'), cell: ({ version }) => version },
            {
              key: 'from',
              heading: t('rounds:rules.effectiveOn'),
              cell: ({ effectiveOn }) => formatDate(effectiveOn, locale),
            },
            { key: 'reason', heading: t('rounds:rules.reason'), cell: ({ reason }) => reason },
            {
              key: 'window',
              heading: t('rounds:rules.refundWindowDays'),
              numeric: true,
              cell: ({ refundWindowDays }) => refundWindowDays,
            },
          ]}
        />
      )}
      {round.status === 'OPEN' && may('round.open') && (
        <p className="page-actions">
          <a className="button button-quiet" href={paths.amendRound(round.code)}>
            {t('rounds:amend.title')}
          </a>
        </p>
      )}
    </section>
  );
}

function RuleFacts({ rules }: { rules: RoundRules }) {
  const { t } = useLanguage();
  const { currency } = useRegion();
  const { eligibility, capPerProjectMinor } = rules;
  const kinds = eligibility.granteeKinds?.map((kind) => t(`common:partyKind.${PARTY_KINDS[kind]}`));
  return (
    <FactList
      facts={[
        { name: t('rounds:field.level'), value: t(`rounds:level.${rules.level}`) },
        {
          name: t('rounds:rules.granteeKinds'),
          value: kinds === undefined ? t('rounds:rules.anyKind') : kinds.join(t('common:listSeparator')),
        },
        {
          name: t('rounds:rules.openTo'),
          value: t(eligibility.everyoneOnly ? 'rounds:rules.everyoneOnly' : 'rounds:rules.anybody'),
        },
        { name: t('rounds:rules.lowestScore'), value: eligibility.lowestScore ?? t('rounds:rules.none') },
        {
          name: t('rounds:rules.capPerProject'),
          value:
            capPerProjectMinor === null ? (
              t('rounds:rules.none')
            ) : (
              <Amount money={{ amountMinor: capPerProjectMinor, currency }} as="exact" />
            ),
        },
        { name: t('rounds:rules.refundWindowDays'), value: rules.refundWindowDays },
      ]}
    />
  );
}
