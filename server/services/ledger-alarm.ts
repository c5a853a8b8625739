/**
 * The letter about a nightly check of the books that found a breach: to everybody who answers for the books, once a check.
 * The same is in the log, and waits on the start page until a later check is clean.
 */
import type { Role } from '../domain/access.ts';
import { dayOf } from '../domain/time.ts';
import { operators, type ClientSession } from '../db/database.ts';
import { ledgerChecks, type LedgerCheck } from '../db/models/ledger-check.ts';
import { people, type StoredPerson } from '../db/models/person.ts';
import type { Platform, WorkerPlatform } from './context.ts';
import { sendLetter, type LetterOutcome } from './letters/send-letter.ts';
import { loadRegion } from './region.ts';

/** Who looks into a breach: the same to whom it is shown. */
export const ALARMED_ROLES = ['finance-officer', 'auditor'] as const satisfies readonly Role[];

/** More than a foundation has people who answer for its books. */
const MAX_ALARMED = 200;

/** Puts a letter for each of them in the queue, in the transaction that keeps the check; none where it is clean. */
export async function raiseAlarm(
  { database, queue }: Pick<Platform, 'database' | 'queue'>,
  session: ClientSession,
  { _id: checkId, breachCount }: LedgerCheck,
): Promise<void> {
  if (breachCount === 0) return;
  const alarmed = await people(database)
    .find({ roles: operators({ $in: [...ALARMED_ROLES] }), closedAt: null })
    .select({ _id: 1 })
    .sort({ _id: 1 })
    .limit(MAX_ALARMED)
    .session(session)
    .lean<Pick<StoredPerson, '_id'>[]>();
  for (const { _id: personId } of alarmed) {
    const uniqueKey = `ledger-alarm:${checkId}:${personId}`;
    await queue.enqueue('send-ledger-alarm', { checkId, personId }, { session, uniqueKey });
  }
}

/** Writes to one of them, in the language that they have used, or in both. @throws MailerUnavailable: may be tried again */
export async function sendLedgerAlarm(
  { database, mailer, publicUrl }: Pick<WorkerPlatform, 'database' | 'mailer' | 'publicUrl'>,
  checkId: string,
  personId: string,
): Promise<LetterOutcome> {
  const check = await ledgerChecks(database).findById(checkId).lean<LedgerCheck>();
  const person = await people(database).findById(personId).lean<StoredPerson>();
  const isClosed = (person?.closedAt ?? null) !== null;
  if (check === null || person === null || isClosed) return 'not-needed';
  const region = await loadRegion(database);
  const { locale = null, name, email } = person;
  const broken = check.results.find(({ breaches }) => breaches.length > 0);
  return sendLetter(mailer, {
    letter: 'ledger-alarm',
    facts: {
      name,
      day: dayOf(check.startedAt, region.timeZone),
      breachCount: check.breachCount,
      first: broken === undefined ? '' : `${broken.invariant}: ${broken.breaches[0] ?? ''}`,
      address: `${publicUrl}/app/ledger/checks`,
    },
    messageId: `ledger-alarm-${checkId}-${personId}`,
    to: email,
    ...{ locale: locale ?? 'zh', inBoth: locale === null },
    regionName: region.name[locale ?? 'zh'],
    // The books are the foundation's own: nobody's money is thanked for.
    rehearsal: false,
  });
}
