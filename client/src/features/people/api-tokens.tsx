/** One's own API tokens: which there are, making one, and ending one. The text of a new one is shown this once. */
import { useState } from 'react';
import { useClient } from 'urql';
import { TOKEN_SCOPES } from '../../../../server/domain/api-token.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { ActionForm } from '../../../components/action-form.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { DataView } from '../../../components/data-view.tsx';
import { Choice, SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { EmptyState } from '../../../components/state-panel.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { formatInstant } from '../../../lib/format.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { useSession } from '../../../lib/session.tsx';
import { useData } from '../../../lib/use-data.ts';
import { ApiTokens, CreateApiToken, RevokeApiToken } from './api-tokens.query.ts';
import type { ScopeName, TokenRow } from './api-tokens.query.ts';

export function ApiTokenList() {
  const { t } = useLanguage();
  const { person } = useSession();
  const reading = useData(ApiTokens, {});
  const { roles, memberships } = person;
  return (
    <section className="section" aria-labelledby="tokens">
      <h2 id="tokens">{t('account:token.title')}</h2>
      <p>{t('account:token.lead')}</p>
      <DataView reading={reading}>
        {({ apiTokens }) => (
          <>
            <Tokens tokens={apiTokens} />
            {(roles.length > 0 || memberships.length > 0) && <CreateToken />}
          </>
        )}
      </DataView>
    </section>
  );
}

function Tokens({ tokens }: { readonly tokens: readonly TokenRow[] }) {
  const { t, locale } = useLanguage();
  const client = useClient();
  return (
    <DataTable
      caption={t('account:token.title')}
      captionHidden
      rows={tokens}
      rowKey={({ id }) => id}
      empty={<EmptyState title={t('account:token.none')} />}
      columns={[
        { key: 'name', heading: t('account:token.name'), cell: ({ name }) => name },
        {
          key: 'scopes',
          heading: t('account:token.scopes'),
          cell: ({ scopes }) =>
            scopes.map((scope) => t(`account:token.scope.${scope}`)).join(t('common:listSeparator')),
        },
        {
          key: 'expires',
          heading: t('account:token.expires'),
          cell: ({ expiresAt }) => formatInstant(expiresAt, locale),
        },
        {
          key: 'used',
          heading: t('account:token.used'),
          cell: ({ lastUsedAt }) =>
            lastUsedAt === null ? t('account:token.never') : formatInstant(lastUsedAt, locale),
        },
        {
          key: 'revoke',
          heading: t('account:token.revoke'),
          cell: ({ id }) => (
            <ActionButton
              kind="quiet"
              label={t('account:token.revoke')}
              run={() => runMutation(client, RevokeApiToken, { id })}
            />
          ),
        },
      ]}
    />
  );
}

interface TokenValues {
  readonly name: string;
  readonly days: string;
  readonly scopes: readonly ScopeName[];
}

function CreateToken() {
  const { t } = useLanguage();
  const { person, may } = useSession();
  const client = useClient();
  const [made, setMade] = useState<string | null>(null);
  const state = useActionForm<TokenValues, { readonly text: string }>({
    draft: null,
    defaults: { name: '', days: '90', scopes: [] },
    send: ({ name, days, scopes }, id) =>
      runMutation(client, CreateApiToken, { input: { id, name, days: Number(days), scopes: [...scopes] } }),
    done: ({ text }) => {
      setMade(text);
      state.form.reset();
    },
  });
  const { error: scopesError, ...scopes } = state.field('scopes');
  const own = TOKEN_SCOPES.filter(
    (right) => may(right) || person.memberships.some(({ partyId }) => may(right, partyId)),
  ).map((right) => right.replaceAll(/[-.]/g, '_').toUpperCase() as ScopeName);
  return (
    <>
      {made !== null && (
        <div className="note-draft" role="status">
          <p>{t('account:token.made')}</p>
          <p className="code token-text">{made}</p>
        </div>
      )}
      <ActionForm state={state} submit={t('account:token.create')}>
        <div className="field-row">
          <TextField {...state.field('name')} label={t('account:token.name')} autoComplete="off" />
          <SelectField
            {...state.field('days')}
            label={t('account:token.days')}
            options={['7', '30', '90', '365'].map((value) => ({
              value,
              label: t('account:token.dayCount', { count: Number(value) }),
            }))}
          />
        </div>
        <fieldset className="code-choices">
          <legend>{t('account:token.scopes')}</legend>
          {scopesError !== undefined && <p className="field-error">{scopesError}</p>}
          <div className="code-choices-list">
            {own.map((scope) => (
              <Choice
                key={scope}
                {...scopes}
                id={`scope-${scope}`}
                value={scope}
                label={t(`account:token.scope.${scope}`)}
              />
            ))}
          </div>
        </fieldset>
      </ActionForm>
    </>
  );
}
