/**
 * The lease of a running job. The queue gives a job to somebody else when its lock has grown old, because it takes the
 * worker for dead; a run that waits for a slow mail server or processor is not dead, and says so by renewing its lock.
 */
import type { BackgroundJobs, BackgroundJobType } from '@clipboard-health/mongo-jobs';
import type { Log } from './job.ts';

/** A run renews its lease this often in the time of one, so that two renewals may fail. */
const RENEWALS_PER_LEASE = 4;

interface LeaseOptions {
  readonly jobModel: BackgroundJobs['jobModel'];
  /** How old the lock of a job may grow before the job is given to another worker. */
  readonly leaseMs: number;
  readonly log: Log;
}

/**
 * Does the work while its lease is renewed. A lease that was lost (the process stood still for too long) is logged and
 * not taken back: whoever holds the job now does it, which every job must bear.
 * @throws whatever the work throws
 */
export async function whileLeased(
  attempt: BackgroundJobType<unknown>,
  { jobModel, leaseMs, log }: LeaseOptions,
  work: () => Promise<void>,
): Promise<void> {
  let held = attempt.lockedAt;
  let renewing = Promise.resolve();
  const renew = async (): Promise<void> => {
    const now = new Date();
    const { matchedCount } = await jobModel.collection.updateOne(
      { _id: attempt._id, lockedAt: held },
      { $set: { lockedAt: now } },
    );
    if (matchedCount === 1) held = now;
    else {
      clearInterval(timer);
      log.error({ jobId: attempt._id.toString() }, 'A job was given to another worker while it ran.');
    }
  };
  // A renewal that the database refuses is tried again by the next one; the queue logs that the database is away.
  const timer = setInterval(() => {
    renewing = renewing.then(renew).catch(() => undefined);
  }, leaseMs / RENEWALS_PER_LEASE);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await renewing;
  }
}
