/**
 * Stripe's published fixtures (`../shared/standards/stripe/fixtures3.json`, or SUPPLY_STANDARDS_DIR), and what an object
 * of ours lacks beside them: each field of the fixture is there, with the same JSON type or null on either side.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Json = Record<string, unknown>;

const FIXTURES = join(process.env['SUPPLY_STANDARDS_DIR'] ?? '../shared/standards', 'stripe/fixtures3.json');

export const fixturesAreAbsent = !existsSync(FIXTURES);

/** The fixtures by Stripe's name of the kind; none where they are absent, which is said once. */
export function readStripeFixtures(): Readonly<Record<string, Json>> {
  if (fixturesAreAbsent) {
    console.warn(`Skipped: Stripe's fixtures are not at ${FIXTURES}.`);
    return {};
  }
  return (JSON.parse(readFileSync(FIXTURES, 'utf8')) as { resources: Record<string, Json> }).resources;
}

/** Fields whose content depends on a choice, so that two right answers need not have the same fields inside. */
const FREE_CONTENT =
  /(^|\.)(metadata|data|payment_method_options|last_payment_error|destination_details|source_types)$/;

export function differencesFromFixture(fixture: unknown, ours: unknown, path = ''): string[] {
  if (fixture === null || ours === null) return [];
  const [expected, actual] = [jsonType(fixture), jsonType(ours)];
  if (expected !== actual) return [`${path}: ${actual} instead of ${expected}`];
  if (expected !== 'object' || FREE_CONTENT.test(path)) return [];
  return Object.entries(fixture as Json).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return name in (ours as Json)
      ? differencesFromFixture(value, (ours as Json)[name], at)
      : [`${at}: missing`];
  });
}

function jsonType(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
