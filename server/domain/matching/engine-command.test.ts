/** The command itself, in a process of its own: exit statuses, and which stream carries what. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FROM_SOURCE } from '../../../test/support/from-source.ts';

const COMMAND = resolve(import.meta.dirname, 'engine-command.ts');
const SHARE = JSON.stringify({
  version: 1,
  parties: ['js', 'qp'],
  rule: { standAloneMinor: { js: '300', qp: '500' }, sharedMinor: '101' },
  paidMinor: { js: '901', qp: '0' },
});

async function engine(names: string[], input: string | Uint8Array) {
  const child = spawn(process.execPath, [FROM_SOURCE, COMMAND, ...names]);
  child.stdin.end(input);
  const [out, faults, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.once('close', done)),
  ]);
  return { out, faults, status };
}

describe('the command `engine`', () => {
  it('exits 0 with one line of JSON', async () => {
    const { out, faults, status } = await engine(['share'], SHARE);
    expect({ faults, status }).toEqual({ faults: '', status: 0 });
    expect(out.indexOf('\n')).toBe(out.length - 1);
    expect(JSON.parse(out)).toMatchObject({
      parties: [
        { id: 'js', shareExact: '701/2', shareMinor: '351' },
        { id: 'qp', shareExact: '1101/2', shareMinor: '550' },
      ],
    });
  }, 60_000);

  it('exits 2 with a line per fault, each with its path, and no output', async () => {
    const wrong = SHARE.replace('"300"', '"-300"').replace('"101"', '5').replace('{', '{"extra":0,');
    const { out, faults, status } = await engine(['share'], wrong);
    expect({ out, status }).toEqual({ out: '', status: 2 });
    expect(
      faults
        .trimEnd()
        .split('\n')
        .map((line) => line.split(': ')[0]),
    ).toEqual(['$.rule.standAloneMinor.js', '$.rule.sharedMinor', '$.extra']);
  }, 60_000);

  it.each([
    ['no computation is named', [], ''],
    ['an unknown one is named', ['toString'], SHARE],
    ['the input is not UTF-8', ['share'], new Uint8Array([0x22, 0xff, 0x22])],
  ])(
    'exits 2 when %s',
    async (_, names, input) => {
      const { out, faults, status } = await engine(names, input);
      expect({ out, status }).toEqual({ out: '', status: 2 });
      expect(faults).toMatch(/^(arguments|\$): .+\n$/);
    },
    60_000,
  );

  it('prints the schemas of a format', async () => {
    const { out, status } = await engine(['schema', 'settle'], '');
    expect(status).toBe(0);
    expect(Object.keys(JSON.parse(out) as object)).toEqual(['problem', 'result']);
  }, 60_000);
});
