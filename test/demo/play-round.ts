/**
 * Plays one full round through the public API, step by step, telling what happens. Every id follows from the scenario,
 * and a step that was done before is left as it is, so that a round that was interrupted can be played on.
 */
import { ApiClient, demoId } from './api-client.ts';
import { Authenticators } from './authenticators.ts';
import { payCostAndCloseAward, proposeRunningCost } from './play-costs-and-rests.ts';
import { giveOnline, recordPledges } from './play-giving.ts';
import { disburse } from './play-payments.ts';
import { createAccounts, DEMO_PASSWORD, emailOf, registerParties, signInAll } from './play-people.ts';
import { allocate, fundedProjects, proposeProjects, signAwards } from './play-projects.ts';
import { publish } from './play-publishing.ts';
import { PROJECTS } from './scenario-projects.ts';
import { NEEDS, OWNERS, PARTIES, PLEDGES, ROUND, STAFF } from './scenario.ts';
import { crew } from './steps.ts';

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

/** Kept for every play of this process. */
const REMEMBERED = new Authenticators(null);

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
