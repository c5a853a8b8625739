/**
 * The few facts that the unified format asks for and the driver does not export: read here, in one place,
 * from the exact version of the driver that the project pins.
 */
import type { AbstractCursor, ChangeStream, ClientSession, MongoClient } from 'mongodb';

interface SessionInternals {
  isPinned: boolean;
  transaction: { state: string; isPinned: boolean; server?: { description: { address: string } } };
  serverSession: { isDirty: boolean } | null;
  snapshotTime?: unknown;
}

export interface ServerDescriptionView {
  address: string;
  type: string;
}

export interface TopologyDescriptionView {
  type: string;
  servers: Map<string, ServerDescriptionView>;
}

function internalsOf(session: ClientSession): SessionInternals {
  return session as unknown as SessionInternals;
}

export function isSessionPinned(session: ClientSession): boolean {
  return internalsOf(session).isPinned;
}

/** The address of the mongos that the session is pinned to. */
export function pinnedAddress(session: ClientSession): string | undefined {
  return internalsOf(session).transaction.server?.description.address;
}

/** The transaction state in the format's words. */
export function transactionState(session: ClientSession): string {
  const names: Record<string, string> = {
    NO_TRANSACTION: 'none',
    STARTING_TRANSACTION: 'starting',
    TRANSACTION_IN_PROGRESS: 'in_progress',
    TRANSACTION_COMMITTED: 'committed',
    TRANSACTION_COMMITTED_EMPTY: 'committed',
    TRANSACTION_ABORTED: 'aborted',
  };
  const { state } = internalsOf(session).transaction;
  return names[state] ?? state;
}

export function isSessionDirty(session: ClientSession): boolean {
  return internalsOf(session).serverSession?.isDirty ?? false;
}

export function snapshotTimeOf(session: ClientSession): unknown {
  return internalsOf(session).snapshotTime;
}

/** Runs the command that creates the cursor on the server, without taking a document from it. */
export async function openCursor(cursor: AbstractCursor | ChangeStream): Promise<void> {
  const inner = 'cursor' in cursor ? (cursor as unknown as { cursor: unknown }).cursor : cursor;
  await (inner as { cursorInit(): Promise<void> }).cursorInit();
}

export function topologyOf(client: MongoClient): TopologyDescriptionView | undefined {
  return (client as unknown as { topology?: { description: TopologyDescriptionView } }).topology?.description;
}
