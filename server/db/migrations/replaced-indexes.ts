/** Dropping indexes that newer ones replace, whether or not they, or their collection, were ever there. */
import type { Connection } from 'mongoose';

export async function dropReplacedIndexes(
  connection: Connection,
  collectionName: string,
  replaced: readonly string[],
): Promise<void> {
  // A process that does not know the collection did not create it, and asking for its indexes would be refused.
  const known = await connection.listCollections();
  if (!known.some(({ name }) => name === collectionName)) return;
  const collection = connection.collection(collectionName);
  const present = new Set((await collection.indexes()).map(({ name }) => name));
  for (const name of replaced) if (present.has(name)) await collection.dropIndex(name);
}
