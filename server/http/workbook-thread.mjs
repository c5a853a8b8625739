// @ts-check
/**
 * Writes one workbook away from the thread that answers requests: tens of thousands of rows take seconds. It is plain
 * JavaScript because a thread is started from a file, from source and compiled alike.
 */
import { parentPort, workerData } from 'node:worker_threads';
import writeExcelFile from 'write-excel-file/node';

// oxlint-disable-next-line typescript/no-unsafe-assignment -- only book-workbook.ts starts this thread
const sheets = /** @type {import('write-excel-file/node').Sheet<never>[]} */ (workerData);
parentPort?.postMessage(new Uint8Array(await writeExcelFile(sheets).toBuffer()));
