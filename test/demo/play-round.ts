/**
 * Plays one full round through the public API, step by step, telling what happens. Every id follows from the scenario,
 * and a step that was done before is left as it is, so that a round that was interrupted can be played on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { creditCodeCheckDigit } from '../../server/domain/party.ts';
import { dayOf } from '../../server/domain/time.ts';
import { ApiClient, demoId, Refused } from './api-client.ts';
import { Authenticators } from './authenticators.ts';
import { payCostAndCloseAward, proposeRunningCost } from './play-costs-and-rests.ts';
import {
  COMPENSATION,
  DECLINED,
  GIFTS,
  NEEDS,
  OWNERS,
  PARTIES,
  PLEDGES,
  PROJECTS,
  ROUND,
  STAFF,
  wan,
  type DemoPerson,
  type DemoProject,
} from './scenario.ts';

export interface Narrator {
  chapter(title: string): void;
  tell(sentence: string): void;
}

export interface Account {
  readonly email: string;
  readonly password: string;
  readonly roles: string;
}

export interface PlayedRound {
  readonly accounts: readonly Account[];
  readonly runId: string;
  readonly reportNumber: string;
  readonly staff: Readonly<Record<string, ApiClient>>;
}

const RECEIVED_ON = '2026-03-02';
const PLEDGED_ON = '2026-02-02';

export const emailOf = (key: string) => `${key}@demo.example.org`;

/** Anybody may read it here: the accounts of a demo guard nothing. */
export const DEMO_PASSWORD = 'a-demo-password-2026';

/** Runs a step; one that was done before by the same round is no failure. */
async function unlessDone<Result>(
  step: () => Promise<Result>,
  doneCodes: readonly string[],
): Promise<Result | null> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Refused && doneCodes.includes(error.code)) return null;
    throw error;
  }
}

/** A well-formed unified social credit code that belongs to nobody. */
function creditCodeOf(key: string): string {
  const digits = BigInt(`0x${demoId(key).replaceAll('-', '').slice(0, 12)}`) % 10n ** 9n;
  const first = `91310118MA${String(digits).padStart(7, '0').slice(-7)}`;
  return `${first}${creditCodeCheckDigit(first) ?? '0'}`;
}

async function registerParties(programme: ApiClient): Promise<void> {
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

async function createAccounts(administrator: ApiClient, people: readonly DemoPerson[]): Promise<void> {
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

/** Kept for every play of this process. */
const REMEMBERED = new Authenticators(null);

async function signInAll(
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

async function recordPledges(programme: ApiClient, finance: ApiClient): Promise<void> {
  for (const [index, pledge] of PLEDGES.entries()) {
    const id = demoId(`pledge ${index}`);
    const input = {
      id,
      party: demoId(pledge.party),
      round: demoId('round'),
      amountMinor: wan(pledge.wan),
      restriction: { sectors: pledge.sectors ?? null, localities: pledge.localities ?? null, projects: null },
      capPerProjectMinor: pledge.capPerProjectWan === undefined ? null : wan(pledge.capPerProjectWan),
      agreementReference: `DEMO-2026-${String(index + 1).padStart(3, '0')}`,
      pledgedOn: PLEDGED_ON,
      instalments: [],
    };
    await unlessDone(
      () => programme.mutate('recordPledge', { input: 'RecordPledgeInput!' }, { input }, 'id'),
      ['WRONG_STATE'],
    );
    const receipt = {
      id: demoId(`receipt ${index}`),
      pledge: id,
      amountMinor: wan(pledge.receivedWan),
      bankReference: `BANK-2026-${String(index + 1).padStart(4, '0')}`,
      receivedOn: RECEIVED_ON,
    };
    await finance.mutate(
      'recordPledgeReceipt',
      { input: 'RecordPledgeReceiptInput!' },
      { input: receipt },
      'id',
    );
  }
}

interface Started {
  readonly donation: { readonly id: string; readonly status: string };
  readonly checkoutUrl: string | null;
}

async function giveOnline(donor: ApiClient): Promise<{ settled: number; declined: number }> {
  const awaited: string[] = [];
  let declined = 0;
  for (const [index, gift] of GIFTS.entries()) {
    const input = {
      id: demoId(`gift ${index}`),
      giftMinor: String(gift.yuan * 100),
      coverFee: gift.coverFee ?? false,
      restriction: { sectors: gift.sectors ?? null, localities: gift.localities ?? null, projects: null },
      donor: { name: gift.name, email: `donor-${index + 1}@demo.example.org`, locale: gift.locale },
    };
    const started = await donor.mutate<Started>(
      'startDonation',
      { input: 'StartDonationInput!' },
      { input },
      'donation { id status } checkoutUrl',
    );
    if (started.checkoutUrl !== null && started.donation.status !== 'SETTLED') {
      await fetch(started.checkoutUrl, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ outcome: gift.outcome }),
      });
    }
    if (gift.outcome === 'card_decline') declined += 1;
    else awaited.push(input.id);
  }
  await untilSettled(donor, awaited);
  return { settled: awaited.length, declined };
}

