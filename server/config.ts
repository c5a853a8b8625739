/**
 * The environment, read once and in one place. Whoever starts the platform learns of every mistake in a sentence
 * that says what to do, before anything has started; values of secrets are never repeated back.
 */
import { resolve } from 'node:path';
import { z } from 'zod';

interface Variable {
  readonly meaning: string;
  /** What is used when the variable is not set, in words. */
  readonly otherwise: string;
  /** Completes "set it to …". */
  readonly expected: string;
  /** Its value is never printed. */
  readonly secret: boolean;
  readonly schema: z.ZodType;
}

function variable<Schema extends z.ZodType>(definition: {
  readonly schema: Schema;
  readonly expected: string;
  readonly meaning: string;
  readonly otherwise: string;
  readonly secret?: boolean;
}): Variable & { readonly schema: Schema } {
  return { secret: false, ...definition };
}

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= from && value <= to);

const addressOf = (...protocols: readonly string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    abort: true,
  });

const yesOrNo = z.enum(['true', 'false']).transform((value) => value === 'true');

/** It says of itself that it is none. */
const EXAMPLE_ACCOUNT = {
  accountName: '区域公共产品供给基金会（演示，请勿汇款）',
  bankName: '示例银行 Example Bank',
  accountNumber: '0000 0000 0000 0000',
};

const MIN_SECRET_LENGTH = 32;
const STRIPE_CHECKOUT = 'https://checkout.stripe.com';

