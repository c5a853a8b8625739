/** Reading the audit log, and recording that staff read personal data. */
import type { Actor } from '../domain/access.ts';
import { requireRight } from '../domain/access.ts';
import type { Acting, AuditAction, AuditEntry } from '../domain/audit.ts';
import { AuditExportWriter } from '../domain/verification/audit-export.ts';
import { recordAudit } from '../db/audit.ts';
import { operators, type Database } from '../db/database.ts';
import { auditLog } from '../db/models/audit-log.ts';
import { sha256 } from '../ledger/sha-256.ts';
import type { Clock } from '../gateways/clock.ts';
import type { ServiceContext } from './context.ts';
import { newestBy, readPage, type Page, type PageOf } from './page.ts';

/** The database as this actor uses it: every transaction on it says on whose account it ran. */
export function actingAs(database: Database, actor: Actor, clock: Clock, address: string | null): Database {
  const now = () => clock.now();
  return { ...database, acting: { ...nameOf(actor), address, now } };
}

function nameOf(actor: Actor): Pick<Acting, 'kind' | 'id' | 'name' | 'sessionId'> {
  switch (actor.kind) {
    case 'person':
      return {
        ...{ kind: 'person', id: actor.personId, name: actor.name },
        sessionId: actor.token === undefined ? (actor.sessionId ?? null) : `token ${actor.token.id}`,
      };
    case 'job':
      return { kind: 'job', id: actor.name, name: actor.name, sessionId: null };
    case 'anonymous':
      return { kind: 'visitor', id: 'visitor', name: 'visitor', sessionId: null };
  }
}

/** Records that the asker read personal data of these things. Nothing is handed out before that is written. */
export async function recordRead(
  { database }: Pick<ServiceContext, 'database'>,
  concept: string,
  ids: readonly string[],
): Promise<void> {
  const { acting, connection } = database;
  if (acting?.kind !== 'person' || ids.length === 0) return;
  const reads = ids.map((thing) => ({ action: 'read' as const, concept, thing, changes: [] }));
  await recordAudit(connection, null, reads, acting);
}

export interface AuditFilter {
  readonly concept: string | null;
  readonly thing: string | null;
  readonly actor: string | null;
  readonly action: AuditAction | null;
  /** From this instant on. */
  readonly since: Date | null;
  /** Before this instant. */
  readonly until: Date | null;
}

function conditionsOf({ concept, thing, actor, action, since, until }: AuditFilter) {
  const within = { ...(since === null ? {} : { $gte: since }), ...(until === null ? {} : { $lt: until }) };
  return {
    ...(concept === null ? {} : { concept }),
    ...(thing === null ? {} : { thing }),
    ...(actor === null ? {} : { actorId: actor }),
    ...(action === null ? {} : { action }),
    ...(since === null && until === null ? {} : { at: operators(within) }),
  };
}

/** Newest first. */
export async function listAuditLog(
  context: ServiceContext,
  filter: AuditFilter,
  page: Page,
): Promise<PageOf<AuditEntry>> {
  requireRight(context.actor, 'audit.read');
  return readPage(auditLog(context.database), conditionsOf(filter), newestBy('at'), page);
}

/** Every entry that the filter lets through, oldest first, for the export. */
export async function* streamAuditLog(
  context: ServiceContext,
  filter: AuditFilter,
): AsyncGenerator<AuditEntry> {
  requireRight(context.actor, 'audit.read');
  const cursor = auditLog(context.database)
    .find(conditionsOf(filter))
    .sort({ at: 1, _id: 1 })
    .lean<AuditEntry[]>()
    .cursor();
  for await (const entry of cursor) yield entry;
}

/** The lines of a sealed export of these entries, each with its line feed; see `verification/audit-export.ts`. */
export async function* sealAuditLog(
  { clock, checkpointSigner }: Pick<ServiceContext, 'clock' | 'checkpointSigner'>,
  filter: AuditFilter,
  entries: AsyncIterable<AuditEntry>,
): AsyncGenerator<string> {
  const asked = Object.entries(filter).filter(([, value]) => value !== null);
  const writer = new AuditExportWriter(sha256, Object.fromEntries(asked.map(plain)), clock.now());
  yield `${writer.head}\n`;
  for await (const entry of entries)
    yield `${writer.line(Object.fromEntries(Object.entries(entry).map(plain)))}\n`;
  yield `${writer.seal(checkpointSigner, clock.now())}\n`;
}

const plain = ([name, value]: readonly [string, unknown]): [string, unknown] => [
  name,
  value instanceof Date ? value.toISOString() : value,
];