const SETTLE_WAIT_MS = 60_000;
const SETTLE_POLL_MS = 250;

async function untilSettled(donor: ApiClient, ids: readonly string[]): Promise<void> {
  const deadline = Date.now() + SETTLE_WAIT_MS;
  const open = new Set(ids);
  while (open.size > 0) {
    for (const id of open) {
      const { donation } = await donor.query<{ donation: { data?: { status: string } } }>(
        'query($id: ID!) { donation(id: $id) { ... on QueryDonationSuccess { data { status } } } }',
        { id },
      );
      if (donation.data?.status === 'SETTLED') open.delete(id);
    }
    if (open.size > 0 && Date.now() > deadline) {
      throw new Error(`${open.size} gifts did not settle: ${[...open].join(', ')}`);
    }
    if (open.size > 0) await sleep(SETTLE_POLL_MS);
  }
}

function draftOf(project: DemoProject, key: string) {
  return {
    id: demoId(key),
    round: demoId('round'),
    grantee: demoId(project.grantee),
    title: { zh: project.zh, en: project.en },
    summary: {
      zh: `${project.zh}：面向示范区居民的公共服务项目（演示）。`,
      en: `${project.en}: a public-service project for people of the zone (demo).`,
    },
    sector: project.sector,
    serviceItem: project.serviceItem,
    locality: project.locality,
    localTerm: project.localTerm ?? null,
    needMinor: wan(project.needWan),
    minimumMinor: wan(project.minimumWan),
    openTo: project.openTo,
    milestones: [
      { title: { zh: '启动', en: 'Start' }, dueOn: '2026-09-30', shareBasisPoints: 4000 },
      { title: { zh: '中期', en: 'Midway' }, dueOn: '2027-03-31', shareBasisPoints: 4000 },
      { title: { zh: '验收', en: 'Completion' }, dueOn: '2027-09-30', shareBasisPoints: 2000 },
    ],
  };
}

const projectKey = (index: number) => `project ${index}`;

async function proposeProjects(
  owners: Readonly<Record<string, ApiClient>>,
  programme: ApiClient,
): Promise<void> {
  const proposals = [
    ...PROJECTS.map((project, index) => ({ project, key: projectKey(index) })),
    { project: DECLINED, key: 'declined' },
  ];
  for (const { project, key } of proposals) {
    const owner = owners[`owner-${project.grantee}`];
    if (owner === undefined) throw new Error(`Nobody speaks for ${project.grantee}.`);
    const input = draftOf(project, key);
    const done = ['WRONG_STATE', 'DRAFT_CHANGED', 'CHANGED_SINCE_SEEN'];
    await unlessDone(() => owner.mutate('saveDraft', { input: 'SaveDraftInput!' }, { input }, 'id'), done);
    await unlessDone(() => owner.mutate('submitProposal', { id: 'ID!' }, { id: input.id }, 'id'), done);
    if (key === 'declined') {
      const decision = { id: input.id, reason: DECLINED.reason };
      await unlessDone(
        () => programme.mutate('declineProposal', { id: 'ID!', reason: 'String!' }, decision, 'id'),
        done,
      );
    } else {
      const decision = {
        id: input.id,
        score: project.score,
        reason: '符合清单与需求。Fits the list and the need.',
      };
      const types = { id: 'ID!', score: 'String!', reason: 'String!' };
      await unlessDone(() => programme.mutate('acceptProposal', types, decision, 'id'), done);
    }
  }
}

const CONTROL = 'id status control { digest }';

interface Controlled {
  readonly id: string;
  readonly status: string;
  readonly control: { readonly digest: string };
}

const ALREADY = ['SAME_PERSON_TWICE', 'WRONG_STATE'];

