/** Many transactions at once try to take the same unique value: exactly one may have it. */
import { MongoClient, MongoServerError } from 'mongodb';

const CONTENDERS = 8;

interface RaceSummary {
  rounds: number;
  refused: number;
}

/** @throws Error when a round has no winner, or more than one. */
export async function runUniqueRaces(uri: string, rounds: number): Promise<RaceSummary> {
  const client = new MongoClient(uri);
  const database = client.db('races');
  const seats = database.collection<{ seat: number; holder: number }>('seats');
  const audit = database.collection<{ seat: number; holder: number }>('audit');
  let refused = 0;
  try {
    await seats.createIndex({ seat: 1 }, { unique: true }, undefined);
    await audit.createIndex({ seat: 1 }, undefined, undefined);
    const take = async (seat: number, holder: number): Promise<boolean> => {
      try {
        await client.withSession((session) =>
          session.withTransaction(async () => {
            await audit.insertOne({ seat, holder }, { session });
            await seats.insertOne({ seat, holder }, { session });
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof MongoServerError && error.code === 11000) return false;
        throw error;
      }
    };
    for (let seat = 0; seat < rounds; seat += 1) {
      const results = await Promise.all(
        Array.from({ length: CONTENDERS }, (_, holder) => take(seat, holder)),
      );
      const winners = results.flatMap((won, holder) => (won ? [holder] : []));
      const holders = (await seats.find({ seat }).toArray()).map(({ holder }) => holder);
      const audited = (await audit.find({ seat }).toArray()).map(({ holder }) => holder);
      const told = JSON.stringify([winners, winners, winners]);
      if (winners.length !== 1 || JSON.stringify([winners, holders, audited]) !== told) {
        throw new Error(
          `seat ${seat}: ${winners.join()} were told they have it, ${holders.join()} hold it, ${audited.join()} are in the audit`,
        );
      }
      refused += CONTENDERS - 1;
    }
    return { rounds, refused };
  } finally {
    await client.close();
  }
}
