/** How a document that somebody brought is taken and given: as the bytes of a request, and never within our own pages. */
import express, { type Response } from 'express';
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