async function allocate(staff: Readonly<Record<string, ApiClient>>): Promise<string> {
  const { programme, approver, council, finance } = crew(staff);
  const id = demoId('run');
  const input = { id, round: demoId('round') };
  const run = await programme.mutate<Controlled>(
    'proposeAllocation',
    { input: 'ProposeAllocationInput!' },
    { input },
    CONTROL,
  );
  const signed = { id, digest: run.control.digest };
  const open = run.status === 'PROPOSED' ? [signed] : [];
  for (const person of [approver, council]) {
    await person.confirm('ALLOCATION', 'APPROVE', open);
    await unlessDone(
      () => person.mutate('approveAllocation', { id: 'ID!', digest: 'String!' }, signed, 'id'),
      ALREADY,
    );
  }
  await finance.confirm('ALLOCATION', 'EXECUTE', open);
  await unlessDone(() => finance.mutate('executeAllocation', { id: 'ID!' }, { id }, 'id'), ALREADY);
  return id;
}

function crew(staff: Readonly<Record<string, ApiClient>>) {
  const person = (key: string): ApiClient => {
    const client = staff[key];
    if (client === undefined) throw new Error(`Nobody plays the ${key}.`);
    return client;
  };
  return {
    programme: person('programme'),
    finance: person('finance'),
    approver: person('approver'),
    council: person('council'),
    auditor: person('auditor'),
  };
}

interface FundedProject {
  readonly id: string;
  readonly status: string;
  readonly grantee: { readonly id: string } | null;
}

async function fundedProjects(anyone: ApiClient): Promise<FundedProject[]> {
  const { projects } = await anyone.query<{ projects: FundedProject[] }>(
    'query($round: ID) { projects(round: $round, first: 200) { id status grantee { id } } }',
    { round: demoId('round') },
  );
  return projects.filter((project) => project.status !== 'ELIGIBLE');
}

interface Award extends Controlled {
  readonly milestones: readonly { readonly id: string; readonly status: string }[];
}

async function signAwards(
  staff: Readonly<Record<string, ApiClient>>,
  owners: Readonly<Record<string, ApiClient>>,
  projects: readonly FundedProject[],
): Promise<Map<string, Award>> {
  const { programme, approver } = crew(staff);
  const awards = new Map<string, Award>();
  for (const project of projects) {
    const named = { id: demoId(`award ${project.id}`), project: project.id };
    const award = await programme.mutate<Award>(
      'prepareAward',
      { id: 'ID!', project: 'ID!' },
      named,
      `${CONTROL} milestones { id status }`,
    );
    awards.set(project.id, award);
  }
  const prepared = [...awards.values()].filter(({ status }) => status === 'PREPARED').map(signedAs);
  await approver.confirm('AWARD', 'APPROVE', prepared);
  for (const signed of prepared) {
    await approver.mutate('approveAward', { id: 'ID!', digest: 'String!' }, signed, 'id');
  }
  for (const owner of new Set(projects.map((project) => ownerOf(owners, project)))) {
    const own = projects
      .filter((project) => ownerOf(owners, project) === owner)
      .flatMap((project) => awards.get(project.id) ?? [])
      .filter(({ status }) => status === 'PREPARED' || status === 'APPROVED')
      .map(signedAs);
    await owner.confirm('AWARD', 'EXECUTE', own);
    for (const signed of own) await owner.mutate('signAward', { id: 'ID!', digest: 'String!' }, signed, 'id');
  }
  return awards;
}

/** What whoever approves or executes names: the thing and exactly what was seen of it. */
const signedAs = ({ id, control: { digest } }: Controlled) => ({ id, digest });

function ownerOf(owners: Readonly<Record<string, ApiClient>>, project: FundedProject): ApiClient {
  const party = PARTIES.find(({ key }) => demoId(key) === project.grantee?.id);
  const owner = owners[`owner-${party?.key ?? ''}`];
  if (owner === undefined) throw new Error(`Nobody speaks for the grantee of ${project.id}.`);
  return owner;
}

