/** Changes the rules of a round from a later day: whoever gave until then keeps the rules of that day. */
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { yuanAsTyped } from '../../../lib/amount-input.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { faultOf, runMutation } from '../../../lib/outcome.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { OfRound } from './of-round.tsx';
import { AmendRound, type Round } from './round.query.ts';
import { ruleFieldOf, RuleFields, rulesInput, type RuleValues } from './rule-fields.tsx';

export const AmendRoundPage = () => <OfRound>{(round) => <AmendForm round={round} />}</OfRound>;

interface Values {
  readonly effectiveOn: string;
  readonly reason: string;
  readonly rules: RuleValues;
}

/** The form begins with the latest rules, so that only what changes has to be typed. */
const latestRules = ({ rulesVersions, rules }: Round): RuleValues => {
  const latest = rulesVersions.at(-1) ?? rules;
  const { eligibility, capPerProjectMinor } = latest;
  return {
    ...{ level: latest.level, weightPolicy: latest.weightPolicy },
    capPerProject: capPerProjectMinor === null ? '' : yuanAsTyped(capPerProjectMinor),
    granteeKinds: eligibility.granteeKinds ?? [],
    everyoneOnly: eligibility.everyoneOnly,
    lowestScore: eligibility.lowestScore ?? '',
    refundWindowDays: String(latest.refundWindowDays),
  };
};

function AmendForm({ round }: { round: Round }) {
  const { t, read } = useLanguage();
  const client = useClient();
  const navigate = useNavigate();
  const state = useActionForm<Values, { readonly code: string }>({
    draft: null,
    defaults: { effectiveOn: '', reason: '', rules: latestRules(round) },
    send: async ({ effectiveOn, reason, rules }) => {
      const choices = rulesInput(rules);
      if ('wrong' in choices) return faultOf(choices.wrong, choices.reason);
      if (effectiveOn === '') return faultOf('effectiveOn', 'not-a-date');
      return runMutation(client, AmendRound, {
        input: { round: round.id, effectiveOn, reason, ...choices.input },
      });
    },
    fieldOf: (path) => ruleFieldOf(path) ?? path,
    done: ({ code }) => {
      notifyDone(t('rounds:amend.done'));
      void navigate(`/rounds/${code}`);
    },
  });
  return (
    <WorkspacePage
      title={t('rounds:amend.title')}
      back={{ href: paths.round(round.code), name: read(round.title) }}
      lead={<p>{t('rounds:amend.lead')}</p>}
    >
      <ActionForm state={state} submit={t('rounds:amend.submit')}>
        <div className="field-row">
          <TextField {...state.field('effectiveOn')} type="date" label={t('rounds:rules.effectiveOn')} />
          <TextField
            {...state.field('reason')}
            label={t('rounds:rules.reason')}
            hint={t('rounds:rules.reasonHint')}
          />
        </div>
        <RuleFields field={(name) => state.field(`rules.${name}`)} />
      </ActionForm>
    </WorkspacePage>
  );
}
