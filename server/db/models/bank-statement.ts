/** Stored bank statements and their lines; the key of a line is the bank's serial number, so that none is kept twice. */
import { Schema } from 'mongoose';
import type { BankLine, BankStatement } from '../../domain/bank-line.ts';
import { defineModel } from '../database.ts';
import {
  amountField,
  freeTextField,
  idField,
  optionalSignatureField,
  signatureField,
  textField,
} from '../field-types.ts';

export type StoredBankStatement = BankStatement & { readonly requestDigest: string };

const openText = { type: String, default: null } as const;

const statement = new Schema<StoredBankStatement>({
  _id: idField,
  account: textField,
  fileName: textField,
  lineCount: { type: Number, required: true },
  newCount: { type: Number, required: true },
  firstOn: openText,
  lastOn: openText,
  columns: { type: Schema.Types.Mixed, default: null },
  importedBy: signatureField,
  requestDigest: textField,
});

statement.index({ 'importedBy.at': -1, _id: -1 });

export const bankStatements = defineModel<StoredBankStatement>('BankStatement', 'bankStatements', statement);

const line = new Schema<BankLine>({
  _id: idField,
  account: textField,
  serial: textField,
  bookedOn: textField,
  amountMinor: amountField,
  currency: textField,
  counterpartyName: openText,
  counterpartyAccount: openText,
  memo: freeTextField,
  statementId: textField,
  status: textField,
  match: { type: new Schema({ kind: textField, id: textField }, { _id: false }), default: null },
  note: openText,
  decidedBy: optionalSignatureField,
});

line.index({ status: 1, bookedOn: -1, _id: -1 });
line.index({ bookedOn: -1, _id: -1 });
// One line tells that a payment left, and one that the bank sent it back.
line.index(
  { 'match.kind': 1, 'match.id': 1 },
  {
    name: 'payment_leaves_once',
    unique: true,
    partialFilterExpression: { 'match.kind': 'disbursement', amountMinor: { $lt: 0n } },
  },
);
line.index(
  { 'match.kind': 1, 'match.id': 1 },
  {
    name: 'payment_comes_back_once',
    unique: true,
    partialFilterExpression: { 'match.kind': 'disbursement', amountMinor: { $gt: 0n } },
  },
);

export const bankLines = defineModel<BankLine>('BankLine', 'bankLines', line, {
  hidden: ['counterpartyName', 'counterpartyAccount', 'memo'],
});
