/** Registers a party: who it is, where, and the account it is paid to. */
import { useNavigate } from 'react-router';
import { useClient } from 'urql';
import { ActionForm } from '../../../components/action-form.tsx';
import { SelectField, TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useActionForm } from '../../../components/use-action-form.ts';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { graphql } from '../../../lib/graphql.ts';
import { notifyDone } from '../../../lib/notify.ts';
import { runMutation } from '../../../lib/outcome.ts';
import { PARTY_KINDS } from '../../../lib/party-kind.ts';
import { RefusalFields } from '../../../lib/refusal-fragment.ts';
import { useRegion } from '../../../lib/region.tsx';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const RegisterParty = graphql(
  `
    mutation RegisterParty($input: RegisterPartyInput!) {
      registerParty(input: $input) {
        __typename
        ... on MutationRegisterPartySuccess {
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

interface Values {
  readonly kind: keyof typeof PARTY_KINDS;
  readonly name: { readonly zh: string; readonly en: string };
  readonly locality: string;
  readonly creditCode: string;
  readonly bankAccount: { readonly bankName: string; readonly accountNumber: string };
}

const KINDS = Object.keys(PARTY_KINDS) as (keyof typeof PARTY_KINDS)[];

export function RegisterPartyPage() {
  const { t, read } = useLanguage();
  const region = useRegion();
  const client = useClient();
  const navigate = useNavigate();
  const state = useActionForm<Values, unknown>({
    draft: 'register-party',
    defaults: {
      kind: 'SOCIAL_ORGANIZATION',
      name: { zh: '', en: '' },
      locality: '',
      creditCode: '',
      bankAccount: { bankName: '', accountNumber: '' },
    },
    send: ({ kind, name, locality, creditCode, bankAccount }, id) =>
      runMutation(client, RegisterParty, {
        input: {
          id,
          kind,
          name,
          ...(locality === '' ? {} : { locality }),
          ...(creditCode.trim() === '' ? {} : { creditCode: creditCode.trim().toUpperCase() }),
          ...(bankAccount.accountNumber.trim() === '' && bankAccount.bankName.trim() === ''
            ? {}
            : { bankAccount }),
        },
      }),
    done: () => {
      notifyDone(t('parties:register.done'));
      void navigate('/parties');
    },
  });
  return (
    <WorkspacePage
      title={t('parties:register.title')}
      back={{ href: paths.parties(), name: t('workspace:nav.parties') }}
    >
      <ActionForm state={state} submit={t('parties:register.submit')}>
        <SelectField
          {...state.field('kind')}
          label={t('parties:column.kind')}
          options={KINDS.map((kind) => ({ value: kind, label: t(`common:partyKind.${PARTY_KINDS[kind]}`) }))}
        />
        <div className="field-row">
          <TextField {...state.field('name.zh')} label={t('workspace:field.nameZh')} />
          <TextField {...state.field('name.en')} label={t('workspace:field.nameEn')} />
        </div>
        <div className="field-row">
          <SelectField
            {...state.field('locality')}
            label={t('parties:column.locality')}
            options={[
              { value: '', label: t('parties:elsewhere') },
              ...region.localities.map(({ code, name }) => ({ value: code, label: read(name) })),
            ]}
          />
          <TextField
            {...state.field('creditCode')}
            label={t('parties:column.creditCode')}
            autoComplete="off"
          />
        </div>
        <div className="field-row">
          <TextField {...state.field('bankAccount.bankName')} label={t('parties:bankName')} />
          <TextField
            {...state.field('bankAccount.accountNumber')}
            label={t('parties:accountNumber')}
            inputMode="numeric"
            autoComplete="off"
          />
        </div>
      </ActionForm>
    </WorkspacePage>
  );
}
