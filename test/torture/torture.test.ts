/** The short form of `npm run torture -- embedded-mongod`, with a fixed seed so that a failure repeats. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../support/embedded-server.ts';
import { runCrashes } from './crash-recovery.ts';
import { runHistories } from './isolation-histories.ts';
import { runOperations } from './random-operations.ts';
import { runUniqueRaces } from './unique-races.ts';
import { answerTo, deepMessage, messageClaiming, runWireFuzz } from './wire-fuzz.ts';
import { commandMessage, frame, OP_MSG } from './wire-messages.ts';

const SEED = 20260101;
const LONG = 120_000;

describe('the embedded engine', () => {
  let server: EmbeddedServer;

  beforeAll(async () => {
    server = await startEmbeddedServer();
  });

  afterAll(async () => {
    await server.stop();
  });

  it(
    'isolates transactions as the model of snapshot isolation says',
    async () => {
      const summary = await runHistories(server.uri, { histories: 500, seed: SEED });
      expect(summary.histories).toBeGreaterThanOrEqual(500);
      expect(summary.conflicts).toBeGreaterThan(0);
    },
    LONG,
  );

  it(
    'lets exactly one of many concurrent transactions have a unique value',
    async () => {
      expect((await runUniqueRaces(server.uri, 20)).rounds).toBe(20);
    },
    LONG,
  );

  it(
    'answers single operations as a plain model does, whichever indexes there are',
    async () => {
      expect(await runOperations(server.uri, { operations: 2000, seed: SEED })).toBe(2000);
    },
    LONG,
  );

  describe('given malformed input', () => {
    it(
      'neither ends nor hangs',
      async () => {
        expect(await runWireFuzz(server, { messages: 20_000, seed: SEED })).toBeGreaterThanOrEqual(20_000);
      },
      LONG,
    );

    it('closes the connection on a length that cannot be', async () => {
      for (const length of [0, 15, -1, 49_000_000, 0x7fffffff]) {
        const header = Buffer.alloc(16);
        header.writeInt32LE(length, 0);
        header.writeInt32LE(OP_MSG, 12);
        expect(await answerTo(server.port, header), `length ${length}`).toBe('closed');
      }
    });

    it('refuses an unknown opcode, section or truncated document with an error or an end', async () => {
      const bad: Record<string, Buffer> = {
        opcode: frame(4242, Buffer.alloc(20)),
        section: frame(OP_MSG, Buffer.from([0, 0, 0, 0, 9, 1, 2, 3])),
        empty: frame(OP_MSG, Buffer.alloc(4)),
        'document too short': messageClaiming(4),
        'document too long': messageClaiming(1_000_000),
        'negative document': messageClaiming(-5),
      };
      for (const [what, bytes] of Object.entries(bad)) {
        const answer = await answerTo(server.port, bytes);
        expect(answer === 'closed' || answer['ok'] === 0, what).toBe(true);
      }
    });

    it('refuses a document that is nested too deeply, and one that is too big', async () => {
      const deep = await answerTo(server.port, deepMessage(5000));
      expect(deep === 'closed' || deep['ok'] === 0 || 'writeErrors' in deep).toBe(true);
      const big = { big: Buffer.alloc(16 * 1024 * 1024 + 1024) };
      const answer = await answerTo(
        server.port,
        commandMessage({ insert: 'c', documents: [big], $db: 'fuzz' }),
      );
      expect(answer === 'closed' || answer['ok'] === 0 || 'writeErrors' in answer).toBe(true);
    });

    it('names an unknown command and an unknown stage', async () => {
      expect(await answerTo(server.port, commandMessage({ fly: 1, $db: 'fuzz' }))).toMatchObject({
        ok: 0,
        code: 59,
        codeName: 'CommandNotFound',
      });
      const pipeline = [{ $fly: {} }];
      expect(
        await answerTo(server.port, commandMessage({ aggregate: 'c', pipeline, cursor: {}, $db: 'fuzz' })),
      ).toMatchObject({ ok: 0, code: 40324 });
    });
  });
});

describe('the embedded engine, killed at random moments', () => {
  it(
    'loses nothing that it acknowledged and leaves nothing half done',
    async () => {
      expect((await runCrashes({ kills: 6, seed: SEED })).kills).toBe(6);
    },
    LONG,
  );
});