/** Every variable that the platform reads, and nothing else. */
export const VARIABLES = {
  NODE_ENV: variable({
    meaning: 'Production refuses every stand-in that is not allowed by name.',
    otherwise: 'development',
    expected: '"production", "development" or "test"',
    schema: z.enum(['production', 'development', 'test']),
  }),
  PORT: variable({
    meaning: 'The port that the server listens on.',
    otherwise: '4000',
    expected: 'a whole number from 1 to 65535',
    schema: wholeNumber(1, 65_535),
  }),
  HOST: variable({
    meaning: 'The network address that the server listens on.',
    otherwise: '127.0.0.1, in production every address',
    expected: 'an address of this machine, such as 127.0.0.1 or 0.0.0.0',
    schema: z.string().regex(/^[0-9a-zA-Z.:-]+$/),
  }),
  PUBLIC_URL: variable({
    meaning: 'The address under which the public reaches the platform.',
    otherwise: 'http://localhost:PORT, in production required',
    expected: 'scheme and host without a path, such as https://give.example.org',
    schema: addressOf('http:', 'https:')
      .refine((value) => ['', '/'].includes(new URL(value).pathname))
      .transform((value) => new URL(value).origin),
  }),
  SUPPLY_DATA_DIR: variable({
    meaning: 'Where this installation keeps what is not in the database, and the stand-ins their data.',
    otherwise: './data',
    expected: 'a directory of its own',
    schema: z.string().min(1),
  }),
  SUPPLY_ALLOW_STAND_INS: variable({
    meaning: 'Allows the embedded database, the Stripe sandbox and the mail catcher in production mode.',
    otherwise: 'false',
    expected: '"true" or "false"',
    schema: yesOrNo,
  }),
  MONGODB_URI: variable({
    meaning: 'The MongoDB replica set that holds everything.',
    otherwise: 'the embedded engine, data in SUPPLY_DATA_DIR',
    expected: 'mongodb://host:port/database?replicaSet=name or mongodb+srv://…',
    secret: true,
    schema: z.string().regex(/^mongodb(\+srv)?:\/\/\S+$/),
  }),
  STRIPE_SECRET_KEY: variable({
    meaning: 'The key of our Stripe account; a key with "test" in it moves no money.',
    otherwise: 'the Stripe sandbox',
    expected: 'a key that begins with sk_ or rk_',
    secret: true,
    schema: z.string().regex(/^[sr]k_\w+$/),
  }),
  STRIPE_WEBHOOK_SECRETS: variable({
    meaning: 'Signing secrets of our webhook endpoint: one, or two while they are rotated.',
    otherwise: 'the Stripe sandbox',
    expected: 'one secret that begins with whsec_, or two with a comma between',
    secret: true,
    schema: z
      .string()
      .regex(/^whsec_\w+(,whsec_\w+)?$/)
      .transform((value) => value.split(',')),
  }),
  STRIPE_API_URL: variable({
    meaning: 'A Stripe sandbox that already runs elsewhere; it is a stand-in.',
    otherwise: 'Stripe itself',
    expected: 'an address such as http://127.0.0.1:12111',
    schema: addressOf('http:', 'https:'),
  }),
  STRIPE_CHECKOUT_ORIGIN: variable({
    meaning: 'Where donors pay, when that is not where the sandbox’s API is: forms may lead there.',
    otherwise: 'the address of STRIPE_API_URL, for Stripe itself https://checkout.stripe.com',
    expected: 'scheme and host, such as http://localhost:12111',
    schema: addressOf('http:', 'https:').transform((value) => new URL(value).origin),
  }),
  SUPPLY_BANK_ACCOUNT: variable({
    meaning: 'The account that donors transfer to.',
    otherwise: 'an example account, in production no gifts by bank transfer',
    expected: '"account name|bank|account number"',
    schema: z
      .string()
      .regex(/^[^|]+\|[^|]+\|[^|]+$/)
      .transform((value) => {
        const [accountName = '', bankName = '', accountNumber = ''] = value
          .split('|')
          .map((part) => part.trim());
        return { accountName, bankName, accountNumber };
      }),
  }),
  SMTP_URL: variable({
    meaning: 'The mail server that delivers our mail.',
    otherwise: 'mail is caught and shown at /dev/mail',
    expected: 'smtp://user:password@host:port or smtps://…',
    secret: true,
    schema: addressOf('smtp:', 'smtps:'),
  }),
  MAIL_FROM: variable({
    meaning: 'The sender of our mail.',
    otherwise: 'no-reply@ the host of PUBLIC_URL',
    expected: '"Name <address@domain>" or a bare address',
    schema: z.string().regex(/^([^<>"]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/),
  }),
  SUPPLY_SECRET: variable({
    meaning: 'Signs sessions and links; the same for every server of an installation.',
    otherwise: 'made at the first start and kept in SUPPLY_DATA_DIR, in production required',
    expected: `at least ${MIN_SECRET_LENGTH} random characters, for example from "openssl rand -hex 32"`,
    secret: true,
    schema: z.string().min(MIN_SECRET_LENGTH),
  }),
  SUPPLY_FIRST_ADMIN_EMAIL: variable({
    meaning: 'Who gets the first administrator’s account of a new installation.',
    otherwise: 'admin@example.org, in production nobody',
    expected: 'an e-mail address',
    schema: z.email(),
  }),
  SUPPLY_FIRST_ADMIN_PASSWORD: variable({
    meaning: 'Their first password.',
    otherwise: 'made at the first start and printed once',
    expected: 'a password of 12 to 128 characters',
    secret: true,
    schema: z.string().min(12).max(128),
  }),
  SUPPLY_START_WORKER: variable({
    meaning: 'Whether the server starts a worker beside itself; "false" where workers run alone.',
    otherwise: 'true',
    expected: '"true" or "false"',
    schema: yesOrNo,
  }),
  SUPPLY_TRUSTED_PROXIES: variable({
    meaning: 'How many reverse proxies stand before the server and tell it who called.',
    otherwise: '0',
    expected: 'a whole number from 0 to 9',
    schema: wholeNumber(0, 9),
  }),
  LOG_LEVEL: variable({
    meaning: 'How much is logged.',
    otherwise: 'info, in development warn',
    expected: '"error", "warn", "info" or "debug"',
    schema: z.enum(['error', 'warn', 'info', 'debug']),
  }),
} as const satisfies Record<string, Variable>;

type VariableName = keyof typeof VARIABLES;
type Given = { readonly [Name in VariableName]: z.output<(typeof VARIABLES)[Name]['schema']> | undefined };

export interface Config {
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  /** Scheme and host, without a slash at the end. */
  readonly publicUrl: string;
  /** Absolute. */
  readonly dataDirectory: string;
  /** Null: the embedded engine stands in. */
  readonly databaseUri: string | null;
  /** Null: the sandbox stands in. */
  readonly stripe: {
    readonly secretKey: string;
    readonly webhookSecrets: readonly string[];
    readonly apiUrl: string | null;
    readonly checkoutOrigin: string;
  } | null;
  /** Null: gifts by bank transfer are not offered. */
  readonly receivingAccount: {
    readonly accountName: string;
    readonly bankName: string;
    readonly accountNumber: string;
  } | null;
  readonly mail: {
    /** Null: the mail catcher stands in. */
    readonly smtpUrl: string | null;
    readonly from: string;
  };
  /** Null: kept in the data directory. */
  readonly secret: string | null;
  /** Null: nobody gets an account by starting the platform. */
  readonly firstAdministrator: { readonly email: string; readonly password: string | null } | null;
  readonly startWorker: boolean;
  readonly trustedProxies: number;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

/** The environment is wrong: the message holds one sentence for each mistake, a line each. */
export class ConfigError extends Error {
  constructor(sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.name = 'ConfigError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment. @throws ConfigError */
export function readConfig(environment: Environment): Config {
  const given = parseVariables(environment);
  const production = given.NODE_ENV === 'production';
  const faults = [
    ...faultsOfPairs(given),
    ...(production && given.SUPPLY_ALLOW_STAND_INS !== true ? faultsOfProduction(given) : []),
  ];
  if (faults.length > 0) throw new ConfigError(faults);
  const port = given.PORT ?? 4000;
  const publicUrl = given.PUBLIC_URL ?? `http://localhost:${port}`;
  return {
    production,
    port,
    host: given.HOST ?? (production ? '::' : '127.0.0.1'),
    publicUrl,
    dataDirectory: resolve(given.SUPPLY_DATA_DIR ?? 'data'),
    databaseUri: given.MONGODB_URI ?? null,
    stripe: stripeOf(given),
    receivingAccount: given.SUPPLY_BANK_ACCOUNT ?? (production ? null : EXAMPLE_ACCOUNT),
    mail: {
      smtpUrl: given.SMTP_URL ?? null,
      from: given.MAIL_FROM ?? `no-reply@${new URL(publicUrl).hostname}`,
    },
    secret: given.SUPPLY_SECRET ?? null,
    firstAdministrator: firstAdministratorOf(given, production),
    startWorker: given.SUPPLY_START_WORKER ?? true,
    trustedProxies: given.SUPPLY_TRUSTED_PROXIES ?? 0,
    logLevel: given.LOG_LEVEL ?? (production ? 'info' : 'warn'),
  };
}

/** An empty variable counts as not set, as container files write it. */
function parseVariables(environment: Environment): Given {
  const faults: string[] = [];
  const given = Object.entries(VARIABLES).map(([name, { schema, secret, expected, otherwise }]) => {
    const value = environment[name];
    if (value === undefined || value === '') return [name, undefined] as const;
    const parsed = schema.safeParse(value);
    if (parsed.success) return [name, parsed.data] as const;
    const found = secret ? 'is not of the right form' : `is ${JSON.stringify(value)}`;
    faults.push(`${name} ${found}: set it to ${expected}, or leave it out for ${otherwise}.`);
    return [name, undefined] as const;
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.fromEntries(given) as Given;
}

function faultsOfPairs(given: Given): string[] {
  const missing = (name: VariableName, because: VariableName): string =>
    `${because} is set but ${name} is not: set ${name} to ${VARIABLES[name].expected}, or leave both out for ${VARIABLES[because].otherwise}.`;
  const faults: string[] = [];
  const { STRIPE_SECRET_KEY: key, STRIPE_WEBHOOK_SECRETS: secrets } = given;
  if (key !== undefined && secrets === undefined) {
    faults.push(missing('STRIPE_WEBHOOK_SECRETS', 'STRIPE_SECRET_KEY'));
  }
  if (key === undefined && (secrets !== undefined || given.STRIPE_API_URL !== undefined)) {
    faults.push(
      missing('STRIPE_SECRET_KEY', secrets === undefined ? 'STRIPE_API_URL' : 'STRIPE_WEBHOOK_SECRETS'),
    );
  }
  return faults;
}

function faultsOfProduction(given: Given): string[] {
  const required: readonly VariableName[] = [
    'PUBLIC_URL',
    'MONGODB_URI',
    'STRIPE_SECRET_KEY',
    'SMTP_URL',
    'SUPPLY_SECRET',
  ];
  const missing = required.filter((name) => given[name] === undefined);
  const faults: string[] = [];
  if (missing.length > 0) {
    faults.push(
      `Production needs ${missing.join(', ')}: set ${missing.length === 1 ? 'it' : 'them'}, or set SUPPLY_ALLOW_STAND_INS=true to evaluate with stand-ins, where no real money moves and no mail is delivered.`,
    );
  }
  if (given.STRIPE_API_URL !== undefined) {
    faults.push(
      'STRIPE_API_URL names a sandbox: leave it out in production, or set SUPPLY_ALLOW_STAND_INS=true to evaluate.',
    );
  }
  return faults;
}

function firstAdministratorOf(given: Given, production: boolean): Config['firstAdministrator'] {
  const email = given.SUPPLY_FIRST_ADMIN_EMAIL ?? (production ? null : 'admin@example.org');
  return email === null ? null : { email, password: given.SUPPLY_FIRST_ADMIN_PASSWORD ?? null };
}

function stripeOf(given: Given): Config['stripe'] {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRETS: webhookSecrets } = given;
  if (secretKey === undefined || webhookSecrets === undefined) return null;
  const apiUrl = given.STRIPE_API_URL ?? null;
  const checkoutOrigin =
    given.STRIPE_CHECKOUT_ORIGIN ?? (apiUrl === null ? STRIPE_CHECKOUT : new URL(apiUrl).origin);
  return { secretKey, webhookSecrets, apiUrl, checkoutOrigin };
}