/** Every second project reaches its first milestone and is paid its first tranche. */
async function disburse(
  staff: Readonly<Record<string, ApiClient>>,
  owners: Readonly<Record<string, ApiClient>>,
  projects: readonly FundedProject[],
  awards: ReadonlyMap<string, Award>,
  cost: Controlled,
): Promise<string[]> {
  const { programme, approver, finance } = crew(staff);
  const payments: (Controlled & { readonly bankReference: string; readonly award: string })[] = [];
  for (const [index, project] of projects.entries()) {
    const award = awards.get(project.id);
    const milestone = award?.milestones[0];
    if (index % 2 === 1 || award === undefined || milestone === undefined) continue;
    const place = { award: award.id, milestone: milestone.id };
    const report = { ...place, evidence: '已按计划启动，附照片与合同。Started as planned.' };
    await unlessDone(
      () =>
        ownerOf(owners, project).mutate(
          'reportMilestone',
          { award: 'ID!', milestone: 'String!', evidence: 'String!' },
          report,
          'id',
        ),
      ALREADY,
    );
    await unlessDone(
      () => programme.mutate('acceptMilestone', { award: 'ID!', milestone: 'String!' }, place, 'id'),
      ALREADY,
    );
    const id = demoId(`disbursement ${award.id}`);
    const prepared = await programme.mutate<Controlled>(
      'prepareDisbursement',
      { id: 'ID!', award: 'ID!', milestone: 'String!' },
      { id, ...place },
      CONTROL,
    );
    const bankReference = `PAY-2026-${String(index + 1).padStart(4, '0')}`;
    payments.push({ ...prepared, bankReference, award: award.id });
  }
  const prepared = payments.filter(({ status }) => status === 'PREPARED').map(signedAs);
  // The cost of running the foundation is approved with the same code.
  const isWaiting = cost.status === 'PROPOSED';
  await approver.confirmAll('APPROVE', [
    ...prepared.map((signed) => ({ kind: 'DISBURSEMENT', ...signed })),
    ...(isWaiting ? [{ kind: 'MANAGEMENT_COST', ...signedAs(cost) }] : []),
  ]);
  const signedCost = signedAs(cost);
  if (isWaiting)
    await unlessDone(
      () => approver.mutate('approveManagementCost', { id: 'ID!', digest: 'String!' }, signedCost, 'id'),
      ALREADY,
    );
  for (const signed of prepared) {
    await approver.mutate('approveDisbursement', { id: 'ID!', digest: 'String!' }, signed, 'id');
  }
  const unpaid = payments.filter(({ status }) => status === 'PREPARED' || status === 'APPROVED');
  await finance.confirm('DISBURSEMENT', 'EXECUTE', unpaid.map(signedAs));
  for (const { bankReference, ...payment } of unpaid) {
    const executedOn = dayOf(new Date(), 'Asia/Shanghai');
    const input = { ...signedAs(payment), bankReference, executedOn };
    await finance.mutate('executeDisbursement', { input: 'ExecuteDisbursementInput!' }, { input }, 'id');
  }
  return payments.map(({ award }) => award);
}

/** What the cleaning of the shared lake costs each locality alone and all together; who has paid is asked of the ledger. */
async function drawUpCompensation(finance: ApiClient): Promise<Controlled> {
  const [id, round] = [demoId('compensation'), demoId('round')];
  const localities = COMPENSATION.standAloneWan.map(([locality]) => locality);
  const { paidByLocality } = await finance.query<{
    paidByLocality: { data: { locality: string; amountMinor: string }[] };
  }>(
    'query($round: ID!) { paidByLocality(round: $round) { ... on QueryPaidByLocalitySuccess { data { locality amountMinor } } } }',
    { round },
  );
  const paid = new Map(paidByLocality.data.map((one) => [one.locality, one.amountMinor]));
  const input = {
    ...{ id, round, title: COMPENSATION.title, costsSource: COMPENSATION.costsSource, localities },
    rule: {
      standAlone: COMPENSATION.standAloneWan.map(([locality, amount]) => ({
        locality,
        amountMinor: wan(amount),
      })),
      sharedMinor: wan(COMPENSATION.sharedWan),
    },
    paid: localities.map((locality) => ({
      ...{ locality, amountMinor: paid.get(locality) ?? '0', source: 'LEDGER', note: '' },
    })),
  };
  const kept = await finance.mutate<Controlled>(
    'keepCompensation',
    { input: 'KeepCompensationInput!' },
    { input },
    CONTROL,
  );
  if (kept.status !== 'DRAFT') return kept;
  return finance.mutate('proposeCompensation', { id: 'ID!' }, { id }, CONTROL);
}

async function publish(staff: Readonly<Record<string, ApiClient>>): Promise<string> {
  const { programme, council, finance } = crew(staff);
  const statement = await drawUpCompensation(finance);
  const input = { id: demoId('report'), round: demoId('round'), correction: null };
  // Prepared by the finance officer and published by the programme officer, who has confirmed nothing else.
  const prepared = await finance.mutate<Controlled & { number: string }>(
    'prepareReport',
    { input: 'PrepareReportInput!' },
    { input },
    `${CONTROL} number`,
  );
  const open = [
    ...(prepared.status === 'PREPARED' ? [{ kind: 'REPORT', ...signedAs(prepared) }] : []),
    ...(statement.status === 'PROPOSED' ? [{ kind: 'COMPENSATION', ...signedAs(statement) }] : []),
  ];
  const signed = { id: 'ID!', digest: 'String!' };
  await council.confirmAll('APPROVE', open);
  await unlessDone(() => council.mutate('approveCompensation', signed, signedAs(statement), 'id'), ALREADY);
  await unlessDone(() => council.mutate('approveReport', signed, signedAs(prepared), 'id'), ALREADY);
  await programme.confirmAll('EXECUTE', open);
  await unlessDone(() => programme.mutate('publishCompensation', signed, signedAs(statement), 'id'), ALREADY);
  await unlessDone(
    () => programme.mutate('publishReport', { id: 'ID!' }, { id: prepared.id }, 'id'),
    ALREADY,
  );
  return prepared.number;
}

