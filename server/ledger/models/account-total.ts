/** Stored roll-ups by account and fund; see `server/domain/roll-up.ts`. Written by the seal alone. */
import { Schema } from 'mongoose';
import type { AccountTotal } from '../../domain/roll-up.ts';
import { defineModel } from '../../db/database.ts';
import { amountField, idField, textField } from '../../db/field-types.ts';

export type StoredAccountTotal = AccountTotal & { readonly _id: string };

const schema = new Schema<StoredAccountTotal>({
  _id: idField,
  span: textField,
  period: textField,
  account: textField,
  currency: textField,
  fund: { type: String, default: null },
  debitMinor: amountField,
  creditMinor: amountField,
});

schema.index({ account: 1, fund: 1, span: 1, period: 1 });
schema.index({ fund: 1, span: 1, period: 1 });
schema.index({ span: 1, period: 1 });

export const accountTotals = defineModel<StoredAccountTotal>('AccountTotal', 'accountTotals', schema, {
  notAudited: 'it is a sum of the journal',
});
