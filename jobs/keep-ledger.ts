/**
 * Keeps the ledger as long as the worker runs: looks several times a second for entries to seal, and signs a checkpoint
 * every few seconds. It is no job of the queue, because a queue would bring a job a second for ever.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepLedger, stopKeeping, type LedgerPlatform } from '../server/services/keep-ledger.ts';
import type { Log } from './job.ts';

const REST_MS = 400;
const REST_AFTER_FAILURE_MS = 3_000;

interface LedgerKeeper {
  /** Ends after the round that runs, and lets another worker go on. */
  stop(): Promise<void>;
}

export function startLedgerKeeper(platform: LedgerPlatform, log: Pick<Log, 'error'>): LedgerKeeper {
  const holder = randomUUID();
  const stopping = new AbortController();
  const rest = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const isStopping = () => stopping.signal.aborted;
  const keep = async () => {
    while (!isStopping()) {
      try {
        const { more } = await keepLedger(platform, holder);
        if (!more) await rest(REST_MS);
      } catch (error) {
        if (isStopping()) return;
        log.error({ err: error }, 'Sealing the ledger failed; it is tried again.');
        await rest(REST_AFTER_FAILURE_MS);
      }
    }
  };
  const kept = keep();
  return {
    async stop() {
      stopping.abort();
      await kept;
      await stopKeeping(platform, holder);
    },
  };
}
