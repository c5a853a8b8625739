/** Operations on a GridFS bucket. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { GridFSBucket } from 'mongodb';
import { asDocument } from '../common-options.ts';
import { FormatError } from '../unified-format.ts';
import { loose, type OperationTable } from './operation-table.ts';

const UPLOAD = [
  'filename',
  'source',
  'chunkSizeBytes',
  'metadata',
  'contentType',
  'disableMD5',
  'timeoutMS',
] as const;

function bytesFrom(source: unknown): Buffer {
  const hex = asDocument(source, 'source')['$$hexBytes'];
  if (typeof hex !== 'string' || !/^([0-9a-f]{2})*$/i.test(hex)) {
    throw new FormatError('source needs $$hexBytes with pairs of hexadecimal digits');
  }
  return Buffer.from(hex, 'hex');
}

export const bucketOperations: OperationTable<GridFSBucket> = {
  upload: {
    known: UPLOAD,
    run: async (bucket, { filename, source, ...options }) => {
      const stream = bucket.openUploadStream(String(filename), options);
      await pipeline(Readable.from([bytesFrom(source)]), stream);
      return stream.gridFSFile?._id;
    },
  },
  uploadWithId: {
    known: ['id', ...UPLOAD],
    run: async (bucket, { id, filename, source, ...options }) => {
      const stream = bucket.openUploadStreamWithId(loose(id), String(filename), options);
      await pipeline(Readable.from([bytesFrom(source)]), stream);
    },
  },
  download: {
    known: ['id', 'timeoutMS'],
    run: (bucket, { id, ...options }) => buffer(bucket.openDownloadStream(loose(id), options)),
  },
  downloadByName: {
    known: ['filename', 'revision', 'timeoutMS'],
    run: (bucket, { filename, ...options }) =>
      buffer(bucket.openDownloadStreamByName(String(filename), options)),
  },
  delete: {
    known: ['id', 'timeoutMS'],
    run: (bucket, { id, timeoutMS }) => bucket.delete(loose(id), loose({ timeoutMS })),
  },
  rename: {
    known: ['id', 'newFilename', 'timeoutMS'],
    run: (bucket, { id, newFilename, timeoutMS }) =>
      bucket.rename(loose(id), String(newFilename), loose({ timeoutMS })),
  },
  drop: { known: ['timeoutMS'], run: (bucket, { timeoutMS }) => bucket.drop(loose({ timeoutMS })) },
};
