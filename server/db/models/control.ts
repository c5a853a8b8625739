/** Stored parts of four-eyes control that belong to no single thing: policies, absences, roles taken away. */
import { Schema } from 'mongoose';
import type { Role } from '../../domain/access.ts';
import type { Absence } from '../../domain/absence.ts';
import type {
  ApprovalPolicy,
  Control,
  ControlledKind,
  Revocation,
  Signature,
} from '../../domain/four-eyes.ts';
import { defineModel } from '../database.ts';
import {
  controlField,
  idField,
  instantField,
  optionalSignatureField,
  signatureField,
  textField,
} from '../field-types.ts';

/** One version of a policy: never changed once in force, so that the history is whole. */
export interface StoredPolicy {
  readonly _id: string;
  readonly kind: ControlledKind;
  /** Versions from before approvers were part of it have none: whoever holds the right. */
  readonly policy: Omit<ApprovalPolicy, 'approvers'> & Partial<Pick<ApprovalPolicy, 'approvers'>>;
  /** The version in force when this one was proposed; null for what held from the beginning. */
  readonly replaces?: string | null;
  readonly reason: string;
  readonly status: 'proposed' | 'in-force' | 'withdrawn';
  readonly control: Control;
  readonly inForceFrom: Date | null;
  readonly requestDigest: string;
}

const policySchema = new Schema<StoredPolicy>({
  _id: idField,
  kind: textField,
  policy: {
    type: new Schema(
      {
        approvalsNeeded: { type: Number, required: true },
        councilAboveMinor: { type: BigInt, default: null },
        approvers: { type: [String], default: undefined },
      },
      { _id: false },
    ),
    required: true,
  },
  replaces: { type: String, default: null },
  reason: textField,
  status: textField,
  control: controlField,
  inForceFrom: { type: Date, default: null },
  requestDigest: textField,
});
policySchema.index({ kind: 1, status: 1, inForceFrom: -1 });
policySchema.index({ status: 1, _id: 1 });

export const policies = defineModel<StoredPolicy>('ApprovalPolicy', 'approval_policies', policySchema);

export type StoredAbsence = Absence & { readonly requestDigest: string };

const absenceSchema = new Schema<StoredAbsence>({
  _id: idField,
  personId: textField,
  name: textField,
  roles: { type: [String], required: true },
  standIn: {
    type: new Schema({ personId: textField, name: textField }, { _id: false }),
    default: null,
  },
  startsOn: textField,
  endsOn: textField,
  reason: textField,
  recordedBy: signatureField,
  endedBy: optionalSignatureField,
  requestDigest: textField,
});
absenceSchema.index({ endsOn: 1, startsOn: 1 });
absenceSchema.index({ 'standIn.personId': 1, endsOn: 1 });

export const absences = defineModel<StoredAbsence>('Absence', 'absences', absenceSchema);

export interface StoredRevocation extends Revocation {
  readonly _id: string;
  readonly role: Role;
  readonly by: Signature;
  readonly reason: string;
}

const revocationSchema = new Schema<StoredRevocation>({
  _id: idField,
  personId: textField,
  role: textField,
  at: instantField,
  by: signatureField,
  reason: textField,
});
revocationSchema.index({ personId: 1, at: 1 });

export const revocations = defineModel<StoredRevocation>('Revocation', 'role_revocations', revocationSchema);
