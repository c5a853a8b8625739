/** One's own account: where one is signed in, and who is away with whom filling in. */
import { useClient } from 'urql';
import type { Role } from '../../../../server/domain/access.ts';
import { FILLABLE_ROLES } from '../../../../server/domain/absence.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { Choice, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { FormPicker } from '../../../components/search-picker.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { formatDate, formatInstant } from '../../../lib/format.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useSession } from '../../../lib/session.tsx';
import { today } from '../../../lib/today.ts';
import { useData } from '../../../lib/use-data.ts';
import { ApiTokenList } from './api-tokens.tsx';
import {
  ColleaguesToChoose,
  Absences,
  EndAbsence,
  EndOtherSessions,
  EndSession,
  RecordAbsence,
  Sessions,
} from './account.query.ts';
import type { RoleName } from './account.query.ts';

export function AccountPage() {
  const { t } = useLanguage();
  const { person, may } = useSession();
  return (
    <WorkspacePage title={t('account:title')} lead={<p>{person.name}</p>}>
      <SessionList />
      <ApiTokenList />
      {may('absence.read') && <AbsenceList />}
    </WorkspacePage>
  );
}

function SessionList() {
  const { t, locale } = useLanguage();
  const client = useClient();
  const reading = useData(Sessions, {});
  return (
    <section className="section" aria-labelledby="sessions">
      <h2 id="sessions">{t('account:sessions')}</h2>
      <DataView reading={reading}>
        {({ sessions }) => (
          <>
            <DataTable
              caption={t('account:sessions')}
              captionHidden
              rows={sessions}
              rowKey={({ id }) => id}
              empty={<EmptyState title={t('account:session.unknown')} />}
              columns={[
                {
                  key: 'device',
                  heading: t('account:session.device'),
                  cell: ({ device }) => device ?? t('account:session.unknown'),
                },
                {
                  key: 'address',
                  heading: t('account:session.address'),
                  cell: ({ address }) => address ?? t('account:session.unknown'),
                },
                {
                  key: 'started',
                  heading: t('account:session.started'),
                  cell: ({ startedAt }) => formatInstant(startedAt, locale),
                },
                {
                  key: 'end',
                  heading: t('account:session.end'),
                  cell: ({ id, current }) =>
                    current ? (
                      t('account:session.current')
                    ) : (
                      <ActionButton
                        kind="quiet"
                        label={t('account:session.end')}
                        run={() => runMutation(client, EndSession, { id })}
                      />
                    ),
                },
              ]}
            />
            {sessions.length > 1 && (
              <ActionButton
                kind="quiet"
                label={t('account:session.endOthers')}
                run={() => runMutation(client, EndOtherSessions, {})}
              />
            )}
          </>
        )}
      </DataView>
    </section>
  );
}

function AbsenceList() {
  const { t, locale } = useLanguage();
  const { person } = useSession();
  const client = useClient();
  const reading = useData(Absences, {});
  const mayEnd = (personId: string) => personId === person.personId || person.roles.includes('administrator');
  const own = person.roles.filter((role) => FILLABLE_ROLES.includes(role));
  return (
    <section className="section" aria-labelledby="absences">
      <h2 id="absences">{t('account:absence.title')}</h2>
      <p>{t('account:absence.lead')}</p>
      <DataView reading={reading}>
        {({ absences }) => (
          <>
            <DataTable
              caption={t('account:absence.title')}
              captionHidden
              rows={absences}
              rowKey={({ id }) => id}
              empty={<EmptyState title={t('account:absence.none')} />}
              columns={[
                { key: 'who', heading: t('account:absence.who'), cell: ({ name }) => name },
                {
                  key: 'roles',
                  heading: t('account:absence.roles'),
                  cell: ({ roles }) =>
                    roles.map((role) => t(`people:role.${role}`)).join(t('common:listSeparator')),
                },
                {
                  key: 'standIn',
                  heading: t('account:absence.standIn'),
                  cell: ({ standIn }) => standIn ?? t('account:absence.nobody'),
                },
                {
                  key: 'period',
                  heading: t('account:absence.from'),
                  cell: ({ startsOn, endsOn }) =>
                    t('account:absence.period', {
                      from: formatDate(startsOn, locale),
                      to: formatDate(endsOn, locale),
                    }),
                },
                {
                  key: 'end',
                  heading: t('account:absence.end'),
                  cell: ({ id, personId }) =>
                    mayEnd(personId) ? (
                      <ActionButton
                        kind="quiet"
                        label={t('account:absence.end')}
                        run={() => runMutation(client, EndAbsence, { id })}
                      />
                    ) : null,
                },
              ]}
            />
            {own.length > 0 && <AbsenceForm own={own} self={person.personId} />}
          </>
        )}
      </DataView>
    </section>
  );
}

interface AbsenceValues {
  readonly roles: readonly RoleName[];
  readonly standIn: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly reason: string;
}

interface AbsenceFormProps {
  readonly own: readonly Role[];
  readonly self: string;
}

function AbsenceForm({ own, self }: AbsenceFormProps) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<AbsenceValues, unknown>({
    draft: 'absence',
    defaults: { roles: [], standIn: '', startsOn: today(), endsOn: today(), reason: '' },
    send: ({ roles, standIn, ...rest }, id) =>
      runMutation(client, RecordAbsence, {
        input: { id, ...rest, roles: [...roles], ...(standIn === '' ? {} : { standIn }) },
      }),
    done: () => undefined,
  });
  const { error: rolesError, ...roles } = state.field('roles');
  return (
    <ActionForm state={state} submit={t('account:absence.record')}>
      <fieldset className="code-choices">
        <legend>{t('account:absence.roles')}</legend>
        {rolesError !== undefined && <p className="field-error">{rolesError}</p>}
        <div className="code-choices-list">
          {own
            .map((role) => role.replaceAll('-', '_').toUpperCase() as RoleName)
            .map((role) => (
              <Choice
                key={role}
                {...roles}
                id={`absent-${role}`}
                value={role}
                label={t(`people:role.${role}`)}
              />
            ))}
        </div>
      </fieldset>
      <div className="field-row">
        <TextField {...state.field('startsOn')} type="date" label={t('account:absence.from')} />
        <TextField {...state.field('endsOn')} type="date" label={t('account:absence.to')} />
      </div>
      <FormPicker
        control={state.form.control}
        name="standIn"
        label={t('account:absence.standIn')}
        error={state.field('standIn').error}
        source={{
          query: ColleaguesToChoose,
          variables: {},
          choices: ({ colleagues: { items, next } }: ResultOf<typeof ColleaguesToChoose>) => ({
            found: items.filter(({ id }) => id !== self).map(({ id, name }) => ({ value: id, label: name })),
            isMore: next !== null,
          }),
          fixed: [{ value: '', label: t('account:absence.nobody') }],
        }}
      />
      <TextField {...state.field('reason')} label={t('account:absence.reason')} autoComplete="off" />
    </ActionForm>
  );
}
