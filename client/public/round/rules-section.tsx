/** The rules of a round for whoever gives: those that hold today, and every version with its days and what it changed. */
import { DataTable } from '../../components/data-table.tsx';
import { FactList } from '../../components/fact-list.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatDate, formatExact } from '../../lib/format.ts';
import type { LocalizedText } from '../../lib/locale.ts';
import { PARTY_KINDS } from '../../lib/party-kind.ts';
import { historyOfRules, RULE_PARTS } from './rules-history.ts';
import type { RulePart, RulesVersion, VersionInHistory } from './rules-history.ts';

export interface PublishedRules {
  /** The version that holds today. */
  readonly holding: number;
  readonly versions: readonly RulesVersion[];
  readonly currency: string;
}

interface RulesSectionProps {
  readonly rules: PublishedRules;
  readonly localities: readonly { readonly code: string; readonly name: LocalizedText }[];
}

export function RulesSection({ rules: { holding, versions, currency }, localities }: RulesSectionProps) {
  const { t } = useLanguage();
  const say = useWords(currency, localities);
  const holds = versions.find(({ version }) => version === holding);
  return (
    <section className="section" aria-labelledby="rules">
      <h2 id="rules">{t('rounds:rules.title')}</h2>
      <p className="section-lead">{t('rounds:rules.lead')}</p>
      {holds !== undefined && (
        <FactList
          facts={RULE_PARTS.map((part) => ({ name: t(`round:rules.part.${part}`), value: say(holds, part) }))}
        />
      )}
      <Versions history={historyOfRules(versions)} holding={holding} say={say} />
    </section>
  );
}

type Say = (rules: RulesVersion, part: RulePart) => string;

function Versions(props: { history: readonly VersionInHistory[]; holding: number; say: Say }) {
  const { history, holding, say } = props;
  const { t, locale } = useLanguage();
  const days = ({ from, through }: VersionInHistory): string => {
    const dates = {
      from: from === null ? '' : formatDate(from, locale),
      through: through === null ? '' : formatDate(through, locale),
    };
    if (from === null) return through === null ? t('round:rules.always') : t('round:rules.until', dates);
    return through === null ? t('round:rules.from', dates) : t('round:rules.between', dates);
  };
  return (
    <DataTable
      caption={t('rounds:rules.versions')}
      rows={history}
      rowKey={({ rules }) => String(rules.version)}
      empty={null}
      columns={[
        {
          key: 'version',
          heading: t('rounds:rules.version'),
          cell: ({ rules: { version } }) => (
            <>
              {version}{' '}
              {version === holding && <StatusBadge tone="done">{t('round:rules.holding')}</StatusBadge>}
            </>
          ),
        },
        { key: 'gifts', heading: t('round:rules.gifts'), cell: days },
        {
          key: 'changed',
          heading: t('round:rules.changed'),
          cell: ({ rules, from, changed }) =>
            from === null ? (
              t('round:rules.first')
            ) : (
              <ul className="plain-list">
                {changed.map(({ part, before }) => (
                  <li key={part}>
                    {t('round:rules.change', {
                      part: t(`round:rules.part.${part}`),
                      before: say(before, part),
                      after: say(rules, part),
                    })}
                  </li>
                ))}
              </ul>
            ),
        },
        {
          key: 'reason',
          heading: t('rounds:rules.reason'),
          cell: ({ rules: { reason } }) => (reason === '' ? '—' : reason),
        },
      ]}
    />
  );
}

/** What a part of the rules says, in words. */
function useWords(currency: string, localities: RulesSectionProps['localities']): Say {
  const { t, read } = useLanguage();
  const nameOf = (code: string) => {
    const found = localities.find((one) => one.code === code);
    return found === undefined ? code : read(found.name);
  };
  return (rules, part) => {
    const { weightPolicy, eligibility, capPerProjectMinor } = rules;
    switch (part) {
      case 'level':
        return t(`rounds:level.${rules.level}`);
      case 'weights':
        return t('round:rules.weights', {
          measure: t(`rounds:weights.${weightPolicy.measure}`),
          weights: rules.localityWeights
            .map(({ locality, rounded }) => `${nameOf(locality)} ${rounded}`)
            .join(t('common:listSeparator')),
        });
      case 'granteeKinds':
        return (
          eligibility.granteeKinds
            ?.map((kind) => t(`common:partyKind.${PARTY_KINDS[kind]}`))
            .join(t('common:listSeparator')) ?? t('rounds:rules.anyKind')
        );
      case 'openTo':
        return t(eligibility.everyoneOnly ? 'rounds:rules.everyoneOnly' : 'rounds:rules.anybody');
      case 'lowestScore':
        return eligibility.lowestScore ?? t('rounds:rules.none');
      case 'capPerProject':
        return capPerProjectMinor === null
          ? t('rounds:rules.none')
          : formatExact({ amountMinor: capPerProjectMinor, currency });
      case 'refundWindowDays':
        return t('round:rules.days', { count: rules.refundWindowDays });
    }
  };
}
