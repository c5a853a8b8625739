/** Whether this process can do its work now. */
import type { Database } from '../db/database.ts';

const PATIENCE_MS = 2_000;

/** True when the database answers soon. */
export async function isReady({ connection }: Database): Promise<boolean> {
  try {
    await connection.getClient().db('admin').command({ ping: 1 }, { timeoutMS: PATIENCE_MS });
    return true;
  } catch {
    return false;
  }
}
