/** From proposals to signed awards: what is asked for, what the allocation gives it, and who signs. */
import { type ApiClient, demoId } from './api-client.ts';
import { DECLINED, PROJECTS, type DemoProject } from './scenario-projects.ts';
import { PARTIES, wan } from './scenario.ts';
import {
  ALREADY,
  CONTROL,
  type Controlled,
  crew,
  SIGNED,
  signedAs,
  type Staff,
  unlessDone,
} from './steps.ts';

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

export async function proposeProjects(owners: Staff, programme: ApiClient): Promise<void> {
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

export async function allocate(staff: Staff): Promise<string> {
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
    await unlessDone(() => person.mutate('approveAllocation', SIGNED, signed, 'id'), ALREADY);
  }
  await finance.confirm('ALLOCATION', 'EXECUTE', open);
  await unlessDone(() => finance.mutate('executeAllocation', { id: 'ID!' }, { id }, 'id'), ALREADY);
  return id;
}

export interface FundedProject {
  readonly id: string;
  readonly status: string;
  readonly grantee: { readonly id: string } | null;
}

export async function fundedProjects(anyone: ApiClient): Promise<FundedProject[]> {
  const { projects } = await anyone.query<{ projects: { readonly items: FundedProject[] } }>(
    'query($round: ID) { projects(round: $round, first: 200) { items { id status grantee { id } } } }',
    { round: demoId('round') },
  );
  return projects.items.filter((project) => project.status !== 'ELIGIBLE');
}

export interface Award extends Controlled {
  readonly milestones: readonly { readonly id: string; readonly status: string }[];
}

export async function signAwards(
  staff: Staff,
  owners: Staff,
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
    await approver.mutate('approveAward', SIGNED, signed, 'id');
  }
  for (const owner of new Set(projects.map((project) => ownerOf(owners, project)))) {
    const own = projects
      .filter((project) => ownerOf(owners, project) === owner)
      .flatMap((project) => awards.get(project.id) ?? [])
      .filter(({ status }) => status === 'PREPARED' || status === 'APPROVED')
      .map(signedAs);
    await owner.confirm('AWARD', 'EXECUTE', own);
    for (const signed of own) await owner.mutate('signAward', SIGNED, signed, 'id');
  }
  return awards;
}

export function ownerOf(owners: Staff, project: FundedProject): ApiClient {
  const party = PARTIES.find(({ key }) => demoId(key) === project.grantee?.id);
  const owner = owners[`owner-${party?.key ?? ''}`];
  if (owner === undefined) throw new Error(`Nobody speaks for the grantee of ${project.id}.`);
  return owner;
}
