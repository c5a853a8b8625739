/** The people and parties of a played round, and how they sign in. */
import { creditCodeCheckDigit } from '../../server/domain/party.ts';
import { ApiClient, demoId } from './api-client.ts';
import type { Authenticators } from './authenticators.ts';
import { PARTIES, type DemoPerson } from './scenario.ts';

export const emailOf = (key: string) => `${key}@demo.example.org`;

/** Anybody may read it here: the accounts of a demo guard nothing. */
export const DEMO_PASSWORD = 'a-demo-password-2026';

/** A well-formed unified social credit code that belongs to nobody. */
function creditCodeOf(key: string): string {
  const digits = BigInt(`0x${demoId(key).replaceAll('-', '').slice(0, 12)}`) % 10n ** 9n;
  const first = `91310118MA${String(digits).padStart(7, '0').slice(-7)}`;
  return `${first}${creditCodeCheckDigit(first) ?? '0'}`;
}

export async function registerParties(programme: ApiClient): Promise<void> {
  for (const { key, kind, zh, en, locality } of PARTIES) {
    const input = {
      id: demoId(key),
      kind,
      name: { zh, en },
      locality,
      creditCode: creditCodeOf(key),
      bankAccount: key.startsWith('npo-')
        ? { bankName: '演示银行 Demo Bank', accountNumber: `6222 0000 ${demoId(key).slice(0, 4)}` }
        : null,
    };
    await programme.mutate('registerParty', { input: 'RegisterPartyInput!' }, { input }, 'id');
  }
}

export async function createAccounts(administrator: ApiClient, people: readonly DemoPerson[]): Promise<void> {
  for (const { key, name, roles, owns } of people) {
    const input = {
      id: demoId(`account ${key}`),
      name,
      email: emailOf(key),
      password: DEMO_PASSWORD,
      roles,
      memberships: owns === undefined ? [] : [{ partyId: demoId(owns), role: 'OWNER' }],
    };
    await administrator.mutate('createAccount', { input: 'CreateAccountInput!' }, { input }, 'person { id }');
  }
}

export async function signInAll(
  origin: string,
  people: readonly DemoPerson[],
  authenticators: Authenticators,
): Promise<Record<string, ApiClient>> {
  const clients: Record<string, ApiClient> = {};
  for (const { key } of people) {
    const client = new ApiClient(origin);
    const email = emailOf(key);
    await client.signIn(email, DEMO_PASSWORD, authenticators.of(email));
    authenticators.save();
    clients[key] = client;
  }
  return clients;
}
