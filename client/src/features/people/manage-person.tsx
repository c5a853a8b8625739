/** Managing one account: its roles and organizations, closing it, and where it is signed in. Each change has a reason. */
import { useClient } from 'urql';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { Choice, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { formatInstant } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useData } from '../../../lib/use-data.ts';
import { MembershipFields } from './membership-fields.tsx';
import type { MembershipValue } from './membership-fields.tsx';
import {
  ChangeRoles,
  CloseAccount,
  EndAccessOf,
  InviteAgain,
  ReopenAccount,
  ResetSecondFactor,
  ROLE_NAMES,
  SessionsOf,
} from './people.query.ts';
import type { PersonRow, RoleName } from './people.query.ts';

interface ManageValues {
  readonly roles: readonly RoleName[];
  readonly memberships: readonly MembershipValue[];
  readonly reason: string;
}

export function ManagePerson({ person }: { readonly person: PersonRow }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<ManageValues, unknown>({
    draft: null,
    defaults: { roles: person.roles, memberships: person.memberships, reason: '' },
    send: ({ roles, memberships, reason }) =>
      runMutation(client, ChangeRoles, {
        input: { person: person.id, roles: [...roles], memberships: [...memberships], reason },
      }),
    done: () => undefined,
  });
  const { error: rolesError, ...roles } = state.field('roles');
  const input = () => ({ input: { person: person.id, reason: state.form.getValues('reason') } });
  return (
    <section className="section" aria-labelledby="manage-person">
      <h2 id="manage-person">{t('people:roleForm', { name: person.name })}</h2>
      <ActionForm state={state} submit={t('people:saveRoles')}>
        <fieldset className="code-choices">
          <legend>{t('people:roles')}</legend>
          {rolesError !== undefined && <p className="field-error">{rolesError}</p>}
          <div className="code-choices-list">
            {ROLE_NAMES.map((role) => (
              <Choice
                key={role}
                {...roles}
                id={`managed-${role}`}
                value={role}
                label={t(`people:role.${role}`)}
              />
            ))}
          </div>
        </fieldset>
        <MembershipFields
          id="managed"
          memberships={state.form.watch('memberships')}
          change={(memberships) => state.form.setValue('memberships', memberships)}
        />
        <TextField {...state.field('reason')} label={t('people:reason')} autoComplete="off" />
      </ActionForm>
      <div className="page-actions">
        {person.closedAt === null ? (
          <ActionButton
            label={t('people:close')}
            question={t('people:closeQuestion')}
            kind="urgent"
            run={() => runMutation(client, CloseAccount, input())}
          />
        ) : (
          <ActionButton
            label={t('people:reopen')}
            kind="quiet"
            run={() => runMutation(client, ReopenAccount, input())}
          />
        )}
        {person.pending && (
          <ActionButton
            label={t('people:inviteAgain')}
            kind="quiet"
            run={() => runMutation(client, InviteAgain, input())}
          />
        )}
        <ActionButton
          label={t('people:reset')}
          question={t('people:resetQuestion')}
          kind="quiet"
          run={() => runMutation(client, ResetSecondFactor, input())}
        />
      </div>
      <SessionsOfPerson person={person} reason={() => state.form.getValues('reason')} />
    </section>
  );
}

interface SessionsProps {
  readonly person: PersonRow;
  /** The reason in the form above. */
  readonly reason: () => string;
}

function SessionsOfPerson({ person, reason }: SessionsProps) {
  const { t, locale } = useLanguage();
  const client = useClient();
  const reading = useData(SessionsOf, { person: person.id });
  return (
    <>
      <h3>{t('account:sessions')}</h3>
      <DataView reading={reading}>
        {({ sessionsOf }) => (
          <>
            <DataTable
              caption={t('account:sessions')}
              captionHidden
              rows={sessionsOf}
              rowKey={({ id }) => id}
              empty={<EmptyState title={t('people:noSessions')} />}
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
              ]}
            />
            <ActionButton
              label={t('people:endAccess')}
              question={t('people:endAccessQuestion')}
              kind="quiet"
              run={() => runMutation(client, EndAccessOf, { input: { person: person.id, reason: reason() } })}
            />
          </>
        )}
      </DataView>
    </>
  );
}
