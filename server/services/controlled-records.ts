/**
 * The steps that every stored record under four eyes takes in the same way: it is loaded, must still wait for a
 * decision, is approved, or taken back. What executing it does is the use case's own.
 */
import { requireRight, type Right } from '../domain/access.ts';
import { NotFound, NotPermitted, SignInRequired, WrongState } from '../domain/errors.ts';
import type { Control } from '../domain/four-eyes.ts';
import { inTransaction, operators, type ClientSession, type Database, type ModelOf } from '../db/database.ts';
import { approvalErrors, approveMatter, type Matter } from './approvals.ts';
import type { ServiceContext } from './context.ts';

interface ControlledRecord {
  readonly _id: string;
  readonly status: string;
  readonly control: Control;
}

/** A kind of record under four eyes. */
export interface ControlledKindOfRecord<Stored extends ControlledRecord> {
  /** What refusals call one. */
  readonly name: string;
  readonly model: ModelOf<Stored>;
  /** What a refusal names it by; its id where nothing else is said. */
  readonly label?: (record: Stored) => string;
  readonly matterOf: (record: Stored, database: Database, session: ClientSession) => Matter | Promise<Matter>;
  /** The status in which it waits to be approved and executed. */
  readonly waiting: Stored['status'];
  readonly approving: Right;
  readonly withdrawing: Right;
  /** The statuses in which it may be taken back; where it waits, where nothing else is said. */
  readonly withdrawable?: readonly Stored['status'][];
  /** What else changes when it is taken back. */
  readonly released?: Partial<Stored>;
  /** Refuses an approval of what no longer stands as it was put forward. */
  readonly assertStands?: (record: Stored, context: ServiceContext, session: ClientSession) => Promise<void>;
  /** What changes with the last approval, where that alone puts it in force. */
  readonly approved?: (now: Date) => Partial<Stored>;
}

/** What the person who decides has seen. */
export interface Seen {
  readonly id: string;
  /** Of the record as it was seen. */
  readonly digest: string;
}

/** @throws NotFound */
export async function loadControlled<Stored extends ControlledRecord>(
  kind: ControlledKindOfRecord<Stored>,
  database: Database,
  id: string,
  session: ClientSession | null,
): Promise<Stored> {
  const found = (await kind.model(database).findById(id).session(session).lean()) as Stored | null;
  if (found === null) throw new NotFound(kind.name, id);
  return found;
}

/** @throws WrongState when it is decided already, or not put forward yet */
export function assertWaiting<Stored extends ControlledRecord>(
  kind: ControlledKindOfRecord<Stored>,
  record: Stored,
  among: readonly Stored['status'][] = [kind.waiting],
): void {
  if (!among.includes(record.status))
    throw new WrongState(kind.name, kind.label?.(record) ?? record._id, record.status, among);
}

export const approveControlledErrors = [...approvalErrors, SignInRequired, NotFound, WrongState] as const;

/** Adds the approval of whoever asks to the record as they saw it. */
export async function approveControlled<Stored extends ControlledRecord>(
  context: ServiceContext,
  kind: ControlledKindOfRecord<Stored>,
  { id, digest }: Seen,
): Promise<Stored> {
  const { database, actor, clock } = context;
  requireRight(actor, kind.approving);
  return inTransaction(database, async (session) => {
    const record = await loadControlled(kind, database, id, session);
    assertWaiting(kind, record);
    await kind.assertStands?.(record, context, session);
    const matter = await kind.matterOf(record, database, session);
    const step = { right: kind.approving, seenDigest: digest };
    const { control, approved } = await approveMatter(context, session, matter, step);
    const more = approved ? kind.approved?.(clock.now()) : undefined;
    return change(kind, database, session, record, { ...more, control });
  });
}

export const withdrawControlledErrors = [NotPermitted, SignInRequired, NotFound, WrongState] as const;

/** Takes a record back that is not executed; it stays readable and moves nothing. */
export async function withdrawControlled<Stored extends ControlledRecord>(
  context: ServiceContext,
  kind: ControlledKindOfRecord<Stored>,
  { id }: Pick<Seen, 'id'>,
): Promise<Stored> {
  const { database, actor } = context;
  requireRight(actor, kind.withdrawing);
  return inTransaction(database, async (session) => {
    const record = await loadControlled(kind, database, id, session);
    assertWaiting(kind, record, kind.withdrawable);
    return change(kind, database, session, record, { ...kind.released, status: 'withdrawn' });
  });
}

async function change<Stored extends ControlledRecord>(
  { model }: ControlledKindOfRecord<Stored>,
  database: Database,
  session: ClientSession,
  record: Stored,
  changed: object,
): Promise<Stored> {
  await model(database).updateOne({ _id: operators({ $eq: record._id }) }, { $set: changed }, { session });
  return { ...record, ...changed };
}
