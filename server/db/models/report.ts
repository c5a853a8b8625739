/** Stored reports: the canonical document, its signatures, and what was published of it. */
import { Schema } from 'mongoose';
import type { Control } from '../../domain/four-eyes.ts';
import type { ReportStatus } from '../../domain/report-document.ts';
import { defineModel } from '../database.ts';
import { controlField, idField, instantField, textField } from '../field-types.ts';

export interface ReportFile {
  /** Name within the version: `report.json`, `zh.html`. */
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Key of the bytes in the file store. */
  readonly storageKey: string;
  /** Content policy for a page; null for other files. */
  readonly contentSecurityPolicy: string | null;
}

export interface StoredReport {
  readonly _id: string;
  /** `2026-0001`; stable over versions. */
  readonly number: string;
  readonly version: number;
  readonly round: string;
  readonly status: ReportStatus;
  /** The canonical document, RFC 8785. */
  readonly documentJson: string;
  readonly documentSha256: string;
  readonly recordedUntil: Date;
  readonly control: Control;
  readonly files: readonly ReportFile[];
  readonly preparedAt: Date;
  readonly publishedAt: Date | null;
  readonly requestDigest: string;
}

const file = new Schema(
  {
    name: textField,
    mediaType: textField,
    sha256: textField,
    sizeBytes: { type: Number, required: true },
    storageKey: textField,
    contentSecurityPolicy: { type: String, default: null },
  },
  { _id: false },
);

const schema = new Schema<StoredReport>({
  _id: idField,
  number: textField,
  version: { type: Number, required: true },
  round: textField,
  status: textField,
  documentJson: textField,
  documentSha256: textField,
  recordedUntil: instantField,
  control: controlField,
  files: { type: [file], required: true },
  preparedAt: instantField,
  publishedAt: { type: Date, default: null },
  requestDigest: textField,
});

// A withdrawn draft gives its number back.
schema.index(
  { number: 1, version: 1 },
  { unique: true, partialFilterExpression: { status: { $in: ['prepared', 'published'] } } },
);
schema.index({ status: 1, publishedAt: -1, _id: -1 });
schema.index({ round: 1, preparedAt: -1 });

export const reports = defineModel<StoredReport>('Report', 'reports', schema);
