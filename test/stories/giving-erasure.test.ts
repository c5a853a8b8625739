/** A donor is erased after the ledger was sealed and proofs went out: every check stays as green as it was. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BundleLines } from '../../server/services/ledger-bundle.ts';
import { BundleCheck } from '../../server/domain/verification/verify-bundle.ts';
import { donations } from '../../server/db/models/donation.ts';
import { checkLedger } from '../../server/ledger/check-ledger.ts';
import { latestCheckpoint, signCheckpoint } from '../../server/ledger/checkpoints.ts';
import { sealBatch } from '../../server/ledger/seal-entries.ts';
import { sha256 } from '../../server/ledger/sha-256.ts';
import { checkpointSignerOf } from '../../server/gateways/checkpoint-signer.ts';
import { eraseMyData } from '../../server/services/giving/change-my-giving.ts';
import { openGivingLink } from '../../server/services/giving/giving-links.ts';
import { proofOfDonation } from '../../server/services/ledger-bundle.ts';
import { giftId, giftOf, giveAndSettle, startGivingRig, type GivingRig } from '../support/giving-rig.ts';
import { verifySignature } from '../support/ledger-bundles.ts';

let rig: GivingRig;
const signer = checkpointSignerOf('the secret of the stories');
const [leaving, staying] = [giftId(901), giftId(902)];
const EMAIL = 'leaving@example.org';

beforeAll(async () => {
  rig = await startGivingRig();
  const donor = { name: '要离开的人', email: EMAIL, locale: 'zh' } as const;
  await giveAndSettle(rig, giftOf(leaving, { donor, message: '只有我知道' }));
  await giveAndSettle(
    rig,
    giftOf(staying, { donor: { ...donor, name: '王芳', email: 'staying@example.org' } }),
  );
  while ((await sealBatch(rig.database)) > 0);
  await signCheckpoint(rig.database, signer, new Date('2026-03-02T02:00:00Z'));
});
afterAll(() => rig.stop());

async function textOf(lines: BundleLines): Promise<string[]> {
  const texts: string[] = [];
  for await (const line of lines) texts.push(line);
  return texts;
}

async function checked(lines: readonly string[]) {
  const check = new BundleCheck({ sha256, verifySignature });
  for (const line of lines) check.take(Buffer.from(line));
  return check.finish();
}

const proofOf = async (id: string) =>
  textOf(await proofOfDonation({ database: rig.database, checkpointSigner: signer }, id));

it('the proof that went out still holds, a fresh one is the same, and the tree does not move', async () => {
  const before = { sent: await proofOf(leaving), root: (await latestCheckpoint(rig.database))!.rootHash };
  expect(await checked(before.sent)).toMatchObject({ holds: true, findings: [] });

  const { url } = await openGivingLink(rig.platform, { emailKey: EMAIL, locale: 'zh', occasion: 'erasure' });
  await eraseMyData(rig.platform, url.split('/').at(-1)!);
  expect((await donations(rig.database).findById(leaving).lean())?.donor).toBeNull();

  expect(await checked(before.sent)).toMatchObject({ holds: true, findings: [] });
  expect(await proofOf(leaving)).toEqual(before.sent);
  expect(await checked(await proofOf(staying))).toMatchObject({ holds: true, findings: [] });
  expect((await latestCheckpoint(rig.database))!.rootHash).toBe(before.root);
  const results = await checkLedger(rig.database);
  expect(results.flatMap(({ breaches }) => breaches)).toEqual([]);
});

it('no proof ever told who gave', async () => {
  const proof = (await proofOf(leaving)).join('\n');
  for (const mine of ['要离开的人', EMAIL, '只有我知道']) expect(proof).not.toContain(mine);
});
