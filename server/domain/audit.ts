/** Audit log (审计日志): who changed or read what, when, from where, with what before and after, and why. */

export const AUDIT_ACTIONS = ['create', 'update', 'delete', 'read', 'sign-in'] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** On whose account something happens: a person in a session from an address, a job, or the platform itself. */
export interface Acting {
  readonly kind: 'person' | 'job' | 'visitor' | 'platform';
  readonly id: string;
  readonly name: string;
  readonly address: string | null;
  readonly sessionId: string | null;
  readonly now: () => Date;
}

/** One value that changed: canonical JSON before and after, or null where there was nothing. */
export interface AuditedChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface AuditEntry {
  readonly _id: string;
  readonly at: Date;
  readonly actorKind: Acting['kind'];
  readonly actorId: string;
  readonly actorName: string;
  readonly address: string | null;
  readonly sessionId: string | null;
  readonly action: AuditAction;
  /** The collection that the thing is kept in. */
  readonly concept: string;
  readonly thing: string;
  readonly changes: readonly AuditedChange[];
  readonly reason: string | null;
  /** False where the change was not made in a database transaction with this entry. */
  readonly atomic: boolean;
}

const HIDDEN = '"(hidden)"';
const MAX_VALUE_LENGTH = 2_000;
const MAX_DEPTH = 3;

/**
 * What differs between two stored documents, by path. A path whose name is in `hidden` shows only that it changed.
 */
export function changesBetween(
  before: Readonly<Record<string, unknown>> | null,
  after: Readonly<Record<string, unknown>> | null,
  hidden: ReadonlySet<string>,
): AuditedChange[] {
  const changes: AuditedChange[] = [];
  compare('', before ?? undefined, after ?? undefined, 0, hidden, changes);
  return changes;
}

function compare(
  path: string,
  before: unknown,
  after: unknown,
  depth: number,
  hidden: ReadonlySet<string>,
  changes: AuditedChange[],
): void {
  const open = depth < MAX_DEPTH && !hidden.has(path) && (isRecord(before) || isRecord(after));
  if (open && (isRecord(before) || before === undefined) && (isRecord(after) || after === undefined)) {
    const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
    for (const key of [...keys].sort()) {
      const inner = path === '' ? key : `${path}.${key}`;
      compare(inner, before?.[key], after?.[key], depth + 1, hidden, changes);
    }
    return;
  }
  const [was, is] = [textOf(before), textOf(after)];
  if (was === is) return;
  const shown = (text: string | null) => (text !== null && hidden.has(path) ? HIDDEN : shortened(text));
  changes.push({ path, before: shown(was), after: shown(is) });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  // Most values are texts and numbers, which need no second look.
  if (typeof value !== 'object') return JSON.stringify(typeof value === 'bigint' ? String(value) : value);
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
}

/** Only what is shown is cut: a change far behind in a long text is a change. */
const shortened = (text: string | null): string | null =>
  text !== null && text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
