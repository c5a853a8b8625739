/**
 * Loaded before a child's own code: ends the child when the process that started it is gone, even by `kill -9`. The
 * parent holds the other end of standard input and never writes to it.
 */
import type { Socket } from 'node:net';

const PATIENCE_MS = 10_000;

function end(): void {
  setTimeout(() => process.exit(1), PATIENCE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
}

process.stdin.once('end', end);
process.stdin.once('error', end);
process.stdin.resume();
// Waiting for the parent must not keep a child alive that has finished.
(process.stdin as Partial<Socket>).unref?.();
