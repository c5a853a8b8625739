/** Stored second factors, and the confirmations that were given with them for single steps. */
import { Schema } from 'mongoose';
import type { ControlledKind } from '../../domain/four-eyes.ts';
import { defineModel } from '../database.ts';
import { idField, instantField, textField } from '../field-types.ts';

/** The second factor of one person, by the person's id. */
export interface StoredSecondFactor {
  readonly _id: string;
  /** Sealed with the installation's secret. */
  readonly sealedSecret: string;
  /** Null until the first code proved that the person's device has the secret. */
  readonly enrolledAt: Date | null;
  /** The latest time step whose code was taken: a code is taken once, and none before it. */
  readonly lastStep: number;
  /** SHA-256 of each recovery code that was not used yet. */
  readonly recoveryDigests: readonly string[];
  readonly updatedAt: Date;
}

const factorSchema = new Schema<StoredSecondFactor>({
  _id: idField,
  sealedSecret: textField,
  enrolledAt: { type: Date, default: null },
  lastStep: { type: Number, required: true },
  recoveryDigests: { type: [String], required: true },
  updatedAt: instantField,
});

export const secondFactors = defineModel<StoredSecondFactor>('SecondFactor', 'second_factors', factorSchema, {
  hidden: ['sealedSecret', 'recoveryDigests'],
});

/** One step that a person confirmed with a fresh code, in one session, on exactly what the digest stands for. */
export interface StoredConfirmation {
  readonly _id: string;
  readonly personId: string;
  readonly sessionId: string;
  readonly kind: ControlledKind;
  readonly thing: string;
  readonly step: 'approve' | 'execute';
  readonly digest: string;
  readonly confirmedAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

const confirmationSchema = new Schema<StoredConfirmation>({
  _id: idField,
  personId: textField,
  sessionId: textField,
  kind: textField,
  thing: textField,
  step: textField,
  digest: textField,
  confirmedAt: instantField,
  expiresAt: instantField,
  usedAt: { type: Date, default: null },
});
confirmationSchema.index({ personId: 1, thing: 1, step: 1 });
confirmationSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 86_400 });

export const confirmations = defineModel<StoredConfirmation>(
  'StepConfirmation',
  'step_confirmations',
  confirmationSchema,
);
