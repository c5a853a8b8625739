/** A new draft in a round that is open, for the organization of whoever is at work. */
import { useLanguage } from '../../../components/locale-context.tsx';
import { OwnPartyChooser, useOwnOrganization } from '../../../components/own-party.tsx';
import { EmptyState, LoadingState } from '../../../components/state-panel.tsx';
import { RoundChooser, useRound } from '../../../components/use-round.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { DraftForm } from './draft-form.tsx';

const NO_TEXT = { zh: '', en: '' };

export function NewProposalPage() {
  const { t, read } = useLanguage();
  const { round, rounds } = useRound();
  const openRounds = rounds.filter(({ status }) => status === 'OPEN');
  const open = openRounds.find(({ code }) => code === round?.code) ?? openRounds[0];
  const organization = useOwnOrganization('proposal.submit');
  return (
    <WorkspacePage
      title={t('proposals:draft.title')}
      back={{ href: paths.proposals(), name: t('workspace:nav.proposals') }}
      lead={<p>{t('proposals:draft.lead')}</p>}
    >
      {round === undefined && <LoadingState />}
      {round !== undefined && (open === undefined || organization === null) && (
        <EmptyState title={t('proposals:draft.notNow')}>
          {t(organization === null ? 'proposals:draft.noOrganization' : 'proposals:draft.noRound')}
        </EmptyState>
      )}
      {open !== undefined && organization !== null && (
        <>
          <p className="page-facts">{t('proposals:draft.inRound', { round: read(open.title) })}</p>
          <OwnPartyChooser right="proposal.submit" alsoStaff />
          <RoundChooser rounds={openRounds} chosen={open.code} />
          <DraftForm
            key={`${open.id} ${organization}`}
            proposal={{
              id: null,
              round: open.id,
              revision: 0,
              grantee: { id: organization },
              title: NO_TEXT,
              summary: NO_TEXT,
              sector: null,
              serviceItem: null,
              locality: null,
              localTerm: null,
              openTo: null,
              needMinor: null,
              minimumMinor: null,
              milestones: [],
            }}
          />
        </>
      )}
    </WorkspacePage>
  );
}
