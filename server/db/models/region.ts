/** The stored region: one document with its localities, sectors, service items and dictionary. */
import { Schema } from 'mongoose';
import type { Region } from '../../domain/region.ts';
import { defineModel } from '../database.ts';
import { idField, localizedField, textField } from '../field-types.ts';

export type StoredRegion = Omit<Region, 'code'> & { readonly _id: string };

const nested = (fields: Record<string, unknown>) => [
  new Schema(fields as Record<string, never>, { _id: false }),
];

const capacityFigure = { measure: textField, year: { type: Number, required: true }, amountYi: textField };

const schema = new Schema<StoredRegion>({
  _id: idField,
  name: localizedField,
  currency: textField,
  timeZone: textField,
  managementLimits: nested({
    effectiveOn: textField,
    shareBasisPoints: { type: Number, required: true },
    exemptBelowMinor: { type: BigInt, required: true },
    source: localizedField,
  }),
  localities: nested({
    code: textField,
    name: localizedField,
    shortName: localizedField,
    province: localizedField,
    capacity: nested(capacityFigure),
  }),
  sectors: nested({ code: textField, name: localizedField, cofog: textField }),
  serviceItems: nested({
    code: textField,
    sector: textField,
    name: localizedField,
    firstListed: { type: String, default: null },
  }),
  dictionary: nested({ serviceItem: textField, locality: textField, label: textField, match: textField }),
});

export const regions = defineModel<StoredRegion>('Region', 'regions', schema);
