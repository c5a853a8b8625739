/**
 * A foundation with its people on a real database, without HTTP: stories call use cases as somebody with a role, on a
 * clock that stands still until they move it.
 */
import type { Actor, Membership, Role } from '../../server/domain/access.ts';
import { ledgerTable, type Posting } from '../../server/domain/journal.ts';
import { openDatabase, type Database } from '../../server/db/database.ts';
import { runMigrations } from '../../server/db/migrations/run-migrations.ts';
import { checkpointSignerOf } from '../../server/gateways/checkpoint-signer.ts';
import { SteppableClock } from '../../server/gateways/clock.ts';
import type { PaymentGateway } from '../../server/gateways/payments.ts';
import type { ReportPageRenderer } from '../../server/gateways/report-pages.ts';
import type { FileStore } from '../../server/gateways/storage.ts';
import { streamEntries } from '../../server/ledger/read-ledger.ts';
import { actingAs } from '../../server/services/audit-log.ts';
import type { ServiceContext } from '../../server/services/context.ts';
import type { SecondFactor } from '../../server/services/people/second-factor.ts';
import { connectTestDatabase } from './mongo.ts';

/** `#7` for the id of story number 7, so that a table can be read. */
function withShortIds(posting: Posting): Posting {
  const short: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(posting) as [string, unknown][]) {
    short[name] =
      typeof value === 'string' ? value.replaceAll(/aaaaaaaa-0000-4000-8000-0*(\d+)/g, '#$1') : value;
  }
  return short as unknown as Posting;
}

const noPayments = new Proxy({} as PaymentGateway, {
  get: () => {
    throw new Error('This story has no payment gateway.');
  },
});

/** Keeps files in memory, as immutable as the real store. */
function memoryFiles(): FileStore & { readonly stored: ReadonlyMap<string, Uint8Array> } {
  const stored = new Map<string, Uint8Array>();
  return {
    stored,
    put(key, bytes) {
      stored.set(key, bytes);
      return Promise.resolve();
    },
    get: (key) => Promise.resolve(stored.get(key) ?? null),
  };
}

/** Stories act without signing in, so nobody is asked for a code; `test/security` tests what the real one refuses. */
const withoutSecondFactor = new Proxy({} as SecondFactor, {
  get: (_target, name) => {
    if (name === 'consume') return () => Promise.resolve();
    throw new Error(`This story has no second factor, but "${String(name)}" was used.`);
  },
});

const plainPages: ReportPageRenderer = {
  render: (document, { locale }) => ({
    html: `<!doctype html><title>${locale} ${document.number}</title>`,
    contentSecurityPolicy: "default-src 'none'",
  }),
};

export interface Foundation {
  readonly database: Database;
  readonly clock: SteppableClock;
  readonly files: ReturnType<typeof memoryFiles>;
  /** Acts as the person of this name with these roles. */
  as(name: string, roles: readonly Role[], memberships?: readonly Membership[]): ServiceContext;
  readonly anyone: ServiceContext;
  /** The same database through a connection of its own, as another process has it; whoever asks closes it. */
  connectAgain(): Promise<Database>;
  /** Everything in the ledger, as a table. */
  ledger(): Promise<string>;
  close(): Promise<void>;
}

/** Ids that a snapshot can show: `aaaaaaaa-0000-4000-8000-000000000007`. */
export const storyId = (number: number): string =>
  `aaaaaaaa-0000-4000-8000-${String(number).padStart(12, '0')}`;

export async function openFoundation(now = new Date('2026-03-02T02:00:00Z')): Promise<Foundation> {
  const test = await connectTestDatabase();
  const database = await openDatabase(test.uri, test.databaseName);
  await runMigrations(database);
  const clock = new SteppableClock(now);
  const files = memoryFiles();
  const contextOf = (actor: Actor): ServiceContext => ({
    database: actingAs(database, actor, clock, null),
    clock,
    files,
    payments: noPayments,
    queue: { enqueue: () => Promise.resolve() },
    reportPages: plainPages,
    secondFactor: withoutSecondFactor,
    checkpointSigner: checkpointSignerOf('the secret of the stories'),
    publicUrl: 'https://give.example.org',
    linkKey: 'a secret of the stories, long enough to sign',
    actor,
  });
  return {
    database,
    clock,
    files,
    anyone: contextOf({ kind: 'anonymous' }),
    connectAgain: () => openDatabase(test.uri, test.databaseName),
    as: (name, roles, memberships = []) =>
      contextOf({ kind: 'person', personId: `person-${name}`, name, roles, memberships }),
    async ledger() {
      const entries = [];
      for await (const entry of streamEntries(database)) {
        entries.push({ ...entry, postings: entry.postings.map(withShortIds) });
      }
      return ledgerTable(entries);
    },
    async close() {
      await database.connection.close();
      await test.drop();
    },
  };
}
