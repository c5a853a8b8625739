/**
 * What the official driver for Node.js sends other than its specification says, without any difference to the
 * server. A started command is adapted before it is compared, so that these tests still run to their end.
 */
import { type Fields, isDocument } from './unified-format.ts';

interface Deviation {
  reason: string;
  applies: (expected: Fields, actual: Fields) => boolean;
  adapt: (actual: Fields) => Fields;
}

const DEVIATIONS: Deviation[] = [
  {
    reason:
      'The driver gives every commit and abort that has a write concern a wtimeout, not only a retried one.',
    applies: (expected, actual) => {
      const { writeConcern } = expected;
      const ends = 'commitTransaction' in actual || 'abortTransaction' in actual;
      return (
        ends &&
        isDocument(writeConcern) &&
        !('wtimeout' in writeConcern) &&
        isDocument(actual['writeConcern'])
      );
    },
    adapt: (actual) => {
      const { wtimeout: _wtimeout, ...writeConcern } = actual['writeConcern'] as Fields;
      return { ...actual, writeConcern };
    },
  },
  {
    reason: 'The driver leaves bypassDocumentValidation out of some commands when it is false, its default.',
    applies: (expected, actual) =>
      expected['bypassDocumentValidation'] === false && actual['bypassDocumentValidation'] === undefined,
    adapt: (actual) => ({ ...actual, bypassDocumentValidation: false }),
  },
  {
    reason: 'The driver asks for a GridFS file by {_id: {$eq: id}}, which is the same as {_id: id}.',
    applies: ({ filter: expected }, { filter: actual }) =>
      isDocument(expected) &&
      isDocument(actual) &&
      isDocument(actual['_id']) &&
      '$eq' in actual['_id'] &&
      !isDocument(expected['_id']),
    adapt: (actual) => {
      const filter = actual['filter'] as Fields;
      return { ...actual, filter: { ...filter, _id: (filter['_id'] as Fields)['$eq'] } };
    },
  },
];

/** The command as the specification would have it, where the driver is known to write it otherwise. */
export function withoutDeviations(expected: unknown, actual: unknown): unknown {
  if (!isDocument(expected) || !isDocument(actual)) return actual;
  return DEVIATIONS.reduce(
    (command, { applies, adapt }) => (applies(expected, command) ? adapt(command) : command),
    actual,
  );
}
