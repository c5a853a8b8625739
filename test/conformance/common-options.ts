/** Turns the format's way of writing common options into the driver's. */
import {
  type ClientSessionOptions,
  ReadPreference,
  type ReadPreferenceMode,
  type TransactionOptions,
  type WriteConcernSettings,
} from 'mongodb';
import { type Fields, FormatError, isDocument, refuseUnknownFields } from './unified-format.ts';

/** The argument as a document. @throws FormatError when it is none. */
export function asDocument(value: unknown, what: string): Fields {
  if (!isDocument(value)) throw new FormatError(`${what} must be a document`);
  return value;
}

/** Test files write the mode as the specification does or as the address does: `Secondary`, `secondary`. */
function modeFrom(mode: unknown): ReadPreferenceMode {
  if (typeof mode !== 'string') throw new FormatError('readPreference needs a mode');
  return (mode.charAt(0).toLowerCase() + mode.slice(1)) as ReadPreferenceMode;
}

export function readPreferenceFrom(value: unknown): ReadPreference {
  const fields = asDocument(value, 'readPreference');
  refuseUnknownFields(fields, ['mode', 'tagSets', 'maxStalenessSeconds', 'hedge'], 'readPreference');
  const preference = ReadPreference.fromOptions({
    readPreference: modeFrom(fields['mode']),
    readPreferenceTags: fields['tagSets'] as Record<string, string>[],
    maxStalenessSeconds: fields['maxStalenessSeconds'] as number,
    hedge: fields['hedge'] as { enabled?: boolean },
  });
  if (preference === undefined) throw new FormatError('readPreference needs a mode');
  return preference;
}

export function writeConcernFrom(value: unknown): WriteConcernSettings {
  const fields = asDocument(value, 'writeConcern');
  refuseUnknownFields(fields, ['w', 'journal', 'wtimeoutMS'], 'writeConcern');
  return fields;
}

/** Options of a database, collection, bucket or transaction with their concerns and preference converted. */
export function withConvertedConcerns(fields: Fields): Fields {
  const converted = { ...fields };
  if ('readPreference' in fields) converted['readPreference'] = readPreferenceFrom(fields['readPreference']);
  if ('writeConcern' in fields) converted['writeConcern'] = writeConcernFrom(fields['writeConcern']);
  if ('readConcern' in fields)
    refuseUnknownFields(asDocument(fields['readConcern'], 'readConcern'), ['level'], 'readConcern');
  return converted;
}

const TRANSACTION_OPTIONS = ['readConcern', 'readPreference', 'writeConcern', 'maxCommitTimeMS', 'timeoutMS'];

function transactionOptionsFrom(fields: Fields): TransactionOptions {
  refuseUnknownFields(fields, TRANSACTION_OPTIONS, 'the transaction options');
  return withConvertedConcerns(fields);
}

/** `snapshotTime` names an entity, which the caller has replaced by its value. */
export function sessionOptionsFrom(fields: Fields): ClientSessionOptions {
  const known = [
    'causalConsistency',
    'snapshot',
    'snapshotTime',
    'defaultTransactionOptions',
    'defaultTimeoutMS',
  ];
  refuseUnknownFields(fields, known, 'sessionOptions');
  const options = { ...fields };
  if ('defaultTransactionOptions' in fields) {
    const defaults = asDocument(fields['defaultTransactionOptions'], 'defaultTransactionOptions');
    options['defaultTransactionOptions'] = transactionOptionsFrom(defaults);
  }
  return options;
}
