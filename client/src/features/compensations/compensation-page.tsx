/** One version of a compensation statement: what it says, where its figures come from, and the steps to publish it. */
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { Amount } from '../../../components/amount.tsx';
import { CompensationStatement } from '../../../components/compensation-statement.tsx';
import { ControlPanel } from '../../../components/control-panel.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { Signers } from '../../../components/signers.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatExact, formatInstant } from '../../../lib/format.ts';
import { prefixOf } from '../../../lib/locale.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { COMPENSATION_TONES } from './compensation-status.ts';
import {
  ApproveCompensation,
  OneCompensation,
  ProposeCompensation,
  PublishCompensation,
  WithdrawCompensation,
  type Compensation,
} from './compensation.query.ts';

export function CompensationPage() {
  const { t, locale } = useLanguage();
  const { id = '' } = useParams();
  const reading = useData(OneCompensation, { id });
  return (
    <DataView reading={reading}>
      {({ compensation }) =>
        'data' in compensation ? (
          <CompensationBody compensation={compensation.data} />
        ) : (
          <ErrorState title={refusalSentence(compensation, t, locale)} />
        )
      }
    </DataView>
  );
}

function CompensationBody({ compensation }: { compensation: Compensation }) {
  const { t, locale, read } = useLanguage();
  const { may } = useSession();
  const region = useRegion();
  const { id, status, version, title } = compensation;
  return (
    <WorkspacePage
      title={read(title)}
      back={{ href: paths.compensations(), name: t('workspace:nav.compensations') }}
      lead={
        <div className="page-facts">
          <StatusBadge tone={COMPENSATION_TONES[status]}>{t(`compensation:status.${status}`)}</StatusBadge>
          <span>{t('compensation:versionOf', { version })}</span>
          {status === 'PUBLISHED' && (
            <a href={`/${prefixOf(locale)}/compensation/${id}`}>{t('compensation:onPublicSite')}</a>
          )}
        </div>
      }
    >
      <FactList
        facts={[
          { name: t('compensation:costsSource'), value: compensation.costsSource },
          ...(compensation.lines.some(({ paidSource }) => paidSource === 'LEDGER')
            ? [{ name: t('compensation:figuresAt'), value: formatInstant(compensation.figuresAt, locale) }]
            : []),
          { name: t('compensation:column.by'), value: compensation.keptBy },
          ...(compensation.publishedAt === null
            ? []
            : [
                {
                  name: t('compensation:publishedAt'),
                  value: formatInstant(compensation.publishedAt, locale),
                },
              ]),
        ]}
      />
      <CompensationStatement
        statement={compensation}
        nameOf={(code) => nameOfCode(region.localities, code)}
      />
      <Files compensation={compensation} />
      <Versions compensation={compensation} />
      {may('compensation.prepare') && (
        <div className="section page-actions">
          <a className="button button-quiet" href={paths.prepareCompensation(id)}>
            {t('compensation:revise')}
          </a>
        </div>
      )}
      <div className="section">
        {status === 'DRAFT' && <OwnDraft compensation={compensation} />}
        {status === 'PROPOSED' && <Decision compensation={compensation} />}
      </div>
      {status === 'PUBLISHED' && (
        <Signers
          control={compensation.control}
          prepared={t('compensation:signers.prepared')}
          executed={t('compensation:signers.executed')}
        />
      )}
    </WorkspacePage>
  );
}

/** The two texts, so that anybody at work computes the statement again before it is public. */
function Files({ compensation }: { compensation: Compensation }) {
  const { t } = useLanguage();
  const files = [
    ['problem.json', t('compensation:again.problem'), compensation.problemJson],
    ['result.json', t('compensation:again.result'), compensation.resultJson],
  ] as const;
  return (
    <section className="section" aria-labelledby="compensation-files">
      <h2 id="compensation-files">{t('compensation:again.title')}</h2>
      <p className="section-lead">{t('compensation:again.command')}</p>
      <ul className="plain-list">
        {files.map(([name, label, text]) => (
          <li key={name}>
            <a href={`data:application/json;charset=utf-8,${encodeURIComponent(text)}`} download={name}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Versions({ compensation }: { compensation: Compensation }) {
  const { t, locale } = useLanguage();
  if (compensation.versions.length < 2) return null;
  return (
    <section className="section" aria-labelledby="compensation-versions">
      <h2 id="compensation-versions">{t('compensation:versions')}</h2>
      <ul className="plain-list">
        {compensation.versions.map(({ id, version, status, keptAt }) => (
          <li key={id}>
            <a href={paths.compensation(id)} aria-current={id === compensation.id ? 'page' : undefined}>
              {t('compensation:versionOf', { version })}
            </a>{' '}
            {t(`compensation:status.${status}`)} · {formatInstant(keptAt, locale)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Withdraw({ id }: { id: string }) {
  const { t } = useLanguage();
  const client = useClient();
  return (
    <ActionButton
      label={t('compensation:withdraw')}
      question={t('compensation:withdrawQuestion')}
      kind="quiet"
      run={() => runMutation(client, WithdrawCompensation, { id })}
    />
  );
}

function OwnDraft({ compensation }: { compensation: Compensation }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, isMine, keptBy } = compensation;
  if (!may('compensation.prepare')) return null;
  if (!isMine) return <p className="note">{t('compensation:draftOf', { name: keptBy })}</p>;
  return (
    <div className="page-actions">
      <ActionButton
        label={t('compensation:propose')}
        question={t('compensation:proposeQuestion')}
        run={() => runMutation(client, ProposeCompensation, { id })}
      />
      <Withdraw id={id} />
    </div>
  );
}

function Decision({ compensation }: { compensation: Compensation }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { id, control, transferred } = compensation;
  const seen = { id, digest: control.digest };
  return (
    <ControlPanel
      title={t('compensation:decide')}
      control={control}
      changes={[
        {
          id: 'public',
          what: t('compensation:publicStatement'),
          before: t('compensation:notPublished'),
          after: <Amount money={transferred} as="exact" />,
        },
      ]}
      approve={
        may('compensation.approve') ? (
          <ActionButton
            label={t('workspace:control.approve')}
            question={t('compensation:approveQuestion', { amount: formatExact(transferred) })}
            kind="urgent"
            run={() => runMutation(client, ApproveCompensation, seen)}
          />
        ) : null
      }
      execute={
        may('compensation.publish') ? (
          <ActionButton
            label={t('compensation:publish')}
            question={t('compensation:publishQuestion')}
            kind="urgent"
            run={() => runMutation(client, PublishCompensation, seen)}
          />
        ) : null
      }
      executor={t('compensation:publishedByOthers')}
      {...(may('compensation.prepare') ? { withdraw: <Withdraw id={id} /> } : {})}
    />
  );
}
