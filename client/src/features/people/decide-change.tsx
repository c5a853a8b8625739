/** Putting a waiting change in force, or taking it back; whoever may do neither reads that it waits. */
import { ActionButton } from '../../../components/action-button.tsx';
import { type Fact, FactList } from '../../../components/fact-list.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import type { Outcome } from '../../../lib/outcome.ts';
import { useSession } from '../../../lib/session.tsx';

interface DecideChangeProps {
  /** What is asked before it is put in force, and what is told with it. */
  readonly question: string;
  readonly facts: readonly Fact[];
  readonly approve: () => Promise<Outcome<unknown>>;
  readonly withdraw: () => Promise<Outcome<unknown>>;
}

export function DecideChange({ question, facts, approve, withdraw }: DecideChangeProps) {
  const { t } = useLanguage();
  const { may } = useSession();
  if (!may('policy.approve') && !may('policy.propose')) return t('policies:status.PROPOSED');
  return (
    <div className="page-actions">
      {may('policy.approve') && (
        <ActionButton
          label={t('policies:approve')}
          question={question}
          details={<FactList facts={facts} />}
          kind="urgent"
          run={approve}
        />
      )}
      {may('policy.propose') && <ActionButton label={t('policies:withdraw')} kind="quiet" run={withdraw} />}
    </div>
  );
}
