/** Sends supporting documents before what they belong to, each under an id that follows from its bytes. */
import { faultOf } from './outcome.ts';
import type { Fault, Outcome } from './outcome.ts';

/** The same file for the same entry has the same id, so that sending it again changes nothing. */
async function idOf(entry: string, bytes: ArrayBuffer): Promise<string> {
  const head = new TextEncoder().encode(entry);
  const all = new Uint8Array(head.length + bytes.byteLength);
  all.set(head);
  all.set(new Uint8Array(bytes), head.length);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** @returns the ids of the documents, in the order of the files */
export async function bringDocuments(
  entry: string,
  files: readonly File[],
): Promise<Outcome<readonly string[]>> {
  const ids: string[] = [];
  for (const file of files) {
    const bytes = await file.arrayBuffer();
    const id = await idOf(entry, bytes);
    const outcome = await bring(entry, id, file.name, bytes);
    if (outcome.kind !== 'done') return outcome;
    ids.push(id);
  }
  return { kind: 'done', data: [...new Set(ids)] };
}

async function bring(
  entry: string,
  id: string,
  name: string,
  bytes: ArrayBuffer,
): Promise<Outcome<readonly string[]>> {
  const query = new URLSearchParams({ title: name.slice(0, 120) });
  try {
    const response = await fetch(`/entry-documents/${entry}/${id}?${query.toString()}`, {
      method: 'PUT',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
    });
    if (response.ok) return { kind: 'done', data: [] };
    if (response.status === 413) return faultOf('documents', 'file-size');
    if (response.status >= 500) return { kind: 'unanswered', reference: null };
    const answer = (await response.json()) as { code: string; message: string; faults?: readonly Fault[] };
    const faults = (answer.faults ?? []).map((fault) => ({ ...fault, path: 'documents' }));
    return { kind: 'refused', refusal: { ...answer, details: [], faults } };
  } catch {
    return { kind: 'unanswered', reference: null };
  }
}
