/** One party: who it is, whether it was verified and on which documents, where it is paid, and who is related to it. */
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { FactList } from '../../../components/fact-list.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { ErrorState } from '../../../components/state-panel.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatInstantDate } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { PARTY_KINDS } from '../../../lib/party-kind.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { nameOfCode, useRegion } from '../../../lib/region.tsx';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { PartyDocuments } from './party-documents.tsx';
import { PayeeChanges } from './payee-changes.tsx';
import { DeclareRelation, EndRelation, OneParty, VerifyParty } from './party.query.ts';
import type { Party, Relation } from './party.query.ts';

export function PartyPage() {
  const { t, locale } = useLanguage();
  const { id = '' } = useParams();
  const reading = useData(OneParty, { id });
  return (
    <DataView reading={reading}>
      {({ party, relations }) =>
        'data' in party ? (
          <PartyBody party={party.data} relations={relations} />
        ) : (
          <ErrorState title={refusalSentence(party, t, locale)} />
        )
      }
    </DataView>
  );
}

function PartyBody({ party, relations }: { readonly party: Party; readonly relations: readonly Relation[] }) {
  const { t, read } = useLanguage();
  const region = useRegion();
  const { verification } = party;
  return (
    <WorkspacePage
      title={read(party.name)}
      back={{ href: paths.parties(), name: t('workspace:nav.parties') }}
      lead={
        <div className="page-facts">
          <StatusBadge
            tone={
              verification === null ? 'waiting' : verification.outcome === 'VERIFIED' ? 'done' : 'stopped'
            }
          >
            {t(`parties:verification.${verification?.outcome ?? 'NONE'}`)}
          </StatusBadge>
        </div>
      }
    >
      <FactList
        facts={[
          { name: t('parties:column.kind'), value: t(`common:partyKind.${PARTY_KINDS[party.kind]}`) },
          {
            name: t('parties:column.locality'),
            value:
              party.locality === null
                ? t('parties:elsewhere')
                : read(nameOfCode(region.localities, party.locality)),
          },
          {
            name: t('parties:column.creditCode'),
            value: <span className="code">{party.creditCode ?? '—'}</span>,
          },
        ]}
      />
      <PartyDocuments party={party} />
      <VerificationSection party={party} />
      <PayeeChanges party={party} />
      <Relations party={party} relations={relations} />
    </WorkspacePage>
  );
}

function VerificationSection({ party }: { readonly party: Party }) {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const { verification } = party;
  const state = useActionForm<{ outcome: 'VERIFIED' | 'REFUSED'; note: string }, unknown>({
    draft: `verify-${party.id}`,
    defaults: { outcome: 'VERIFIED', note: '' },
    send: ({ outcome, note }, id) =>
      runMutation(client, VerifyParty, { input: { id, party: party.id, outcome, note } }),
    done: () => undefined,
  });
  return (
    <section className="section" aria-labelledby="verification">
      <h2 id="verification">{t('parties:verification.title')}</h2>
      {verification === null ? (
        <p>{t('parties:verification.NONE')}</p>
      ) : (
        <p>
          {t('parties:verification.by', {
            name: verification.by.name,
            at: formatInstantDate(verification.by.at, locale),
          })}{' '}
          {verification.note}
        </p>
      )}
      {may('party.verify') && (
        <ActionForm state={state} submit={t('parties:verification.submit')}>
          <SelectField
            {...state.field('outcome')}
            label={t('parties:verification.outcome')}
            options={(['VERIFIED', 'REFUSED'] as const).map((value) => ({
              value,
              label: t(`parties:verification.${value}`),
            }))}
          />
          <TextField {...state.field('note')} label={t('parties:verification.note')} autoComplete="off" />
        </ActionForm>
      )}
    </section>
  );
}

const RELATIONS = ['EMPLOYMENT', 'BOARD', 'FAMILY', 'OWNERSHIP', 'OTHER'] as const;

function Relations({ party, relations }: { readonly party: Party; readonly relations: readonly Relation[] }) {
  const { t } = useLanguage();
  const { may } = useSession();
  const client = useClient();
  const state = useActionForm<{ kind: (typeof RELATIONS)[number]; note: string }, unknown>({
    draft: null,
    defaults: { kind: 'EMPLOYMENT', note: '' },
    send: ({ kind, note }, id) =>
      runMutation(client, DeclareRelation, { input: { id, party: party.id, kind, note } }),
    done: () => undefined,
  });
  return (
    <section className="section" aria-labelledby="relations">
      <h2 id="relations">{t('parties:relation.title')}</h2>
      <p>{t('parties:relation.lead')}</p>
      <ul className="plain-list">
        {relations.map(({ id, personName, kind, note }) => (
          <li key={id}>
            {personName} · {t(`parties:relation.${kind}`)} {note}
            {may('relation.record') && (
              <ActionButton
                kind="quiet"
                label={t('parties:relation.end')}
                run={() => runMutation(client, EndRelation, { id })}
              />
            )}
          </li>
        ))}
      </ul>
      <ActionForm state={state} submit={t('parties:relation.declare')}>
        <div className="field-row">
          <SelectField
            {...state.field('kind')}
            label={t('parties:relation.kind')}
            options={RELATIONS.map((value) => ({ value, label: t(`parties:relation.${value}`) }))}
          />
          <TextField
            {...state.field('note')}
            id="relation-note"
            label={t('parties:relation.note')}
            autoComplete="off"
          />
        </div>
      </ActionForm>
    </section>
  );
}
