/**
 * What a use case may reach: the platform's parts, and who is asking. Only `server/main.ts` and the worker's entry
 * build these; everything else receives them.
 */
import type { Actor } from '../domain/access.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../gateways/clock.ts';
import type { PaymentGateway } from '../gateways/payments.ts';
import type { ReportPageRenderer } from '../gateways/report-pages.ts';
import type { FileStore } from '../gateways/storage.ts';
import type { JobQueue } from './job-queue.ts';

export interface Platform {
  readonly database: Database;
  readonly clock: Clock;
  readonly payments: PaymentGateway;
  readonly files: FileStore;
  readonly queue: JobQueue;
  readonly reportPages: ReportPageRenderer;
  /** Address under which the public reaches the platform, without a slash at the end. */
  readonly publicUrl: string;
}

export interface ServiceContext extends Platform {
  readonly actor: Actor;
}
