/** The audit log, as the auditor reads it. */
import { AUDIT_ACTIONS, type AuditedChange, type AuditEntry } from '../server/domain/audit.ts';
import { listAuditLog } from '../server/services/audit-log.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';
import { pageOfArgs, pageType } from './page.ts';

const AuditActionType = builder.enumType('AuditAction', { values: enumValues(AUDIT_ACTIONS) });

const AuditedChangeType = builder.objectRef<AuditedChange>('AuditedChange').implement({
  readers: 'as-parent',
  description: 'One value that changed, as JSON; null where there was nothing.',
  fields: (t) => ({
    path: t.exposeString('path'),
    before: t.exposeString('before', { nullable: true }),
    after: t.exposeString('after', { nullable: true }),
  }),
});

const AuditEntryType = builder.objectRef<AuditEntry>('AuditEntry').implement({
  readers: 'as-parent',
  description: 'Who changed or read what (审计日志). Entries are only added.',
  fields: (t) => ({
    id: t.exposeID('_id'),
    at: t.expose('at', { type: 'DateTime' }),
    actorKind: t.exposeString('actorKind', { description: 'person, job, visitor or platform.' }),
    actorId: t.exposeString('actorId'),
    actorName: t.exposeString('actorName'),
    address: t.exposeString('address', { nullable: true, description: 'Where the request came from.' }),
    action: t.expose('action', { type: AuditActionType }),
    concept: t.exposeString('concept'),
    thing: t.exposeString('thing', { description: 'Id of what was changed or read.' }),
    changes: t.field({ type: [AuditedChangeType], resolve: ({ changes }) => [...changes] }),
    reason: t.exposeString('reason', { nullable: true }),
  }),
});

builder.queryField('auditLog', (t) =>
  t.field({
    type: pageType(AuditEntryType),
    authScopes: { right: 'audit.read' },
    description: 'Newest first.',
    args: {
      concept: t.arg.string(),
      thing: t.arg.string(),
      actor: t.arg.id(),
      action: t.arg({ type: AuditActionType }),
      since: t.arg({ type: 'DateTime', description: 'From this instant on.' }),
      until: t.arg({ type: 'DateTime', description: 'Before this instant.' }),
      first: t.arg.int({ defaultValue: 50, required: true }),
      after: t.arg.id(),
    },
    resolve: (_root, { concept, thing, actor, action, since, until, ...page }, context) =>
      listAuditLog(
        context,
        {
          ...{ concept: concept ?? null, thing: thing ?? null, actor: actor ?? null },
          ...{ action: action ?? null, since: since ?? null, until: until ?? null },
        },
        pageOfArgs(page),
      ),
  }),
);
