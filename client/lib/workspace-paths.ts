/** Every address of the workspaces, in one place. */
const inside = (path: string) => `/app${path}`;
/** What is set of a filter, as the part of an address after the question mark. */
const query = (filter: Readonly<Record<string, string | null | undefined>>): string => {
  const set = Object.entries(filter).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, value]],
  );
  return set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
};
const under = (folder: string) => (id: string) => inside(`/${folder}/${encodeURIComponent(id)}`);

export const workspacePaths = {
  queue: () => inside('/'),
  rounds: () => inside('/rounds'),
  openRound: () => inside('/rounds/open'),
  round: under('rounds'),
  amendRound: (code: string) => inside(`/rounds/${encodeURIComponent(code)}/rules`),
  openPool: (code: string) => inside(`/rounds/${encodeURIComponent(code)}/pools/open`),
  pool: (code: string, id: string) =>
    inside(`/rounds/${encodeURIComponent(code)}/pools/${encodeURIComponent(id)}`),
  parties: () => inside('/parties'),
  registerParty: () => inside('/parties/register'),
  party: under('parties'),
  pledges: () => inside('/pledges'),
  recordPledge: () => inside('/pledges/record'),
  pledge: under('pledges'),
  proposals: () => inside('/proposals'),
  submitProposal: () => inside('/proposals/submit'),
  proposal: under('proposals'),
  allocations: () => inside('/allocations'),
  allocation: under('allocations'),
  lab: (round?: string) =>
    inside(
      round === undefined
        ? '/allocations/lab'
        : `/allocations/lab?${new URLSearchParams({ round }).toString()}`,
    ),
  /** A snapshot in the allocation lab, with a kept draft opened on it. */
  labSnapshot: (id: string, draft?: string) =>
    inside(
      `/allocations/lab/${encodeURIComponent(id)}${draft === undefined ? '' : `?${new URLSearchParams({ draft }).toString()}`}`,
    ),
  compensations: () => inside('/compensations'),
  /** Drawing up a statement, or another version of one. */
  prepareCompensation: (revises?: string) => inside(`/compensations/prepare${query({ revises })}`),
  compensation: under('compensations'),
  awards: () => inside('/awards'),
  award: under('awards'),
  disbursements: () => inside('/disbursements'),
  disbursement: under('disbursements'),
  managementCosts: () => inside('/management-costs'),
  proposeCost: () => inside('/management-costs/propose'),
  managementCost: under('management-costs'),
  reports: () => inside('/reports'),
  funds: () => inside('/funds'),
  handEntries: () => inside('/entries'),
  prepareEntry: () => inside('/entries/prepare'),
  handEntry: under('entries'),
  periods: () => inside('/periods'),
  period: under('periods'),
  ledger: () => inside('/ledger'),
  accounts: (filter: { kind?: string; asOf?: string | null } = {}) =>
    inside(`/ledger/accounts${query(filter)}`),
  journal: (filter: JournalAddress = {}) => inside(`/ledger/journal${query(filter)}`),
  entry: under('ledger/entries'),
  ledgerChecks: () => inside('/ledger/checks'),
  statements: (filter: { report?: string; from?: string; through?: string } = {}) =>
    inside(`/ledger/statements${query(filter)}`),
  people: () => inside('/people'),
  policies: () => inside('/policies'),
  audit: () => inside('/audit'),
  bank: (status?: string) => inside(`/bank${query({ status })}`),
  gifts: () => inside('/gifts'),
  giftToRefund: under('gifts'),
  clearing: () => inside('/clearing'),
  givingGuard: () => inside('/giving-guard'),
  account: () => inside('/account'),
} as const;

/** The journal explorer's filter as it stands in the address: ids and codes as the ledger writes them. */
export type JournalAddress = Partial<
  Record<
    | 'account'
    | 'fund'
    | 'kind'
    | 'nature'
    | 'partyKind'
    | 'sector'
    | 'locality'
    | 'project'
    | 'award'
    | 'round'
    | 'cause'
    | 'from'
    | 'through'
    | 'least'
    | 'most',
    string | null
  >
>;
