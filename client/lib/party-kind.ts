/** Kinds of party: as the API writes them and as the catalogues name them. */
import type { PartyKind } from '../components/party-name.tsx';

export const PARTY_KINDS = {
  GOVERNMENT: 'government',
  ENTERPRISE: 'enterprise',
  SOCIAL_ORGANIZATION: 'socialOrganization',
  INDIVIDUAL: 'individual',
} as const satisfies Record<string, PartyKind>;
