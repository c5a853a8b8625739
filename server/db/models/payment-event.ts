/** Stored events of the payment processor; the primary key is the event's id, so a copy can never be stored twice. */
import { Schema } from 'mongoose';
import type { PaymentEventRecord } from '../../domain/payment-event.ts';
import { defineModel } from '../database.ts';
import { idField, instantField, textField } from '../field-types.ts';

const textOrNull = { type: String, default: null };

const schema = new Schema<PaymentEventRecord>({
  _id: idField,
  type: textField,
  liveMode: { type: Boolean, required: true },
  account: textOrNull,
  objectKind: textField,
  donationId: textOrNull,
  checkoutSessionId: textOrNull,
  paymentIntentId: textOrNull,
  monthlyGivingId: textOrNull,
  subscriptionId: textOrNull,
  amountMinor: { type: BigInt, default: null },
  currency: textOrNull,
  occurredAt: instantField,
  receivedAt: instantField,
  enqueuedAt: instantField,
  status: textField,
  mismatch: textOrNull,
  finishedAt: { type: Date, default: null },
});

schema.index({ status: 1, receivedAt: -1, _id: -1 });
schema.index({ status: 1, enqueuedAt: 1 });
/** The guard of giving counts declined payments. */
schema.index(
  { type: 1, receivedAt: 1 },
  { partialFilterExpression: { type: 'payment_intent.payment_failed' } },
);

export const paymentEvents = defineModel<PaymentEventRecord>('PaymentEvent', 'paymentEvents', schema, {
  notAudited: 'it is a record of what the processor said',
});
