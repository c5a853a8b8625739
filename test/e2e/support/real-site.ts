/**
 * The real platform for tests in a browser: started once as `npm start` starts it, with a whole round played through its
 * API, and with steps left open, so that every screen has something real to show.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ApiClient, demoId } from '../../demo/api-client.ts';
import { Authenticators } from '../../demo/authenticators.ts';
import { DEMO_PASSWORD, emailOf } from '../../demo/play-people.ts';
import { playRound } from '../../demo/play-round.ts';
import { freePort, startPlatform } from '../../support/running-platform.ts';

const ADMINISTRATOR = { email: emailOf('admin'), password: DEMO_PASSWORD };

export interface RealSite {
  readonly origin: string;
  readonly reportNumber: string;
  /** A code that signs this account in, each good once. */
  readonly codeOf: (account: string) => string;
  readonly close: () => Promise<void>;
}

export async function openRealSite(): Promise<RealSite> {
  const data = await mkdtemp(join(tmpdir(), 'supply-site-'));
  const platform = await startPlatform(
    {
      SUPPLY_DATA_DIR: data,
      SUPPLY_FIRST_ADMIN_EMAIL: ADMINISTRATOR.email,
      SUPPLY_FIRST_ADMIN_PASSWORD: ADMINISTRATOR.password,
    },
    await freePort(),
  );
  const close = async () => {
    await platform.stop();
    await rm(data, { recursive: true, force: true });
  };
  try {
    const { origin } = platform;
    const authenticators = new Authenticators(null);
    const silent = { chapter: () => undefined, tell: () => undefined };
    const { reportNumber } = await playRound(origin, ADMINISTRATOR, silent, authenticators);
    await leaveStepsOpen(origin, authenticators);
    const codeOf = (account: string) => {
      const code = authenticators.of(emailOf(account)).recoveryCodes.pop();
      if (code === undefined) throw new Error(`${account} has no code left to sign in with.`);
      return code;
    };
    return { origin, reportNumber, codeOf, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface AwardAnswer {
  readonly awards: {
    readonly items: readonly {
      readonly id: string;
      readonly milestones: readonly { readonly id: string; readonly status: string }[];
    }[];
  };
}

/** Two milestones are reported and wait to be verified. */
async function leaveStepsOpen(origin: string, authenticators: Authenticators): Promise<void> {
  const owner = new ApiClient(origin);
  const email = emailOf('owner-npo-elder');
  await owner.signIn(email, DEMO_PASSWORD, authenticators.of(email));
  const { awards } = await owner.query<AwardAnswer>(
    'query($grantee: ID) { awards(first: 20, grantee: $grantee) { items { id milestones { id status } } } }',
    { grantee: demoId('npo-elder') },
  );
  for (const { id: award, milestones } of awards.items.slice(0, 2)) {
    const milestone = milestones.find(({ status }) => status === 'PLANNED');
    if (milestone === undefined) continue;
    await owner.mutate(
      'reportMilestone',
      { award: 'ID!', milestone: 'String!', evidence: 'String!' },
      { award, milestone: milestone.id, evidence: '验收材料已归档。Papers are filed.' },
      'id',
    );
  }
}

/** The link in the last letter to an address, as its reader finds it. */
export async function linkInLetter({ origin }: RealSite, address: string): Promise<string> {
  const read = async (path: string) => (await fetch(`${origin}${path}`)).text();
  for (let look = 0; look < 100; look += 1) {
    const letter = new RegExp(`href="(/dev/mail/[^"]+)">[^<]*</a> to ${address},`).exec(
      await read('/dev/mail'),
    );
    const link = letter === null ? null : /https?:\/\/\S+\/my-giving\/\S+/.exec(await read(letter[1] ?? ''));
    if (link !== null) return link[0];
    await sleep(100);
  }
  throw new Error(`No letter with a link came to ${address}.`);
}

/** A window of somebody with an account of the demo, or of a visitor; every failure that the page meets is kept. */
export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly complaints: string[];
}

export async function visit(
  browser: Browser,
  site: RealSite,
  account: string | null,
  locale = 'zh-CN',
): Promise<Visit> {
  const context = await browser.newContext({ locale, viewport: { width: 1280, height: 900 } });
  if (account !== null) await signIn(context, site, account);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    // Our own operations go by their ids; a text would mean that the server did not know one.
    if (request.url().endsWith('/graphql') && request.postData()?.includes('"query"') === true) {
      complaints.push(`sent whole: ${request.postData()?.slice(0, 200) ?? ''}`);
    }
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
    if (!response.url().endsWith('/graphql') || response.status() !== 200) return;
    void response.text().then(
      (body) => {
        if (body.includes('"errors"')) complaints.push(body.slice(0, 400));
      },
      // A page that was left does not wait for its answers.
      () => undefined,
    );
  });
  return { context, page, complaints };
}

/** The cookies of accounts that signed in before: nobody needs a second code for a second window. */
const sessions = new WeakMap<RealSite, Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>>();

async function signIn(context: BrowserContext, site: RealSite, account: string): Promise<void> {
  const known = sessions.get(site) ?? new Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>();
  sessions.set(site, known);
  const cookies = known.get(account);
  if (cookies !== undefined) {
    await context.addCookies(cookies);
    return;
  }
  const post = async (path: string, data: object) => {
    const answer = await context.request.post(`${site.origin}/auth${path}`, {
      data,
      headers: { origin: site.origin },
    });
    if (!answer.ok()) throw new Error(`${account} could not sign in: ${await answer.text()}`);
  };
  await post('/sign-in/email', { email: emailOf(account), password: DEMO_PASSWORD });
  await post('/second-factor/verify', { code: site.codeOf(account) });
  known.set(account, await context.cookies());
}

/** Registers so many parties through the API, for whoever is signed in. */
export async function registerParties(context: BrowserContext, site: RealSite, count: number): Promise<void> {
  const register = async (number: number) => {
    const input = {
      ...{ id: crypto.randomUUID(), kind: 'SOCIAL_ORGANIZATION' },
      name: { zh: `众多机构 ${number}`, en: `One of many ${number}` },
    };
    const query =
      'mutation ($input: RegisterPartyInput!) { registerParty(input: $input) { ... on Refusal { message } } }';
    const answer = await context.request.post(`${site.origin}/graphql`, {
      data: { query, variables: { input } },
      headers: { origin: site.origin, 'x-graphql-yoga-csrf': 'test' },
    });
    const text = await answer.text();
    if (!answer.ok() || text.includes('message')) throw new Error(`No party ${number}: ${text}`);
  };
  for (let from = 1; from <= count; from += 10)
    await Promise.all(Array.from({ length: 10 }, (_, place) => register(from + place)));
}
