/** Stored management costs. A bank entry confirms at most one. */
import { Schema } from 'mongoose';
import type { ManagementCost } from '../../domain/management-cost.ts';
import { defineModel } from '../database.ts';
import { amountField, controlField, idField, instantField, textField } from '../field-types.ts';

export type StoredManagementCost = ManagementCost & { readonly requestDigest: string };

const inner = { _id: false } as const;

const payee = new Schema({ accountName: textField, bankName: textField, accountNumber: textField }, inner);

const schema = new Schema<StoredManagementCost>({
  _id: idField,
  fundId: textField,
  amountMinor: amountField,
  currency: textField,
  purpose: textField,
  payee: { type: payee, required: true },
  documents: {
    type: [new Schema({ _id: textField, title: textField, sha256: textField })],
    required: true,
  },
  status: textField,
  control: controlField,
  proposedAt: instantField,
  bankReference: { type: String, default: null },
  paidOn: { type: String, default: null },
  requestDigest: textField,
});

schema.index({ status: 1, _id: 1 });
schema.index({ proposedAt: -1, _id: -1 });
// What a line of the bank may bring back.
schema.index({ status: 1, amountMinor: 1, paidOn: -1 });
schema.index(
  { bankReference: 1 },
  { unique: true, partialFilterExpression: { bankReference: { $type: 'string' } } },
);

export const managementCosts = defineModel<StoredManagementCost>('ManagementCost', 'managementCosts', schema);