/** The whole round, from the first account to the published report. */
export async function playRound(
  origin: string,
  administrator: { readonly email: string; readonly password: string },
  narrator: Narrator,
  authenticators: Authenticators = REMEMBERED,
): Promise<PlayedRound> {
  const anyone = new ApiClient(origin);
  const admin = new ApiClient(origin);
  const { email, password } = administrator;
  await admin.signIn(email, password, authenticators.of(email));

  narrator.chapter('1 · People and parties');
  await createAccounts(admin, STAFF);
  const staff = await signInAll(origin, STAFF, authenticators);
  const { programme, finance } = crew(staff);
  await registerParties(programme);
  await createAccounts(admin, OWNERS);
  const owners = await signInAll(origin, OWNERS, authenticators);
  narrator.tell(
    `${STAFF.length} members of staff with different roles, ${PARTIES.length} parties, ${OWNERS.length} organizations that can sign.`,
  );

  narrator.chapter('2 · A round is opened');
  const round = {
    id: demoId('round'),
    needs: NEEDS,
    sectors: [...new Set(NEEDS.map((need) => need.sector))],
    localities: [...new Set(NEEDS.map((need) => need.locality))],
    ...ROUND,
  };
  const opened = await programme.mutate<{ localityWeights: { locality: string; rounded: string }[] }>(
    'openRound',
    { input: 'OpenRoundInput!' },
    { input: round },
    'localityWeights { locality rounded }',
  );
  narrator.tell(
    `Round ${ROUND.code}: ${NEEDS.length} need targets. Weights from budget expenditure: ${opened.localityWeights.map(({ locality, rounded }) => `${locality} ${rounded}`).join(', ')}.`,
  );

  narrator.chapter('3 · Pledges and bank receipts');
  await recordPledges(programme, finance);
  narrator.tell(
    `${PLEDGES.length} pledges by governments, enterprises and social organizations, each in a fund of its own.`,
  );

  narrator.chapter('4 · Gifts online, through the payment sandbox');
  const given = await giveOnline(anyone);
  narrator.tell(
    `${given.settled} gifts settled by signed webhook and worker, fee and all; ${given.declined} declined by the card issuer.`,
  );

  narrator.chapter('5 · Proposals become projects');
  await proposeProjects(owners, programme);
  narrator.tell(
    `${PROJECTS.length} projects accepted over 8 sectors and 3 localities, 1 proposal declined with a reason.`,
  );

  narrator.chapter('6 · Allocation: the lowest-covered need first');
  const runId = await allocate(staff);
  narrator.tell(
    'Proposed by the programme officer, approved by two others, executed by the finance officer.',
  );

  narrator.chapter('7 · Awards, milestones, disbursements');
  const projects = await fundedProjects(anyone);
  const awards = await signAwards(staff, owners, projects);
  const cost = await proposeRunningCost(finance);
  const paid = await disburse(staff, owners, projects, awards, cost);
  narrator.tell(
    `${awards.size} awards signed by their grantees; ${paid.length} first tranches prepared, approved and executed by three different people.`,
  );

  narrator.chapter('8 · What running costs, and what an award does not need');
  const back = await payCostAndCloseAward(crew(staff), cost, paid.at(-1) ?? '');
  narrator.tell(
    `A management cost paid from money that an organization left to it; an award closed after its first tranche, and ${back} back with the funds that gave it.`,
  );

  narrator.chapter('9 · The disbursement report, and who bears a common cost');
  const reportNumber = await publish(staff);
  narrator.tell(
    `Report ${reportNumber} is published as canonical JSON, CSV and a page in Chinese and English; a compensation statement of three localities beside it.`,
  );

  const accounts = [
    { ...administrator, roles: 'ADMINISTRATOR' },
    ...[...STAFF, ...OWNERS].map(({ key, roles, owns }) => ({
      email: emailOf(key),
      password: DEMO_PASSWORD,
      roles: owns === undefined ? roles.join(', ') : `owner of ${owns}`,
    })),
  ];
  return { accounts, runId, reportNumber, staff };
}
