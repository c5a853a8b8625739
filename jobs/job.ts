/** What every job is made of: a name, a payload of ids, and one use case that does the work and may be run again. */
import type { WorkerPlatform } from '../server/services/context.ts';
import type { JobName, JobPayloads } from '../server/services/job-queue.ts';

export interface Log {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface Job<Name extends JobName> {
  readonly name: Name;
  /** After so many attempts the job is left as failed and logged; the wait before the n-th retry is 2^n seconds. */
  readonly maxAttempts: number;
  /** A five-field cron expression in UTC, for a job that starts by itself; its payload is empty. */
  readonly schedule?: string;
  perform(platform: WorkerPlatform, payload: JobPayloads[Name], log: Log): Promise<void>;
}
