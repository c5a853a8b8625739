/** Accounts: who may sign in, with which roles, and inviting another by mail. */
import { useState } from 'react';
import { useClient } from 'urql';
import { ROLES } from '../../../../server/domain/access.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { Choice, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { graphql } from '../../../lib/graphql.ts';
import type { ResultOf } from '../../../lib/graphql.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';

const People = graphql(`
  query People {
    people(first: 500) {
      id
      name
      email
      roles
      closedAt
      memberships {
        partyId
        role
      }
    }
  }
`);

const ChangeRoles = graphql(
  `
    mutation ChangeRoles($input: ChangeRolesInput!) {
      changeRoles(input: $input) {
        __typename
        ... on MutationChangeRolesSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const CloseAccount = graphql(
  `
    mutation CloseAccount($input: ManageAccountInput!) {
      closeAccount(input: $input) {
        __typename
        ... on MutationCloseAccountSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const ReopenAccount = graphql(
  `
    mutation ReopenAccount($input: ManageAccountInput!) {
      reopenAccount(input: $input) {
        __typename
        ... on MutationReopenAccountSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const ResetSecondFactor = graphql(
  `
    mutation ResetSecondFactor($input: ManageAccountInput!) {
      resetSecondFactor(input: $input) {
        __typename
        ... on MutationResetSecondFactorSuccess {
          data {
            id
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

const CreateAccount = graphql(
  `
    mutation CreateAccount($input: CreateAccountInput!) {
      createAccount(input: $input) {
        __typename
        ... on MutationCreateAccountSuccess {
          data {
            person {
              email
            }
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
);

type PersonRow = ResultOf<typeof People>['people'][number];
type RoleName = ResultOf<typeof People>['people'][number]['roles'][number];

const ROLE_NAMES = ROLES.map((role) => role.replaceAll('-', '_').toUpperCase() as RoleName);

export function PeoplePage() {
  const { t } = useLanguage();
  const reading = useData(People, {});
  const { person: self } = useSession();
  const [managed, setManaged] = useState<string | null>(null);
  return (
    <WorkspacePage title={t('workspace:nav.people')} lead={<p>{t('people:lead')}</p>}>
      <DataView reading={reading}>
        {({ people }) => (
          <>
            <DataTable
              caption={t('workspace:nav.people')}
              captionHidden
              rows={people}
              rowKey={({ id }) => id}
              empty={<EmptyState title={t('people:empty')} />}
              columns={[
                { key: 'name', heading: t('people:name'), cell: ({ name }) => name },
                { key: 'email', heading: t('people:email'), cell: ({ email }) => email },
                {
                  key: 'roles',
                  heading: t('people:roles'),
                  cell: ({ roles }) =>
                    roles.map((role) => t(`people:role.${role}`)).join(t('common:listSeparator')),
                },
                {
                  key: 'state',
                  heading: t('people:state'),
                  cell: ({ closedAt }) => t(closedAt === null ? 'people:active' : 'people:closed'),
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

interface ManageValues {
  readonly roles: readonly RoleName[];
  readonly reason: string;
}

function ManagePerson({ person }: { readonly person: PersonRow }) {
  const { t } = useLanguage();
  const client = useClient();
  const state = useActionForm<ManageValues, unknown>({
    draft: null,
    defaults: { roles: person.roles, reason: '' },
    send: ({ roles, reason }) =>
      runMutation(client, ChangeRoles, {
        input: { person: person.id, roles: [...roles], memberships: person.memberships, reason },
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
        <ActionButton
          label={t('people:reset')}
          question={t('people:resetQuestion')}
          kind="quiet"
          run={() => runMutation(client, ResetSecondFactor, input())}
        />
      </div>
    </section>
  );
}

interface Values {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly RoleName[];
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
    defaults: { name: '', email: '', roles: [] },
    send: ({ name, email, roles }, id) =>
      runMutation(client, CreateAccount, {
        input: { id, name, email, roles: [...roles], memberships: [], invite: true },
      }),
    done: (data) => {
      setCreated(data);
      state.form.reset({ name: '', email: '', roles: [] });
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
      </ActionForm>
    </section>
  );
}
