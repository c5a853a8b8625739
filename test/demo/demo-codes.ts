/** `npm run demo-codes`: the codes with which the demo's people sign in now. Each is taken once. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Authenticators } from './authenticators.ts';

/** Beside the data of the demo, because it is worth nothing without them. */
export const DEMO_AUTHENTICATORS = resolve(
  process.env['SUPPLY_DATA_DIR'] ?? 'data',
  'demo-authenticators.json',
);

/** A table of codes that were not used yet, with how long one has to wait for it. */
export function currentCodes(): string {
  const authenticators = new Authenticators(DEMO_AUTHENTICATORS);
  const rows = authenticators.entries().map(([email, authenticator]) => {
    const wait = Math.ceil(authenticator.waitMs() / 1000);
    const code = authenticator.nextCode();
    return `  ${email.padEnd(34)} ${code}${wait === 0 ? '' : `  (in ${wait} s)`}`;
  });
  if (rows.length === 0) return 'There are no codes yet: run "npm run demo" first.';
  authenticators.save();
  return ['Codes, each good once; ask again for the next:', ...rows].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${currentCodes()}\n`);
