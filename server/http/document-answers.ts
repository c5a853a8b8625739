/** How a document that somebody brought is taken and given: as the bytes of a request, and never within our own pages. */
import express, { type Response } from 'express';
import { IdAlreadyUsed, InvalidInput, NotFound, NotPermitted, SignInRequired } from '../domain/errors.ts';
import { MAX_DOCUMENT_BYTES } from '../domain/party-standing.ts';

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
};

/** Takes the body as it is, whatever it says of itself, up to the size of a document. */
export const documentBytes = express.raw({ type: () => true, limit: MAX_DOCUMENT_BYTES });

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const bytesOf = (body: unknown): Uint8Array => (Buffer.isBuffer(body) ? body : new Uint8Array());

export function sendDocument(
  response: Response,
  { document, bytes }: { readonly document: { _id: string; mediaType: string }; readonly bytes: Uint8Array },
): void {
  const { mediaType, _id } = document;
  response.setHeader('content-type', mediaType);
  // Never shown within our own pages: what a stranger brought stays a file.
  response.setHeader(
    'content-disposition',
    `attachment; filename="${_id}.${EXTENSIONS[mediaType] ?? 'bin'}"`,
  );
  response.setHeader('content-security-policy', "default-src 'none'; sandbox");
  response.setHeader('cache-control', 'private, no-store');
  response.end(bytes);
}

/** Answers a refusal with its code and its faults; anything else is a defect. */
export async function answering(response: Response, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const status = statusOf(error);
    if (status === null) throw error;
    const { code, message } = error as NotFound;
    const faults = error instanceof InvalidInput ? { faults: error.faults } : {};
    response.status(status).json({ code, message, ...faults });
  }
}

function statusOf(error: unknown): number | null {
  if (error instanceof SignInRequired) return 401;
  if (error instanceof NotPermitted) return 403;
  if (error instanceof NotFound) return 404;
  if (error instanceof IdAlreadyUsed) return 409;
  return error instanceof InvalidInput ? 400 : null;
}
