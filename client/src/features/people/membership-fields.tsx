/** The organizations that somebody is a member of, with their role in each. */
import { useState } from 'react';
import { useQuery } from 'urql';
import { SelectField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { SearchPicker } from '../../../components/search-picker.tsx';
import type { ResultOf } from '../../../lib/graphql.ts';
import { Organizations } from './people.query.ts';
import type { PersonRow } from './people.query.ts';

export type MembershipValue = PersonRow['memberships'][number];

interface MembershipFieldsProps {
  /** Tells the fields of two forms on one page apart. */
  readonly id: string;
  readonly memberships: readonly MembershipValue[];
  readonly change: (memberships: readonly MembershipValue[]) => void;
}

export function MembershipFields({ id, memberships, change }: MembershipFieldsProps) {
  const { t, read, locale } = useLanguage();
  const [partyId, setPartyId] = useState('');
  const [role, setRole] = useState<MembershipValue['role']>('OWNER');
  const variables = { locale: locale === 'en' ? 'EN' : 'ZH' } as const;
  const choices = ({ organizations: { items, next } }: ResultOf<typeof Organizations>) => ({
    found: items
      .filter((one) => !memberships.some((member) => member.partyId === one.id))
      .map((one) => ({ value: one.id, label: read(one.name) })),
    isMore: next !== null,
  });
  return (
    <fieldset className="code-choices">
      <legend>{t('people:memberships')}</legend>
      <ul className="plain-list">
        {memberships.map((member) => (
          <Membership
            key={member.partyId}
            member={member}
            remove={() => change(memberships.filter((other) => other !== member))}
          />
        ))}
      </ul>
      <div className="field-row">
        <SearchPicker
          id={`${id}-organization`}
          label={t('people:organization')}
          value={partyId}
          onChange={setPartyId}
          source={{ query: Organizations, variables, choices }}
        />
        <SelectField
          id={`${id}-member-role`}
          label={t('people:memberRole.title')}
          value={role}
          onChange={(event) => setRole(event.target.value === 'EDITOR' ? 'EDITOR' : 'OWNER')}
          options={(['OWNER', 'EDITOR'] as const).map((value) => ({
            value,
            label: t(`people:memberRole.${value}`),
          }))}
        />
        <button
          type="button"
          className="button button-quiet"
          disabled={partyId === ''}
          onClick={() => {
            change([...memberships, { partyId, role }]);
            setPartyId('');
          }}
        >
          {t('people:addMembership')}
        </button>
      </div>
    </fieldset>
  );
}

/** One membership by the name of its organization, which is asked for alone: the person may belong to any of many. */
function Membership({ member, remove }: { readonly member: MembershipValue; readonly remove: () => void }) {
  const { t, read, locale } = useLanguage();
  const [{ data }] = useQuery({
    query: Organizations,
    variables: { only: member.partyId, search: null, locale: locale === 'en' ? 'EN' : 'ZH' },
  });
  const organization = data?.organizations.items[0];
  const name = organization === undefined ? member.partyId : read(organization.name);
  return (
    <li>
      {name} · {t(`people:memberRole.${member.role}`)}{' '}
      <button
        type="button"
        className="link-button"
        aria-label={`${t('people:removeMembership')} ${name}`}
        onClick={remove}
      >
        {t('people:removeMembership')}
      </button>
    </li>
  );
}
