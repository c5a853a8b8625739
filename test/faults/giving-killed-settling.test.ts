/**
 * The transaction that settles a gift, and the worker process that dies in it: after the status and before the entries,
 * before the events are marked, before the commit, and after a commit whose answer never came. One donation, one entry,
 * one receipt, one letter, and nothing of it half.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binary } from 'bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { donations } from '../../server/db/models/donation.ts';
import { paymentEvents } from '../../server/db/models/payment-event.ts';
import { receipts } from '../../server/db/models/receipt.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { findEntriesById } from '../../server/ledger/read-ledger.ts';
import { FailingMailServer } from '../support/failing-mail-server.ts';
import {
  deliver,
  giftOf,
  giveAndPay,
  startGivingRig,
  webhooksOf,
  type GivingRig,
} from '../support/giving-rig.ts';
import { spawnGivingWorker } from '../support/giving-worker.ts';
import { openHoldingWay, type AskedCommand } from '../support/severed-connection.ts';
import { waitUntil } from '../support/stripe-sandbox.ts';

const PATIENCE_MS = 120_000;
const GIFT = 'cccccccc-0000-4000-8000-000000000001';
const ADDRESS = 'donor-killed@example.org';

let rig: GivingRig;
let mail: FailingMailServer;
let mailUrl: string;
let directory: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  rig = await startGivingRig();
  mail = new FailingMailServer();
  mailUrl = await mail.start();
  directory = await mkdtemp(join(tmpdir(), 'giving-killed-settling-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await mail.stop();
  await rig.stop();
  await rm(directory, { recursive: true, force: true });
});

function startWorker(databaseUri: string): ChildProcess {
  const child = spawnGivingWorker(rig, { databaseUri, mailUrl, directory });
  children.push(child);
  return child;
}

/** Whether a command is of the transaction that writes the status of the gift, and is this one of it. */
function ofSettling(name: string, target: string | null): (command: AskedCommand) => boolean {
  let settling: string | null = null;
  return (command) => {
    const { transaction } = command;
    if (transaction === null) return false;
    const text = command.bytes.toString('latin1');
    const writesStatus = command.name === 'update' && command.target === 'donations';
    if (writesStatus && text.includes(GIFT) && text.includes('settled\0')) settling = transaction;
    return transaction === settling && command.name === name && [null, command.target].includes(target);
  };
}

/** The server lets go of the transaction of a dead client after a minute; nobody waits for it here. */
async function endTransactionOf(session: Binary | null): Promise<void> {
  const admin = rig.database.connection.getClient().db('admin');
  if (session !== null) await admin.command({ killSessions: [{ id: session }] });
}

/** A worker takes the gift’s events, and is killed while it waits for the answer to this command. */
async function killWorkerAt(name: string, target: string | null, when: 'before' | 'after'): Promise<void> {
  const way = await openHoldingWay(rig.databaseUri, { isIt: ofSettling(name, target), when });
  try {
    const worker = startWorker(way.uri);
    const session = await way.held;
    const gone = once(worker, 'exit');
    worker.kill('SIGKILL');
    await gone;
    await endTransactionOf(session);
  } finally {
    await way.close();
  }
}

/** As the sweep does for events whose job was lost with its worker. */
async function enqueueAgain(): Promise<void> {
  const waiting = await paymentEvents(rig.database)
    .find({ donationId: GIFT, status: 'received' })
    .limit(10)
    .lean();
  const eventIds = waiting.map(({ _id }) => _id);
  await rig.platform.queue.enqueue('apply-payment-events', { eventIds }, { session: null });
}

const statusOf = async () => (await donations(rig.database).findById(GIFT).lean())?.status;
const entriesOf = () => findEntriesById(rig.database, [`donation-settled:${GIFT}`, `payment-fee:${GIFT}`]);

describe('a worker that is killed in the transaction that settles a gift', () => {
  it(
    'leaves all of it or nothing, and the next one finishes it once',
    async () => {
      await giveAndPay(rig, giftOf(GIFT, { donor: { name: null, email: ADDRESS, locale: 'zh' } }));
      for (const body of await webhooksOf(rig, GIFT, 'checkout.session.completed'))
        await deliver(rig.platform, body);

      for (const [name, target] of [
        ['update', 'journalEntries'],
        ['update', 'paymentEvents'],
        ['commitTransaction', null],
      ] as const) {
        await enqueueAgain();
        await killWorkerAt(name, target, 'before');
        expect(await statusOf(), `killed before ${name} ${target}`).not.toBe('settled');
        expect(await entriesOf()).toEqual([]);
        const marked = { donationId: GIFT, status: 'applied', type: 'checkout.session.completed' } as const;
        expect(await paymentEvents(rig.database).countDocuments(marked)).toBe(0);
      }

      await enqueueAgain();
      await killWorkerAt('commitTransaction', null, 'after');
      expect(await statusOf()).toBe('settled');
      expect(await entriesOf()).toHaveLength(2);
      expect(mail.taken.get(ADDRESS) ?? []).toEqual([]);

      await enqueueAgain();
      startWorker(rig.databaseUri);
      const isDone = async () =>
        (await donations(rig.database).exists({ _id: GIFT, 'thanks.outcome': 'sent' })) !== null &&
        (await paymentEvents(rig.database).countDocuments({ donationId: GIFT, status: 'received' })) === 0;
      await waitUntil(isDone, 'the donor to be thanked', PATIENCE_MS);
      expect(await entriesOf()).toHaveLength(2);
      expect(await receipts(rig.database).countDocuments({ donationId: GIFT })).toBe(1);
      expect(mail.taken.get(ADDRESS)).toHaveLength(1);
      for (const { invariant, breaches } of await checkLedger(rig.database))
        expect(breaches, invariant).toEqual([]);
    },
    PATIENCE_MS * 2,
  );
});
