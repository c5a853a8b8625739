/** Computes a report's document from the ledger: when it is prepared, and again whenever somebody doubts it. */
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { JournalEntry } from '../../domain/journal.ts';
import { buildReportDocument, concernsRound, type ReportRegisters } from '../../domain/report.ts';
import { type ReportDocument } from '../../domain/report-document.ts';
import { sha256Hex } from '../../domain/sha-256.ts';
import { EntryDigest } from '../../domain/verification/report-check.ts';
import type { Database } from '../../db/database.ts';
import { streamEntries } from '../../ledger/read-ledger.ts';
import { leafOfSealed } from '../../ledger/sealed-texts.ts';
import { sha256 } from '../../ledger/sha-256.ts';

/** The document of a round as the ledger stood at a checkpoint; the same entries always give the same bytes. */
export async function rebuildReportDocument(
  database: Database,
  registers: ReportRegisters,
  {
    recordedUntil,
    checkpoint,
  }: Pick<ReportDocument['ledger'], 'checkpoint'> & { readonly recordedUntil: Date },
): Promise<ReportDocument> {
  const entries: JournalEntry[] = [];
  const digest = new EntryDigest(sha256);
  for await (const entry of streamEntries(database, { sealedUntil: checkpoint.treeSize })) {
    if (!concernsRound(entry, registers.roundId)) continue;
    entries.push(entry);
    digest.add(leafOfSealed(entry));
  }
  return buildReportDocument(registers, entries, {
    recordedUntil: recordedUntil.toISOString(),
    checkpoint,
    entryCount: entries.length,
    digest: digest.text(),
  });
}

/** The document as text, and its hash. */
export function sealDocument(document: ReportDocument): { documentJson: string; documentSha256: string } {
  const documentJson = canonicalJson(document);
  return { documentJson, documentSha256: sha256Hex(documentJson) };
}
