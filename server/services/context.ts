/**
 * What a use case may reach: the platform's parts, and who is asking. Only `server/main.ts` and the worker's entry
 * build these; everything else receives them.
 */
import type { Actor } from '../domain/access.ts';
import type { ReceivingAccount } from '../domain/donation.ts';
import type { CheckpointSigner } from '../domain/checkpoint.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../gateways/clock.ts';
import type { Mailer } from '../gateways/mailer.ts';
import type { PaymentGateway } from '../gateways/payments.ts';
import type { PdfPrinter } from '../gateways/pdf.ts';
import type { ReportPageRenderer } from '../gateways/report-pages.ts';
import type { FileStore } from '../gateways/storage.ts';
import type { JobQueue } from './job-queue.ts';
import type { SecondFactor } from './people/second-factor.ts';

export interface Platform {
  readonly database: Database;
  readonly clock: Clock;
  readonly payments: PaymentGateway;
  readonly files: FileStore;
  readonly queue: JobQueue;
  readonly reportPages: ReportPageRenderer;
  readonly secondFactor: SecondFactor;
  /** Signs what the ledger has sealed. */
  readonly checkpointSigner: CheckpointSigner;
  /** Address under which the public reaches the platform, without a slash at the end. */
  readonly publicUrl: string;
  /** Signs the links that donors get; the same for every process of an installation. */
  readonly linkKey: string;
  /** Prints what a donor takes along; absent where nothing is printed. */
  readonly pdf?: PdfPrinter;
  /** Where donors transfer to; absent or null where gifts by transfer are not offered. */
  readonly receivingAccount?: ReceivingAccount | null;
}

/** What taking gifts needs of the platform. */
export type GivingPlatform = Pick<
  Platform,
  'database' | 'clock' | 'payments' | 'queue' | 'publicUrl' | 'linkKey' | 'receivingAccount'
> & {
  /** Where a visitor's request came from, null where that is not known; absent for the platform's own work. */
  readonly visitorAddress?: string | null;
};

/** What jobs reach: they alone send mail, so that no request waits for a mail server. */
export interface WorkerPlatform extends GivingPlatform, Pick<Platform, 'checkpointSigner'> {
  readonly mailer: Mailer;
  readonly pdf: PdfPrinter;
}

export interface ServiceContext extends Platform {
  readonly actor: Actor;
  readonly visitorAddress?: string | null;
}
