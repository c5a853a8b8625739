/** Field definitions that the models share, so that an amount or a localized text is stored in one way everywhere. */
import { Schema } from 'mongoose';

/** An id made by whoever asks (a UUID, or one that follows from its cause). */
export const idField = { type: String, required: true } as const;

/** Whole minor units, stored as Int64. */
export const amountField = { type: BigInt, required: true } as const;

export const textField = { type: String, required: true } as const;

/** Required, but may be empty. */
export const freeTextField = { type: String, default: '' } as const;

export const instantField = { type: Date, required: true } as const;

export const localizedField = {
  type: new Schema({ zh: textField, en: textField }, { _id: false }),
  required: true,
} as const;

/** A list of codes, or null for "any"; never an empty array put there by a default. */
const codesOrAny = { type: [String], default: null };

export const restrictionField = {
  type: new Schema({ sectors: codesOrAny, localities: codesOrAny, projects: codesOrAny }, { _id: false }),
  required: true,
} as const;

const textOrNull = { type: String, default: null } as const;

/** Everything that tells who gave, in one place, so that a person is erased by clearing it. */
export const donorField = {
  type: new Schema(
    {
      name: textOrNull,
      email: textOrNull,
      emailKey: textOrNull,
      displayName: textOrNull,
      message: textOrNull,
      dedication: textOrNull,
      payer: {
        type: new Schema({ kind: textField, title: textOrNull, creditCode: textOrNull }, { _id: false }),
        default: null,
      },
      isRelated: Boolean,
    },
    { _id: false },
  ),
  default: null,
} as const;

/** The parts of a gift. */
export const giftPartsField = {
  type: [
    new Schema(
      { restriction: restrictionField, fundId: textField, amountMinor: amountField },
      { _id: false },
    ),
  ],
  required: true,
} as const;

const signature = {
  personId: textField,
  name: textField,
  at: instantField,
  /** For whom the signer stood in; absent for one who signed for themselves. */
  onBehalfOf: { type: new Schema({ personId: textField, name: textField }, { _id: false }) },
};

/** Who did it and when. */
export const signatureField = { type: new Schema(signature, { _id: false }), required: true } as const;

/** Who did it and when, or null while nobody has. */
export const optionalSignatureField = { type: new Schema(signature, { _id: false }), default: null } as const;

/** The signatures of four-eyes control. */
export const controlField = {
  type: new Schema(
    {
      digest: textField,
      proposedBy: signatureField,
      approvals: {
        type: [new Schema({ ...signature, role: textField, digest: textField }, { _id: false })],
        required: true,
      },
      executedBy: optionalSignatureField,
    },
    { _id: false },
  ),
  required: true,
} as const;
