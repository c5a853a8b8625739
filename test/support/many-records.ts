/** Hundreds of parties, people, projects and what they are promised and paid, put into a database without their histories. */
import { randomUUID } from 'node:crypto';
import type mongoose from 'mongoose';
import type { Database } from '../../server/db/database.ts';
import { awards } from '../../server/db/models/award.ts';
import { disbursements } from '../../server/db/models/disbursement.ts';
import { funds } from '../../server/db/models/fund.ts';
import { parties } from '../../server/db/models/party.ts';
import { people } from '../../server/db/models/person.ts';
import { pledges } from '../../server/db/models/pledge.ts';
import { projects } from '../../server/db/models/project.ts';
import { proposals } from '../../server/db/models/proposal.ts';

const BEGIN = Date.UTC(2026, 0, 5);

/** Three at a time at one instant, so that their ids decide. */
const instant = (number: number): Date => new Date(BEGIN + Math.floor(number / 3) * 60_000);

const by = (number: number) => ({ personId: 'maker', name: 'Maker', at: instant(number) });

const text = (zh: string, en: string, number: number) => {
  const place = String(number).padStart(3, '0');
  return { zh: `${zh}${place}`, en: `${en} ${place}` };
};

const control = (number: number) => ({
  ...{ digest: 'digest', proposedBy: by(number), approvals: [], executedBy: null },
});

const upTo = <Made>(count: number, make: (number: number) => Made): Made[] =>
  Array.from({ length: count }, (_, number) => make(number));

const place = { round: 'round', grantee: 'grantee', sector: 'education', locality: '310118' };
const money = { currency: 'CNY', amountMinor: 100_000n };
const restriction = { sectors: [], localities: [], projects: [] };
const requestDigest = 'made';

export type Kind = keyof typeof MAKERS;

/** How one more of a kind is made: the greater its number, the later it was made, or the later its name. */
const MAKERS = {
  parties: (number: number, _id: string) => ({
    ...{ _id, kind: 'social-organization', name: text('机构', 'Organization', number), locality: null },
    ...{ creditCode: null, bankAccount: null, accountDoubt: null, requestDigest },
    ...{ registeredAt: instant(number), registeredBy: by(number) },
  }),
  people: (number: number, _id: string) => ({
    ...{ _id, name: `职员${String(number).padStart(3, '0')}`, email: `${_id}@example.org` },
    ...{ emailVerified: true, roles: ['auditor'], memberships: [], createdBy: null, requestDigest },
    ...{ createdAt: instant(number), updatedAt: instant(number) },
  }),
  proposals: (number: number, _id: string) => ({
    ...{ _id, round: place.round, grantee: place.grantee, revision: 1, status: 'submitted' },
    plan: {
      ...{ title: text('申请', 'Proposal', number), summary: text('摘要', 'Summary', number) },
      ...{ sector: place.sector, locality: place.locality, milestones: [] },
    },
    ...{ startedAt: instant(number), savedBy: by(number), submittedBy: by(number) },
  }),
  projects: (number: number, _id: string) => ({
    ...{ _id, ...place, title: text('项目', 'Project', number), summary: text('摘要', 'Summary', number) },
    ...{ needMinor: 100_000n, minimumMinor: 0n, openTo: 'everyone', milestones: [], currency: 'CNY' },
    ...{ score: '80', fundId: `fund:${_id}`, status: 'eligible', acceptedAt: instant(number) },
  }),
  awards: (number: number, _id: string) => ({
    ...{ _id, ...place, ...money, project: 'project', run: _id, sources: [], status: 'signed' },
    milestones: [
      {
        ...{ id: 'm1', title: text('里程碑', 'Milestone', number), dueOn: '2026-06-01' },
        ...{ shareBasisPoints: 10_000, trancheMinor: 100_000n, status: 'accepted' },
      },
    ],
    ...{ control: control(number), requestDigest },
  }),
  disbursements: (number: number, _id: string) => ({
    ...{
      _id,
      round: place.round,
      grantee: place.grantee,
      ...money,
      award: 'award',
      milestone: 'm1',
      project: 'project',
    },
    payee: { accountName: '机构', bankName: '银行', accountNumber: '6222020000000000' },
    ...{ status: 'prepared', control: control(number), parts: [], requestDigest },
  }),
  pledges: (number: number, _id: string) => ({
    ...{ _id, ...money, party: 'party', partyKind: 'enterprise', round: 'round', restriction },
    ...{ fundId: `fund:${_id}`, agreementReference: _id, pledgedOn: '2026-01-05', status: 'binding' },
    ...{ instalments: [], receipts: [], recordedBy: by(number), recordedAt: instant(number), requestDigest },
  }),
  funds: (number: number, _id: string) => ({
    ...{ _id, kind: 'unrestricted', restriction, name: text('基金', 'Fund', number) },
    openedAt: instant(number),
  }),
} as const;

const MODELS = { parties, people, proposals, projects, awards, disbursements, pledges, funds } as const;

type ModelConstructor = mongoose.Model<unknown> & (new (row: unknown) => { toObject(): object });

/** Puts so many of a kind into the database, numbered on from `from`. @returns their ids in the order of their numbers */
export async function makeMany(database: Database, kind: Kind, count: number, from = 0): Promise<string[]> {
  const made = upTo(count, (number) => MAKERS[kind](from + number, randomUUID()));
  const Model = MODELS[kind](database) as unknown as ModelConstructor;
  // Beside the audit log, which would take most of the time; each through its model, so that what is derived is there.
  const rows = made.map((one) => new Model(one).toObject());
  await Model.collection.insertMany(rows);
  return made.map(({ _id }) => _id);
}
