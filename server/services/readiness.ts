/** Whether this process can do its work now. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.ts';

const PATIENCE_MS = 2_000;

/** True when the database answers soon. */
export async function isReady({ connection }: Database): Promise<boolean> {
  const patience = new AbortController();
  const answered = connection
    .getClient()
    .db('admin')
    .command({ ping: 1 })
    .then(
      () => true,
      () => false,
    );
  const late = sleep(PATIENCE_MS, false, { signal: patience.signal }).catch(() => false);
  try {
    return await Promise.race([answered, late]);
  } finally {
    patience.abort();
  }
}
