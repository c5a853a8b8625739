/** Values in error messages, as the mongo shell shows them. */
import { Binary, Decimal128, Double, ObjectId } from 'bson';
import { isPlainObject } from './bson/types.ts';
import { typeNameOf } from './query/type-names.ts';

export function showValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || value === undefined) return 'null';
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Double)
    return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
  if (value instanceof Decimal128) return value.toString();
  if (value instanceof Binary)
    return `BinData(${value.sub_type}, ${Buffer.from(value.value()).toString('hex').toUpperCase()})`;
  if (Array.isArray(value)) return `[ ${value.map(showValue).join(', ')} ]`;
  if (isPlainObject(value)) {
    return `{ ${Object.entries(value)
      .map(([name, one]) => `${name}: ${showValue(one)}`)
      .join(', ')} }`;
  }
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  return typeNameOf(value);
}
