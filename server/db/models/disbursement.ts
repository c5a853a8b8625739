/** Stored disbursements. At most one of a tranche is alive, and a bank entry confirms at most one. */
import { Schema } from 'mongoose';
import type { Disbursement } from '../../domain/disbursement.ts';
import { defineModel } from '../database.ts';
import { amountField, controlField, idField, signatureField, textField } from '../field-types.ts';

export type StoredDisbursement = Disbursement & {
  /** `<award>/<milestone>` while the disbursement is alive or executed; null once it is cancelled or sent back. */
  readonly tranche: string | null;
  readonly requestDigest: string;
};

const inner = { _id: false } as const;

const payee = new Schema({ accountName: textField, bankName: textField, accountNumber: textField }, inner);

const part = new Schema({ fundId: textField, amountMinor: amountField }, inner);

const cancellation = new Schema({ reason: textField, cancelledBy: signatureField }, inner);

const sentBack = new Schema(
  {
    on: textField,
    reason: { type: String, default: '' },
    bankLine: textField,
    keptMinor: amountField,
    confirmedBy: signatureField,
  },
  inner,
);

const openText = { type: String, default: null } as const;

const schema = new Schema<StoredDisbursement>({
  _id: idField,
  award: textField,
  milestone: textField,
  project: textField,
  round: textField,
  grantee: textField,
  currency: textField,
  amountMinor: amountField,
  payee: { type: payee, required: true },
  status: textField,
  control: controlField,
  parts: { type: [part], required: true },
  bankReference: openText,
  executedOn: openText,
  cancellation: { type: cancellation, default: null },
  sentBack: { type: sentBack, default: null },
  tranche: openText,
  requestDigest: textField,
});

schema.index({ tranche: 1 }, { unique: true, partialFilterExpression: { tranche: { $type: 'string' } } });
schema.index(
  { bankReference: 1 },
  { unique: true, partialFilterExpression: { bankReference: { $type: 'string' } } },
);
schema.index({ award: 1, _id: 1 });
schema.index({ grantee: 1, _id: 1 });
schema.index({ status: 1, _id: 1 });

// Newest first: all, and those of one filter of the lists.
schema.index({ 'control.proposedBy.at': -1, _id: -1 });
schema.index({ award: 1, 'control.proposedBy.at': -1, _id: -1 });
schema.index({ grantee: 1, 'control.proposedBy.at': -1, _id: -1 });
schema.index({ status: 1, 'control.proposedBy.at': -1, _id: -1 });

export const disbursements = defineModel<StoredDisbursement>('Disbursement', 'disbursements', schema);
