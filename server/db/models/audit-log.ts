/** The stored audit log: read here, written by `recordAudit` alone, changed by nobody. */
import { Schema } from 'mongoose';
import type { AuditEntry } from '../../domain/audit.ts';
import { AUDIT_LOG } from '../audit.ts';
import { defineModel } from '../database.ts';
import { idField, instantField, textField } from '../field-types.ts';

const optionalText = { type: String, default: null } as const;

const schema = new Schema<AuditEntry>({
  _id: idField,
  at: instantField,
  actorKind: textField,
  actorId: textField,
  actorName: textField,
  address: optionalText,
  sessionId: optionalText,
  action: textField,
  concept: textField,
  thing: textField,
  changes: {
    type: [new Schema({ path: String, before: optionalText, after: optionalText }, { _id: false })],
    required: true,
  },
  reason: optionalText,
  atomic: { type: Boolean, required: true },
});
schema.index({ at: -1, _id: -1 });
schema.index({ thing: 1, at: -1 });
schema.index({ actorId: 1, at: -1 });
schema.index({ concept: 1, at: -1 });

const refuse = () => {
  throw new Error('The audit log is only added to.');
};
schema.pre(
  ['updateOne', 'updateMany', 'findOneAndUpdate', 'replaceOne', 'deleteOne', 'deleteMany'] as never,
  refuse as never,
);
schema.pre('save', refuse);

export const auditLog = defineModel<AuditEntry>('AuditEntry', AUDIT_LOG, schema, {
  notAudited: 'it is the audit log',
});
