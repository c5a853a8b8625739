/**
 * Keeping the ledger: sealing what was recorded and signing what is sealed. One worker at a time does it, under a lease;
 * a second one would find nothing left or conflict, never do harm.
 */
import type { SignedCheckpoint } from '../domain/checkpoint.ts';
import { latestCheckpoint, signCheckpoint } from '../ledger/checkpoints.ts';
import { giveBackLease, takeLease } from '../ledger/lease.ts';
import { SEAL_BATCH, sealBatch } from '../ledger/seal-entries.ts';
import type { Platform } from './context.ts';

export type LedgerPlatform = Pick<Platform, 'database' | 'clock' | 'checkpointSigner'>;

const LEASE = 'keep-ledger';

/** Longer than a round may take; a keeper that died is followed by another after so long. */
const LEASE_MS = 15_000;

/** A checkpoint is signed at most so often. */
const CHECKPOINT_EVERY_MS = 3_000;

/** A round ends after so many batches, so that the lease is renewed. */
const MAX_BATCHES = 20;

interface Round {
  readonly sealed: number;
  /** True when more may wait: go on at once. */
  readonly more: boolean;
}

const IDLE: Round = { sealed: 0, more: false };

/**
 * One round: seals what waits, and signs a checkpoint when the last one is old enough.
 * @param holder names this keeper among all workers
 */
export async function keepLedger(
  { database, clock, checkpointSigner }: LedgerPlatform,
  holder: string,
): Promise<Round> {
  const now = clock.now();
  if (!(await takeLease(database, LEASE, holder, { now, leaseMs: LEASE_MS }))) return IDLE;
  let [sealed, batch, batches] = [0, 0, 0];
  do {
    batch = await sealBatch(database);
    sealed += batch;
    batches += 1;
  } while (batch === SEAL_BATCH && batches < MAX_BATCHES);
  const latest = await latestCheckpoint(database);
  const due = latest === null || now.getTime() - Date.parse(latest.signedAt) >= CHECKPOINT_EVERY_MS;
  if (due) await signCheckpoint(database, checkpointSigner, clock.now());
  return { sealed, more: batch === SEAL_BATCH };
}

/** Lets another keeper go on at once; called when a worker stops. */
export const stopKeeping = ({ database }: LedgerPlatform, holder: string): Promise<void> =>
  giveBackLease(database, LEASE, holder);

/**
 * Seals everything that is recorded and signs it, for what is to be published: a report names the checkpoint.
 * @returns null while the ledger is empty
 */
export async function checkpointNow({
  database,
  clock,
  checkpointSigner,
}: LedgerPlatform): Promise<SignedCheckpoint | null> {
  while ((await sealBatch(database)) > 0);
  return signCheckpoint(database, checkpointSigner, clock.now());
}
