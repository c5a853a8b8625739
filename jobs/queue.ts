/**
 * The queue over the database: a job is a document, enqueued in the database transaction that causes it, taken by
 * whichever worker finds it first, and run again when that worker dies. The queue has a connection of its own on the
 * same client, because its library writes filters with operators, which our connection takes as plain values.
 */
import { BackgroundJobs, type BackgroundJobType, type HandlerInterface } from '@clipboard-health/mongo-jobs';
import mongoose from 'mongoose';
import { actingAs } from '../server/services/audit-log.ts';
import type { Platform, WorkerPlatform } from '../server/services/context.ts';
import type { JobName, JobPayloads, JobQueue } from '../server/services/job-queue.ts';
import { applyPaymentEventJob, applyPaymentEventsJob } from './apply-payment-event.ts';
import { changeMonthlyAmountJob } from './change-monthly-amount.ts';
import { followMonthlyJob } from './follow-monthly.ts';
import {
  askForStatementsJob,
  sendGivingLinkJob,
  sendMonthlyLetterJob,
  sendReceiptJob,
  sendStatementJob,
  sendTransferInstructionsJob,
} from './giving-letters.ts';
import type { Job, Log } from './job.ts';
import { whileLeased } from './lease.ts';
import { matchDonationsJob } from './match-donations.ts';
import { pollCheckoutJob, pollCheckoutsJob } from './poll-checkout.ts';
import { checkWholeLedgerJob } from './check-whole-ledger.ts';
import { recoverEventsJob } from './recover-events.ts';
import { refundOnlineJob } from './refund-online.ts';
import { sendAccountLinkJob } from './send-account-link.ts';
import { sendLedgerAlarmJob } from './send-ledger-alarm.ts';
import { sendDonationThanksJob } from './send-donation-thanks.ts';
import { settlePledgesJob } from './settle-pledges.ts';
import { sweepGivingJob } from './sweep-giving.ts';
import { syncProcessorJob } from './sync-processor.ts';

const JOBS: { readonly [Name in JobName]: Job<Name> } = {
  'apply-payment-event': applyPaymentEventJob,
  'apply-payment-events': applyPaymentEventsJob,
  'match-donations': matchDonationsJob,
  'poll-checkout': pollCheckoutJob,
  'poll-checkouts': pollCheckoutsJob,
  'send-account-link': sendAccountLinkJob,
  'refund-online': refundOnlineJob,
  'send-donation-thanks': sendDonationThanksJob,
  'settle-pledges': settlePledgesJob,
  'sweep-giving': sweepGivingJob,
  'check-whole-ledger': checkWholeLedgerJob,
  'send-ledger-alarm': sendLedgerAlarmJob,
  'recover-events': recoverEventsJob,
  'sync-processor': syncProcessorJob,
  'send-receipt': sendReceiptJob,
  'send-transfer-instructions': sendTransferInstructionsJob,
  'follow-monthly': followMonthlyJob,
  'change-monthly-amount': changeMonthlyAmountJob,
  'send-monthly-letter': sendMonthlyLetterJob,
  'send-giving-link': sendGivingLinkJob,
  'send-statement': sendStatementJob,
  'ask-for-statements': askForStatementsJob,
};

/** One group: any worker does any job. */
const GROUP = 'all';

const POLL_INTERVAL_MS = 250;
/** After so long a worker that no longer renews the lock of its job is taken for dead. */
const LEASE_MS = 12_000;

type Perform = HandlerInterface<unknown>['perform'];

/** Metrics are read from the database; the library's own would go to a StatsD server that nobody runs. */
const noMetrics = { gauge: () => undefined, increment: () => undefined, timing: () => undefined };

/**
 * The library's logger takes the message first. A single failed attempt is logged by us, with what it was about; the
 * library's "Background Job Failed" says that a job is left as failed for ever, with its id.
 */
const loggerOver = (log: Log, isStopping: () => boolean) => ({
  info: () => undefined,
  error: (message: unknown, details: unknown) => {
    const text = String(message);
    if (text.startsWith('Error while performing job')) return;
    // The last look for jobs may find the connection closed already.
    if (isStopping() && text.startsWith('Error while getting job')) return;
    log.error(typeof details === 'object' && details !== null ? details : {}, text);
  },
});

/** Each handler has a class of its own, because the library finds handlers by their class. */
function handlerOver({ name, maxAttempts }: Job<JobName>, perform: Perform): HandlerInterface<unknown> {
  return new (class {
    readonly name = name;
    readonly maxAttempts = maxAttempts;
    readonly perform = perform;
  })();
}

