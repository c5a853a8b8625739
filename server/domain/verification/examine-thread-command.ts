/** A thread that examines blocks of lines; `check-source-command.ts` starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import { digestAsCharacters } from './digest-command.ts';
import { LineExaminer } from './examine-lines.ts';

const { currency } = workerData as { readonly currency: string };
const examiner = new LineExaminer(digestAsCharacters, currency);

parentPort?.on('message', (block: Uint8Array) => {
  const examined = examiner.examine(block);
  parentPort?.postMessage(examined, [examined.leaves.buffer as ArrayBuffer]);
});
parentPort?.postMessage('ready');
