/** The organizations that somebody is a member of, with their role in each. */
import { useState } from 'react';
import { SelectField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useData } from '../../../lib/use-data.ts';
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
  const { t, read } = useLanguage();
  const { data } = useData(Organizations, {});
  const [partyId, setPartyId] = useState('');
  const [role, setRole] = useState<MembershipValue['role']>('OWNER');
  const organizations = data?.organizations ?? [];
  const nameOf = (party: string) => {
    const found = organizations.find((one) => one.id === party);
    return found === undefined ? party : read(found.name);
  };
  const left = organizations.filter((one) => !memberships.some((member) => member.partyId === one.id));
  return (
    <fieldset className="code-choices">
      <legend>{t('people:memberships')}</legend>
      <ul className="plain-list">
        {memberships.map((member) => (
          <li key={member.partyId}>
            {nameOf(member.partyId)} · {t(`people:memberRole.${member.role}`)}{' '}
            <button
              type="button"
              className="link-button"
              aria-label={`${t('people:removeMembership')} ${nameOf(member.partyId)}`}
              onClick={() => change(memberships.filter((other) => other !== member))}
            >
              {t('people:removeMembership')}
            </button>
          </li>
        ))}
      </ul>
      <div className="field-row">
        <SelectField
          id={`${id}-organization`}
          label={t('people:organization')}
          value={partyId}
          onChange={(event) => setPartyId(event.target.value)}
          options={[
            { value: '', label: t('people:chooseOrganization') },
            ...left.map((one) => ({ value: one.id, label: read(one.name) })),
          ]}
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
