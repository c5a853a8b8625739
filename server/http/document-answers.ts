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

/** As it was called when it was brought, without what a file name may not hold, and always with the ending of what it is. */
export function fileNameOf({
  title,
  mediaType,
}: {
  readonly title: string;
  readonly mediaType: string;
}): string {
  const ending = EXTENSIONS[mediaType] ?? 'bin';
  const plain = title.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\\/:*?"<>|]/gu, '_').trim();
  const ends = ending === 'jpg' ? /\.jpe?g$/i.test(plain) : plain.toLowerCase().endsWith(`.${ending}`);
  return ends ? plain : `${plain}.${ending}`;
}

export function sendDocument(
  response: Response,
  {
    document,
    bytes,
  }: { readonly document: { title: string; mediaType: string }; readonly bytes: Uint8Array },
): void {
  const { mediaType } = document;
  // Never shown within our own pages: what a stranger brought stays a file.
  response.attachment(fileNameOf(document));
  response.setHeader('content-type', mediaType);
  response.setHeader('content-security-policy', "default-src 'none'; sandbox");
  response.setHeader('cache-control', 'private, no-store');
  response.end(bytes);
}
