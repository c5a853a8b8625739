/**
 * Gifts of years, written past the services in bulk: each settled, with its two entries, its receipt and the events that
 * told of it, as if all of it had happened. They weigh on collections and indexes as real ones do. They are written by a
 * process of its own: what it leaves on its heap would weigh on a server that is measured, and in no real one.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inTransaction, openDatabase, type Database } from '../../../server/db/database.ts';
import { donations } from '../../../server/db/models/donation.ts';
import { paymentEvents } from '../../../server/db/models/payment-event.ts';
import { receiptCounters, receipts } from '../../../server/db/models/receipt.ts';
import { minor, ZERO } from '../../../server/domain/money.ts';
import { donationSettled, paymentFeeCharged } from '../../../server/domain/posting-rules.ts';
import { receiptNumber } from '../../../server/domain/receipt.ts';
import { dayOf } from '../../../server/domain/time.ts';
import { journalEntries } from '../../../server/ledger/models/journal-entry.ts';
import { unsealed } from '../../../server/ledger/post-entries.ts';
import { entryId } from '../../../server/domain/journal.ts';
import { openGiftFund } from '../../../server/services/funds.ts';
import { loadRegion } from '../../../server/services/region.ts';

const restriction = { sectors: ['health'], localities: null, projects: null };
const GIFT = minor(20_000n);
const FEE = minor(915n);
const AT_ONCE = 1_000;
const EVENTS = ['checkout.session.completed', 'payment_intent.succeeded', 'charge.succeeded'];

/** @param count so many gifts, of which there was none before */
export async function writeHistory(databaseUri: string, databaseName: string, count: number): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), [databaseUri, databaseName, String(count)], {
    execArgv: process.execArgv.filter((argument) => !argument.startsWith('--cpu-prof')),
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error('The history could not be written.');
}

async function fillHistory(database: Database, count: number): Promise<void> {
  const region = await loadRegion(database);
  const openedAt = new Date('2022-01-01T00:00:00Z');
  const fundId = await inTransaction(database, (session) =>
    openGiftFund(database, session, { restriction, region, openedAt }),
  );
  const insert = (model: { readonly collection: { readonly name: string } }, documents: object[]) =>
    database.connection.collection(model.collection.name).insertMany(documents, {
      ordered: false,
      ignoreUndefined: true,
    });
  const numbers = new Map<number, number>();
  let under: Promise<unknown> = Promise.resolve();
  for (let from = 0; from < count; from += AT_ONCE) {
    const gifts = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, place) => ({
      id: randomUUID(),
      number: from + place,
      at: new Date(openedAt.getTime() + (from + place) * 1_000_000),
    }));
    await under;
    const donated = insert(
      donations(database),
      gifts.map(({ id, number, at }) => ({
        ...{ _id: id, giftMinor: GIFT, feeCoverMinor: ZERO, currency: 'CNY', restriction, fundId },
        ...{ parts: [{ restriction, fundId, amountMinor: GIFT }], status: 'settled', locale: 'zh' },
        donor: { name: `捐赠人 ${number}`, emailKey: `donor${number % 30_000}@example.org` },
        checkout: { sessionId: `cs_history_${number}`, url: null },
        ...{ paymentIntentId: `pi_history_${number}`, feeMinor: FEE, requestDigest: id, transfer: null },
        ...{ consentToBeNamed: false, createdAt: at, checkedAt: at, settledAt: at, monthlyGivingId: null },
        thanks: { outcome: 'sent', at },
      })),
    );
    const posted = insert(
      journalEntries(database),
      gifts.flatMap(({ id: donationId, number, at }) => {
        const effectiveOn = dayOf(at, region.timeZone);
        const common = { donationId, currency: 'CNY', effectiveOn, narrative: `Gift ${number}` } as const;
        const given = { fundId, giftMinor: GIFT, feeCoverMinor: ZERO, partyKind: 'individual' } as const;
        const drafts = [
          donationSettled({ ...common, ...given }),
          paymentFeeCharged({ ...common, feeMinor: FEE }),
        ];
        return drafts.map((draft) => unsealed(draft, entryId(draft.kind, draft.cause), openedAt));
      }),
    );
    const issued = insert(
      receipts(database),
      gifts.map(({ id: donationId, at }) => {
        const issuedOn = dayOf(at, region.timeZone);
        const year = Number(issuedOn.slice(0, 4));
        const sequence = (numbers.get(year) ?? 0) + 1;
        numbers.set(year, sequence);
        return {
          ...{ _id: receiptNumber(year, sequence), year, sequence, donationId, replaces: null },
          ...{ payer: { kind: 'individual', title: null, creditCode: null }, amountMinor: GIFT },
          ...{ currency: 'CNY', givenOn: issuedOn, issuedOn, issuedAt: at },
        };
      }),
    );
    const told = insert(
      paymentEvents(database),
      gifts.flatMap(({ id: donationId, number, at }) =>
        EVENTS.map((type, place) => ({
          ...{ _id: `evt_history_${number}_${place}`, type, liveMode: false, account: null, donationId },
          ...{ objectKind: 'charge', checkoutSessionId: null, paymentIntentId: `pi_history_${number}` },
          ...{ monthlyGivingId: null, subscriptionId: null, amountMinor: GIFT, currency: 'CNY' },
          ...{ occurredAt: at, receivedAt: at, enqueuedAt: at, status: 'applied', mismatch: null },
          finishedAt: at,
        })),
      ),
    );
    // The next are made up while these are written.
    under = Promise.all([donated, posted, issued, told]);
  }
  await under;
  for (const [year, last] of numbers) await insert(receiptCounters(database), [{ _id: String(year), last }]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [databaseUri = '', databaseName = '', count = '0'] = process.argv.slice(2);
  // However the bench ends, nobody else would end this.
  process.once('disconnect', () => process.exit(1));
  const database = await openDatabase(databaseUri, databaseName);
  await fillHistory(database, Number(count));
  await database.connection.close();
  process.exit(0);
}
