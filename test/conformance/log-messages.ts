/** Collects the structured log messages of one client and compares them with the expected ones. */
import { assertMatches, type MatchScope, MismatchError, show } from './matching.ts';
import {
  type ExpectedLogMessage,
  type ExpectedLogMessages,
  type Fields,
  FormatError,
  refuseUnknownFields,
} from './unified-format.ts';

export type LogEntry = Fields & { s: string; c: string };

const MESSAGE_FIELDS = ['level', 'component', 'failureIsRedacted', 'data'];

function assertMessage(
  expected: ExpectedLogMessage,
  actual: LogEntry,
  scope: MatchScope,
  path: string,
): void {
  refuseUnknownFields({ ...expected }, MESSAGE_FIELDS, path);
  const { s: level, c: component, t: _time, ...data } = actual;
  assertMatches(expected.level, level, scope, { path: `${path}.level` });
  assertMatches(expected.component, component, scope, { path: `${path}.component` });
  assertMatches(expected.data, data, scope, { path: `${path}.data` });
  if (expected.failureIsRedacted !== undefined) assertRedaction(expected.failureIsRedacted, data, path);
}

function assertRedaction(redacted: boolean, data: Fields, path: string): void {
  const failure = data['failure'];
  if (failure === undefined) throw new MismatchError(`${path}: expected a failure in ${show(data)}`);
  const isRedacted =
    /\(redacted\)/.test(show(failure)) ||
    (typeof failure === 'object' && failure !== null && Object.keys(failure).length === 0);
  if (isRedacted !== redacted) {
    throw new MismatchError(
      `${path}: expected the failure ${redacted ? '' : 'not '}to be redacted: ${show(failure)}`,
    );
  }
}

function isIgnored(entry: LogEntry, ignored: ExpectedLogMessage[], scope: MatchScope): boolean {
  return ignored.some((message) => {
    try {
      assertMessage(message, entry, scope, 'ignored message');
      return true;
    } catch (error) {
      if (error instanceof FormatError) throw error;
      return false;
    }
  });
}

/** Asserts that a client logged exactly the expected messages, in order. */
export function assertLogMessages(
  expected: ExpectedLogMessages,
  logged: LogEntry[],
  scope: MatchScope,
): void {
  refuseUnknownFields(
    { ...expected },
    ['client', 'messages', 'ignoreMessages', 'ignoreExtraMessages'],
    'expectLogMessages',
  );
  const actual = logged.filter((entry) => !isIgnored(entry, expected.ignoreMessages ?? [], scope));
  const seen = actual.map((entry) => show(entry['message'])).join(', ');
  expected.messages.forEach((message, index) => {
    const path = `messages of ${expected.client}[${index}]`;
    const entry = actual[index];
    if (entry === undefined)
      throw new MismatchError(`${path}: expected a message, saw only ${seen || 'none'}`);
    assertMessage(message, entry, scope, path);
  });
  if (actual.length > expected.messages.length && expected.ignoreExtraMessages !== true) {
    throw new MismatchError(
      `messages of ${expected.client}: expected ${expected.messages.length}, saw ${actual.length}: ${seen}`,
    );
  }
}
