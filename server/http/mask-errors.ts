/**
 * What the API says when something goes wrong: expected refusals in full, an outage as an outage, and a defect only by
 * a number under which it was logged. Nothing of the inside leaves the server.
 */
import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { DomainError, InvalidInput } from '../domain/errors.ts';
import { isOutage } from '../services/outages.ts';

export const OUTAGE_SENTENCE =
  'A part of the platform cannot be reached at the moment. Try again in a minute; what is sent twice is recorded once.';

/** Logs a defect and gives the number to quote. */
export function logDefect(logger: Logger, error: unknown): string {
  const reference = randomUUID().slice(0, 8);
  logger.error({ err: error, reference }, 'defect');
  return reference;
}

export function defectSentence(reference: string): string {
  return `Something went wrong on our side and has been logged. Try again later; if it stays, tell us and quote ${reference}.`;
}

export function createErrorMask(logger: Logger): (error: unknown) => Error {
  return (error) => {
    const place =
      error instanceof GraphQLError ? { nodes: error.nodes ?? null, path: error.path ?? null } : {};
    const answer = (message: string, extensions: Record<string, unknown>) =>
      new GraphQLError(message, { ...place, extensions });
    const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
    if (cause instanceof DomainError) return answer(cause.message, extensionsOf(cause));
    if (cause instanceof GraphQLError) return refusedDocument(cause, error);
    if (isOutage(cause)) {
      logger.warn({ err: cause }, 'outage');
      return answer(OUTAGE_SENTENCE, { code: 'TEMPORARILY_UNAVAILABLE' });
    }
    const reference = logDefect(logger, cause);
    return answer(defectSentence(reference), { code: 'INTERNAL_SERVER_ERROR', reference });
  };
}

/**
 * A document that GraphQL itself refuses keeps its sentence: it says only what the client wrote. Of a value that is not
 * of its type, its place is named as for any other wrong input.
 */
function refusedDocument(refusal: GraphQLError, error: unknown): GraphQLError {
  const { extensions, message } = refusal;
  if (extensions['code'] === undefined) extensions['code'] = 'BAD_REQUEST';
  const path = error instanceof GraphQLError ? placeOfValue(error.message, message) : null;
  if (path !== null) extensions['faults'] = [{ path, reason: 'malformed', message }];
  return refusal;
}

/** `caps.perGiftMinor`, of `Variable "$input" got invalid value "much" at "input.caps.perGiftMinor"; …`. */
function placeOfValue(whole: string, sentence: string): string | null {
  if (!whole.endsWith(`; ${sentence}`)) return null;
  const before = whole.slice(0, -sentence.length - 2);
  return / at "\w+\.?([\w.[\]]+)"$/.exec(before)?.[1] ?? null;
}

function extensionsOf(error: DomainError): Record<string, unknown> {
  const details = Object.entries(error.data).map(([name, value]) => ({
    name,
    values: typeof value === 'object' ? [...value] : [String(value)],
  }));
  return {
    code: error.code,
    details,
    ...(error instanceof InvalidInput ? { faults: error.faults } : {}),
  };
}
