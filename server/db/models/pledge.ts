/** Stored pledges with their instalments and bank receipts. */
import { Schema } from 'mongoose';
import type { Pledge } from '../../domain/pledge.ts';
import { defineModel } from '../database.ts';
import {
  amountField,
  idField,
  instantField,
  restrictionField,
  signatureField,
  textField,
} from '../field-types.ts';

export type StoredPledge = Pledge & { readonly requestDigest: string };

const instalment = new Schema({ dueOn: textField, amountMinor: amountField }, { _id: false });

const condition = new Schema(
  {
    capMinor: amountField,
    terms: {
      type: new Schema(
        {
          baseMinor: amountField,
          ratePerOther: textField,
          stepMinor: amountField,
          among: { type: [String], default: null },
          atLeastParties: { type: Number, required: true },
          joinsFromMinor: amountField,
          othersAtLeastMinor: amountField,
        },
        { _id: false },
      ),
      required: true,
    },
  },
  { _id: false },
);

const instalmentPlan = new Schema(
  {
    count: { type: Number, required: true },
    firstDueOn: textField,
    everyMonths: { type: Number, required: true },
  },
  { _id: false },
);

const receipt = new Schema(
  {
    id: textField,
    amountMinor: amountField,
    bankReference: textField,
    receivedOn: textField,
    recordedBy: signatureField,
  },
  { _id: false },
);

const schema = new Schema<StoredPledge>({
  _id: idField,
  party: textField,
  partyKind: textField,
  round: textField,
  amountMinor: amountField,
  condition: { type: condition, default: null },
  currency: textField,
  restriction: restrictionField,
  capPerProjectMinor: { type: BigInt, default: null },
  managementShareBasisPoints: { type: Number },
  pool: { type: String, default: null },
  fundId: textField,
  agreementReference: textField,
  pledgedOn: textField,
  instalments: { type: [instalment], required: true },
  instalmentPlan: { type: instalmentPlan, default: null },
  receipts: { type: [receipt], required: true },
  status: textField,
  recordedBy: signatureField,
  recordedAt: instantField,
  requestDigest: textField,
});

schema.index({ party: 1, _id: 1 });
schema.index({ round: 1, _id: 1 });
schema.index({ status: 1, round: 1, _id: 1 });
schema.index(
  { 'receipts.bankReference': 1 },
  { unique: true, partialFilterExpression: { 'receipts.bankReference': { $type: 'string' } } },
);
schema.index({ 'receipts.id': 1 });

// Newest first: all, and those of one filter of the lists.
schema.index({ recordedAt: -1, _id: -1 });
schema.index({ party: 1, recordedAt: -1, _id: -1 });
schema.index({ round: 1, recordedAt: -1, _id: -1 });
schema.index({ status: 1, recordedAt: -1, _id: -1 });

export const pledges = defineModel<StoredPledge>('Pledge', 'pledges', schema);
