/** Accounts: who may sign in, with which roles, and inviting another by mail. */
import { useState } from 'react';
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { Choice, TextField } from '../../../components/form-field.tsx';
import { useSearchWords } from '../../../components/list-search.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import type { ResultOf } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useSession } from '../../../lib/session.tsx';
import { usePages } from '../../../lib/use-pages.ts';
import { ManagePerson } from './manage-person.tsx';
import { MembershipFields } from './membership-fields.tsx';
import type { MembershipValue } from './membership-fields.tsx';
import { CreateAccount, People, ROLE_NAMES } from './people.query.ts';
import type { PersonRow, RoleName } from './people.query.ts';

const pageOf = ({ people }: ResultOf<typeof People>) => people;

export function PeoplePage() {
  const { t } = useLanguage();
  const pages = usePages({ query: People, variables: { search: useSearchWords() }, page: pageOf });
  const { person: self } = useSession();
  const [managed, setManaged] = useState<string | null>(null);
  const rolesOf = ({ roles }: PersonRow) =>
    roles.map((role) => t(`people:role.${role}`)).join(t('common:listSeparator'));
  const stateOf = ({ closedAt, pending, hasSecondFactor }: PersonRow) =>
    closedAt !== null
      ? t('people:closed')
      : pending
        ? t('people:pending')
        : t(hasSecondFactor ? 'people:active' : 'people:withoutFactor');
  return (
    <WorkspacePage title={t('workspace:nav.people')} lead={<p>{t('people:lead')}</p>}>
      <DataView reading={pages}>
        {(people) => (
          <>
            <ListTable
              caption={t('workspace:nav.people')}
              file="people"
              rows={people}
              pages={pages}
              asksByWords
              rowKey={({ id }) => id}
              empty={<EmptyState title={t('people:empty')} />}
              columns={[
                {
                  key: 'name',
                  heading: t('people:name'),
                  value: ({ name }) => name,
                  cell: ({ name }) => name,
                },
                {
                  key: 'email',
                  heading: t('people:email'),
                  value: ({ email }) => email,
                  cell: ({ email }) => email,
                },
                {
                  key: 'roles',
                  heading: t('people:roles'),
                  value: rolesOf,
                  cell: rolesOf,
                },
                {
                  key: 'state',
                  heading: t('people:state'),
                  value: stateOf,
                  cell: stateOf,
                },
                {
                  key: 'manage',
                  heading: t('people:manage'),
                  cell: ({ id, name }) =>
                    id === self.personId ? null : (
                      <button
                        type="button"
                        className="link-button"
                        aria-expanded={managed === id}
                        aria-label={`${t('people:manage')} ${name}`}
                        onClick={() => setManaged(managed === id ? null : id)}
                      >
                        {t('people:manage')}
                      </button>
                    ),
                },
              ]}
            />
            {people
              .filter(({ id }) => id === managed)
              .map((person) => (
                <ManagePerson key={person.id} person={person} />
              ))}
          </>
        )}
      </DataView>
      <CreateAccountForm />
    </WorkspacePage>
  );
}

interface Values {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly RoleName[];
  readonly memberships: readonly MembershipValue[];
}

interface Created {
  readonly person: { readonly email: string };
}

function CreateAccountForm() {
  const { t } = useLanguage();
  const client = useClient();
  const [created, setCreated] = useState<Created | null>(null);
  const state = useActionForm<Values, Created>({
    draft: 'create-account',
    defaults: { name: '', email: '', roles: [], memberships: [] },
    send: ({ name, email, roles, memberships }, id) =>
      runMutation(client, CreateAccount, {
        input: { id, name, email, roles: [...roles], memberships: [...memberships], invite: true },
      }),
    done: (data) => {
      setCreated(data);
      state.form.reset({ name: '', email: '', roles: [], memberships: [] });
    },
  });
  const { error: rolesError, ...roles } = state.field('roles');
  return (
    <section className="section" aria-labelledby="create-account">
      <h2 id="create-account">{t('people:create')}</h2>
      {created !== null && (
        <p className="note" role="status">
          {t('people:invited', { email: created.person.email })}
        </p>
      )}
      <ActionForm state={state} submit={t('people:create')}>
        <div className="field-row">
          <TextField {...state.field('name')} label={t('people:name')} autoComplete="off" />
          <TextField {...state.field('email')} type="email" label={t('people:email')} autoComplete="off" />
        </div>
        <fieldset className="code-choices">
          <legend>{t('people:roles')}</legend>
          {rolesError !== undefined && <p className="field-error">{rolesError}</p>}
          <div className="code-choices-list">
            {ROLE_NAMES.map((role) => (
              <Choice
                key={role}
                {...roles}
                id={`roles-${role}`}
                value={role}
                label={t(`people:role.${role}`)}
              />
            ))}
          </div>
        </fieldset>
        <MembershipFields
          id="invited"
          memberships={state.form.watch('memberships')}
          change={(memberships) => state.form.setValue('memberships', memberships)}
        />
      </ActionForm>
    </section>
  );
}
