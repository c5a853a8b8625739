/**
 * Whose things a member of organizations sees: those of the organization in the address, or of their first. Staff see
 * those of all.
 */
import { useSearchParams } from 'react-router';
import { useQuery } from 'urql';
import type { Right } from '../../server/domain/access.ts';
import { graphql } from '../lib/graphql.ts';
import { useSession } from '../lib/session.tsx';
import { SelectField } from './form-field.tsx';
import { withFilter } from './list-search.tsx';
import { useLanguage } from './locale-context.tsx';

const OwnOrganizations = graphql(`
  query OwnOrganizations {
    viewer {
      person {
        memberships {
          partyId
          partyName {
            zh
            en
          }
        }
      }
    }
  }
`);

const IN_ADDRESS = 'party';

/** Those of the person's organizations for which they hold the right. */
function useOrganizations(right: Right): readonly string[] {
  const { person, may } = useSession();
  return person.memberships.map(({ partyId }) => partyId).filter((partyId) => may(right, partyId));
}

/**
 * The organization that a screen is about; null for whoever belongs to none.
 * @param right what the screen shows or does for it
 */
export function useOwnOrganization(right: Right): string | null {
  const [search] = useSearchParams();
  const organizations = useOrganizations(right);
  return organizations.find((id) => id === search.get(IN_ADDRESS)) ?? organizations[0] ?? null;
}

/** As {@link useOwnOrganization}, and null for staff, who see everybody's. */
export function useOwnParty(right: Right): string | null {
  const { may } = useSession();
  const own = useOwnOrganization(right);
  return may(right) ? null : own;
}

interface OwnPartyChooserProps {
  readonly right: Right;
  /** Where staff do it for an organization of their own, too. */
  readonly alsoStaff?: boolean;
}

/** Chooses among several organizations of one's own; nothing where there is no choice. */
export function OwnPartyChooser({ right, alsoStaff = false }: OwnPartyChooserProps) {
  const { t, read } = useLanguage();
  const { may } = useSession();
  const [search, setSearch] = useSearchParams();
  const organizations = useOrganizations(right);
  const chosen = useOwnOrganization(right);
  const isChoice = organizations.length > 1 && (alsoStaff || !may(right));
  const [{ data }] = useQuery({ query: OwnOrganizations, pause: !isChoice });
  if (!isChoice || chosen === null) return null;
  const named = new Map(
    (data?.viewer.person?.memberships ?? []).map(({ partyId, partyName }) => [partyId, partyName]),
  );
  const nameOf = (id: string): string => {
    const name = named.get(id) ?? null;
    return name === null ? '…' : read(name);
  };
  return (
    <div className="chooser">
      <SelectField
        id="own-party"
        label={t('components:ownParty')}
        options={organizations.map((id) => ({ value: id, label: nameOf(id) }))}
        value={chosen}
        onChange={({ target }) => setSearch(withFilter(search, IN_ADDRESS, target.value))}
      />
    </div>
  );
}
