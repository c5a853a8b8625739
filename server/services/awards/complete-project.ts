/** A project is completed with the last of its awards, whether that was paid out or closed. */
import { ENDED_AWARDS, OWED_MILESTONES } from '../../domain/award.ts';
import { operators, type ClientSession, type Database } from '../../db/database.ts';
import { awards } from '../../db/models/award.ts';
import { projects } from '../../db/models/project.ts';

/** Completes the project unless one of its awards has not ended, or owes a payment that the bank sent back. */
export async function completeProject(
  database: Database,
  session: ClientSession,
  project: string,
): Promise<void> {
  const unfinished = await awards(database)
    .exists({
      project,
      $or: [
        { status: operators({ $nin: [...ENDED_AWARDS] }) },
        { 'milestones.status': operators({ $in: [...OWED_MILESTONES] }) },
      ],
    })
    .session(session);
  if (unfinished !== null) return;
  await projects(database).updateOne(
    { _id: project, status: 'awarded' },
    { $set: { status: 'completed' } },
    { session },
  );
}
