/** How a refusal is answered outside of GraphQL: its code, its sentence and what fills it; never anything else. */
import type { Response } from 'express';
import {
  DomainError,
  IdAlreadyUsed,
  InvalidInput,
  NotFound,
  NotPermitted,
  SignInRequired,
} from '../domain/errors.ts';

function statusOf(error: DomainError): number {
  if (error instanceof SignInRequired) return 401;
  if (error instanceof NotPermitted) return 403;
  if (error instanceof NotFound) return 404;
  return error instanceof IdAlreadyUsed ? 409 : 400;
}

/** JSON knows no `bigint`; amounts are texts of minor units everywhere. */
const plain = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** Does the work and answers a refusal of it; what is no refusal, or comes in the middle of an answer, is a defect. */
export async function answering(response: Response, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DomainError) || response.headersSent) throw error;
    const faults = error instanceof InvalidInput ? { faults: error.faults } : {};
    for (const name of ['content-disposition', 'content-encoding']) response.removeHeader(name);
    response
      .status(statusOf(error))
      .setHeader('cache-control', 'no-store')
      .type('json')
      .send(JSON.stringify({ ...error.data, code: error.code, message: error.message, ...faults }, plain));
  }
}
