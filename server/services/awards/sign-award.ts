/** Signing an award: from then on the foundation owes it to the grantee. */
import {
  AllocationNoLongerHeld,
  controlMatterOfAward,
  termsOfAward,
  type Award,
} from '../../domain/award.ts';
import { NARRATIVES } from '../../domain/entry-narratives.ts';
import { NotFound, SignInRequired, WrongState } from '../../domain/errors.ts';
import { fundIdOfProject } from '../../domain/fund.ts';
import { awardSigned } from '../../domain/spending-rules.ts';
import { dayOf } from '../../domain/time.ts';
import { inTransaction, type ClientSession, type Database } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import { projects } from '../../db/models/project.ts';
import { guardFunds, postEntries } from '../../ledger/post-entries.ts';
import { readFundPositions } from '../../ledger/read-balances.ts';
import { assertUnchanged, executeMatter, executionErrors } from '../approvals.ts';
import type { ServiceContext } from '../context.ts';
import { requireRightOver } from '../found.ts';
import { loadRegion } from '../region.ts';
import { loadProject } from '../projects.ts';
import { awardNamed, seekAward } from './read-awards.ts';

export const signAwardErrors = [
  ...executionErrors,
  SignInRequired,
  NotFound,
  WrongState,
  AllocationNoLongerHeld,
] as const;

/** Books the award against the project's fund, if that still holds it. */
async function commitMoney(
  database: Database,
  session: ClientSession,
  award: Award,
  signing: { readonly at: Date; readonly timeZone: string },
): Promise<void> {
  const projectFundId = fundIdOfProject(award.project);
  await guardFunds(database, session, [projectFundId]);
  const positions = await readFundPositions(database, [projectFundId], session);
  const balanceMinor = positions.get(projectFundId)?.balanceMinor ?? 0n;
  if (balanceMinor < award.amountMinor) {
    throw new AllocationNoLongerHeld(balanceMinor, award.amountMinor, award.currency);
  }
  const { _id: awardId, project, sector, locality, round, amountMinor, currency } = award;
  const entry = awardSigned({
    awardId,
    project,
    projectFundId,
    sector,
    locality,
    round,
    amountMinor,
    currency,
    effectiveOn: dayOf(signing.at, signing.timeZone),
    narrative: NARRATIVES.award((await loadProject(database, project, session)).title, award.run),
  });
  await postEntries(database, session, [entry], signing.at);
}

/** Signs an approved award as its grantee's owner. Signing again changes nothing. */
export async function signAward(
  context: ServiceContext,
  input: { readonly id: string; readonly digest: string },
): Promise<Award> {
  const { database, clock, actor } = context;
  if (actor.kind === 'anonymous') throw new SignInRequired();
  const { timeZone } = await loadRegion(database);
  return inTransaction(database, async (session) => {
    const found = await seekAward(database, input.id, session);
    const { person, thing: award } = requireRightOver(actor, 'award.sign', found, awardNamed(input.id));
    if (award.control.executedBy?.personId === person.personId) return award;
    if (award.status !== 'approved' && award.status !== 'prepared') {
      throw new WrongState('award', award._id, award.status, ['approved']);
    }
    assertUnchanged(award.control, termsOfAward(award), input.digest);
    const now = clock.now();
    const step = { right: 'award.sign', partyId: award.grantee, seenDigest: input.digest } as const;
    const control = await executeMatter(context, session, controlMatterOfAward(award), step);
    await commitMoney(database, session, award, { at: now, timeZone });
    const change = { status: 'signed', control } as const;
    await awards(database).updateOne({ _id: award._id, status: 'approved' }, { $set: change }, { session });
    await projects(database).updateOne(
      { _id: award.project, status: 'funded' },
      { $set: { status: 'awarded' } },
      { session },
    );
    return { ...award, ...change };
  });
}