async function openJobs(
  { connection }: Platform['database'],
  handlers: readonly HandlerInterface<unknown>[],
  logger?: ReturnType<typeof loggerOver>,
): Promise<BackgroundJobs> {
  const shared = mongoose.createConnection().setClient(connection.getClient());
  const own = shared.useDb(connection.name);
  own.set('autoIndex', false);
  own.set('autoCreate', false);
  const jobs = new BackgroundJobs({
    dbConnection: own,
    metricsReporter: noMetrics,
    ...(logger === undefined ? {} : { logger }),
  });
  for (const handler of handlers) jobs.register(handler, GROUP);
  for (const model of [jobs.jobModel, jobs.scheduleModel]) {
    await model.createCollection();
    await model.createIndexes();
  }
  return jobs;
}

const queueOver = (jobs: BackgroundJobs): JobQueue => ({
  async enqueue<Name extends JobName>(
    name: Name,
    payload: JobPayloads[Name],
    { session, uniqueKey, startAt }: Parameters<JobQueue['enqueue']>[2],
  ) {
    await jobs.enqueue<JobPayloads[JobName]>(name, payload, {
      ...(session === null ? {} : { session }),
      // The key is free again as soon as the job runs, so that a job can put its own successor in the queue.
      ...(uniqueKey === undefined ? {} : { unique: { enqueuedKey: uniqueKey, runningKey: undefined } }),
      ...(startAt === undefined ? {} : { startAt }),
    });
  },
});

/** The queue of a process that only enqueues. */
export async function enqueueOnlyQueue(database: Platform['database']): Promise<JobQueue> {
  const refuse = () => Promise.reject(new Error('This process only enqueues jobs; a worker does them.'));
  return queueOver(
    await openJobs(
      database,
      Object.values(JOBS).map((job) => handlerOver(job, refuse)),
    ),
  );
}

interface RunningWorker {
  readonly queue: JobQueue;
  /** Takes no more jobs and waits for those that run; what does not end in time is run again by another worker. */
  stop(waitMs?: number): Promise<void>;
}

/**
 * Starts doing jobs. Any number of workers may run at once.
 * @param parts the platform without its queue, which the worker brings
 */
export async function startWorker(
  parts: Omit<WorkerPlatform, 'queue'>,
  log: Log,
  { leaseMs = LEASE_MS } = {},
): Promise<RunningWorker> {
  let platform: WorkerPlatform | null = null;
  const performOf =
    (job: Job<JobName>): Perform =>
    async (payload, attempt) => {
      if (platform === null || attempt === undefined) throw new Error('The worker has not started yet.');
      const running = platform;
      await whileLeased(attempt, { jobModel: jobs.jobModel, leaseMs, log }, () =>
        performLogged(running, job, payload, attempt, log),
      );
    };
  const handlers = Object.values(JOBS).map((job) => handlerOver(job, performOf(job)));
  let stopping = false;
  const jobs = await openJobs(
    parts.database,
    handlers,
    loggerOver(log, () => stopping),
  );
  const queue = queueOver(jobs);
  platform = { ...parts, queue };
  for (const handler of handlers) {
    const { schedule } = JOBS[handler.name as JobName];
    if (schedule === undefined) continue;
    const plan = { group: GROUP, scheduleName: handler.name, cronExpression: schedule, data: {} };
    await jobs.registerCron(handler, plan);
  }
  await jobs.start([GROUP], {
    useChangeStream: false,
    newJobCheckWaitMS: POLL_INTERVAL_MS,
    refreshQueuesIntervalMS: POLL_INTERVAL_MS,
    lockTimeoutMS: leaseMs,
    unlockJobsIntervalMS: leaseMs / 4,
    queueSelectionStrategy: 'leastInFlight',
  });
  return {
    queue,
    stop(waitMs) {
      stopping = true;
      return jobs.stop(waitMs);
    },
  };
}

/** Payloads were checked against their job's name when they were enqueued. */
async function performLogged(
  platform: WorkerPlatform,
  job: Job<JobName>,
  payload: unknown,
  attempt: BackgroundJobType<unknown>,
  log: Log,
): Promise<void> {
  try {
    const actor = { kind: 'job', name: job.name } as const;
    const database = actingAs(platform.database, actor, platform.clock, null);
    await job.perform({ ...platform, database }, payload as never, log);
  } catch (error) {
    const about = { jobId: attempt._id.toString(), attempt: attempt.attemptsCount + 1, payload };
    log.error({ ...about, err: error }, `The job ${job.name} failed; at most ${job.maxAttempts} attempts.`);
    throw error;
  }
}
