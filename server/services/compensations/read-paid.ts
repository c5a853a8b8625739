/** What the ledger knows of who has paid: disbursed money, by the locality of the government that pledged it. */
import { requireRight } from '../../domain/access.ts';
import { compareCodePoints } from '../../domain/code-point-order.ts';
import type { LocalizedText } from '../../domain/localized-text.ts';
import { NotFound, NotPermitted, SignInRequired } from '../../domain/errors.ts';
import type { Project } from '../../domain/project.ts';
import type { ClientSession, Database } from '../../db/database.ts';
import { pledges, type StoredPledge } from '../../db/models/pledge.ts';
import { projects } from '../../db/models/project.ts';
import { readPaidByFunds } from '../../ledger/read-giving.ts';
import type { ServiceContext } from '../context.ts';
import { findParties } from '../parties.ts';
import { findRound } from '../rounds.ts';

/** The money of one government's pledge that was disbursed. */
export interface PaidFromPledge {
  readonly party: string;
  readonly name: LocalizedText;
  readonly fundId: string;
  readonly amountMinor: bigint;
}

/** What the governments of one locality have paid, pledge by pledge. */
export interface PaidByLocality {
  readonly locality: string;
  readonly amountMinor: bigint;
  readonly pledges: readonly PaidFromPledge[];
}

/** More pledges of governments to one round than this are not read. */
const MAX_PLEDGES = 2_000;

/**
 * What was disbursed of each government's pledges to a round, for one project or for all, by the locality where the
 * government is registered. Only money that left the bank counts: a pledge, a receipt or an allocation pays nobody.
 */
export async function readPaid(
  database: Database,
  { round, project }: { readonly round: string; readonly project: string | null },
  session: ClientSession | null = null,
): Promise<PaidByLocality[]> {
  const made = await pledges(database)
    .find({ round, partyKind: 'government', pool: null })
    .sort({ _id: 1 })
    .limit(MAX_PLEDGES)
    .session(session)
    .lean<StoredPledge[]>();
  const governments = await findParties(database, [...new Set(made.map(({ party }) => party))]);
  const governmentOf = new Map(governments.map((government) => [government._id, government]));
  const paid = await readPaidByFunds(
    database,
    made.map(({ fundId }) => fundId),
    session,
  );
  const found = new Map<string, PaidFromPledge[]>();
  for (const { party, fundId } of made) {
    const government = governmentOf.get(party);
    const locality = government?.locality ?? null;
    const amountMinor = (paid.get(fundId) ?? [])
      .filter(({ projectId }) => project === null || projectId === project)
      .reduce((sum, { disbursedMinor }) => sum + disbursedMinor, 0n);
    if (government === undefined || locality === null || amountMinor === 0n) continue;
    const { name } = government;
    found.set(locality, [...(found.get(locality) ?? []), { party, name, fundId, amountMinor }]);
  }
  return [...found]
    .map(([locality, list]) => ({
      locality,
      amountMinor: list.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
      pledges: list,
    }))
    .sort((a, b) => compareCodePoints(a.locality, b.locality));
}

/**
 * The round and the project that a statement names, if there are such.
 * @throws NotFound for an unknown round, an unknown project, or a project of another round
 */
export async function assertOccasion(
  database: Database,
  { round, project }: { readonly round: string | null; readonly project: string | null },
): Promise<void> {
  if (round !== null) await findRound(database, round);
  if (project === null) return;
  const found = await projects(database).findById(project).lean<Project>();
  if (found === null || found.round !== round) throw new NotFound('project', project);
}

export const showPaidErrors = [NotPermitted, SignInRequired, NotFound] as const;

/** What the ledger would put into a statement on a round, or on one project of it. */
export async function showPaid(
  context: ServiceContext,
  of: { readonly round: string; readonly project: string | null },
): Promise<PaidByLocality[]> {
  requireRight(context.actor, 'compensation.read');
  await assertOccasion(context.database, of);
  return readPaid(context.database, of);
}
