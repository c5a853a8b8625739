import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, VARIABLES } from '../../server/config.ts';

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://give.example.org',
  MONGODB_URI: 'mongodb://db.example.org/supply?replicaSet=rs0',
  STRIPE_SECRET_KEY: 'sk_live_0123456789',
  STRIPE_WEBHOOK_SECRETS: 'whsec_0123456789,whsec_9876543210',
  SMTP_URL: 'smtps://user:password@mail.example.org',
  SUPPLY_SECRET: '0123456789abcdef0123456789abcdef',
};

function sentencesFor(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing for evaluation: every outside service has a stand-in', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ production: false, port: 4000, databaseUri: null, stripe: null });
    expect(config.mail.smtpUrl).toBeNull();
    expect(config.publicUrl).toBe('http://localhost:4000');
  });

  it('takes the real services where they are named', () => {
    const config = readConfig(PRODUCTION);
    expect(config.databaseUri).toBe(PRODUCTION.MONGODB_URI);
    expect(config.stripe?.webhookSecrets).toEqual(['whsec_0123456789', 'whsec_9876543210']);
    expect(config.mail).toEqual({ smtpUrl: PRODUCTION.SMTP_URL, from: 'no-reply@give.example.org' });
    expect(config.firstAdministrator).toBeNull();
  });

  it('has no stand-in in production, unless stand-ins are allowed by name', () => {
    const withoutMail = { ...PRODUCTION, SMTP_URL: '' };
    expect(sentencesFor(withoutMail)).toEqual([
      'Production needs SMTP_URL: set it, or set SUPPLY_ALLOW_STAND_INS=true to evaluate with stand-ins, where no real money moves and no mail is delivered.',
    ]);
    expect(readConfig({ ...withoutMail, SUPPLY_ALLOW_STAND_INS: 'true' }).mail.smtpUrl).toBeNull();
    expect(sentencesFor({ ...PRODUCTION, STRIPE_API_URL: 'http://127.0.0.1:12111' })).toHaveLength(1);
  });

  it.each([
    ['PORT', 'abc', 'PORT is "abc": set it to a whole number from 1 to 65535, or leave it out for 4000.'],
    ['PORT', '70000', 'PORT is "70000": set it to a whole number from 1 to 65535, or leave it out for 4000.'],
    [
      'PUBLIC_URL',
      'give.example.org',
      'PUBLIC_URL is "give.example.org": set it to scheme and host without a path, such as https://give.example.org, or leave it out for http://localhost:PORT, in production required.',
    ],
    [
      'SUPPLY_ALLOW_STAND_INS',
      'yes',
      'SUPPLY_ALLOW_STAND_INS is "yes": set it to "true" or "false", or leave it out for false.',
    ],
  ])('answers a wrong %s (%s) with one sentence that says what to do', (name, value, sentence) => {
    expect(sentencesFor({ [name]: value })).toEqual([sentence]);
  });

  it('never repeats a secret, right or wrong', () => {
    const secrets = Object.entries(VARIABLES).filter(([, { secret }]) => secret);
    expect(secrets.length).toBeGreaterThan(3);
    for (const [name] of secrets) {
      const sentences = sentencesFor({ [name]: 'hunter2' });
      expect(sentences).toHaveLength(1);
      expect(sentences.join()).toContain(name);
      expect(sentences.join()).not.toContain('hunter2');
    }
  });

  it('asks for the other half of a pair', () => {
    expect(sentencesFor({ STRIPE_SECRET_KEY: 'sk_test_1' })).toEqual([
      expect.stringContaining('STRIPE_SECRET_KEY is set but STRIPE_WEBHOOK_SECRETS is not'),
    ]);
    expect(sentencesFor({ STRIPE_API_URL: 'http://127.0.0.1:12111' })).toEqual([
      expect.stringContaining('STRIPE_API_URL is set but STRIPE_SECRET_KEY is not'),
    ]);
  });

  it('reports every mistake at once, a sentence each', () => {
    expect(sentencesFor({ PORT: 'abc', LOG_LEVEL: 'loud' })).toHaveLength(2);
  });
});
