/**
 * What a donor with a slow phone waits for: the pages of the real platform, with a round behind it, in real Chromium
 * with a processor four times slower and a line of 1.6 Mbit/s and 150 ms. Budgets are those of the interface.
 */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchBrowser } from '../e2e/support/browser.ts';
import { openRealSite, visit } from '../e2e/support/real-site.ts';
import type { RealSite } from '../e2e/support/real-site.ts';
import type { BenchOptions, EmitRow } from './run-bench.ts';

const SLOW_PHONE = { cpuRate: 4, latencyMs: 150, bytesPerSecond: (1.6 * 1024 * 1024) / 8 };
const SETTLE_MS = 1_000;
const KILOBYTE = 1000;

interface Seen {
  readonly largestPaintMs: number;
  readonly layoutShift: number;
  readonly scriptBytes: number;
  readonly allBytes: number;
}

/** Kept by the page itself, because both are told only to whoever listens from the beginning. */
const WATCH = `
  window.seen = { largestPaintMs: 0, layoutShift: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.seen.largestPaintMs = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.seen.layoutShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
`;

async function slowDown(session: CDPSession): Promise<void> {
  const { cpuRate, latencyMs, bytesPerSecond } = SLOW_PHONE;
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond / 2,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: cpuRate });
}

/** Bytes on the wire, compressed as they came, by kind of resource. */
function countBytes(session: CDPSession): () => { script: number; all: number } {
  const kinds = new Map<string, string>();
  const sums = { script: 0, all: 0 };
  session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    sums.all += encodedDataLength;
    if (kinds.get(requestId) === 'Script') sums.script += encodedDataLength;
  });
  return () => sums;
}

async function look(page: Page, address: string): Promise<Seen> {
  const session = await page.context().newCDPSession(page);
  await slowDown(session);
  const bytes = countBytes(session);
  await page.addInitScript(WATCH);
  await page.goto(address, { waitUntil: 'load', timeout: 60_000 });
  await page.waitForSelector('h1', { timeout: 60_000 });
  await page.waitForTimeout(SETTLE_MS);
  const seen = await page.evaluate<Pick<Seen, 'largestPaintMs' | 'layoutShift'>>('window.seen');
  const { script, all } = bytes();
  return { ...seen, scriptBytes: script, allBytes: all };
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function measure(browser: Browser, site: RealSite, path: string, times: number): Promise<Seen> {
  const runs: Seen[] = [];
  for (let time = 0; time < times; time += 1) {
    const account = path.startsWith('/app') ? 'programme' : null;
    const { context, page } = await visit(browser, site, account);
    await page.setViewportSize({ width: 390, height: 844 });
    runs.push(await look(page, `${site.origin}${path}`));
    await context.close();
  }
  const of = (name: keyof Seen) => middle(runs.map((run) => run[name]));
  return {
    largestPaintMs: of('largestPaintMs'),
    layoutShift: of('layoutShift'),
    scriptBytes: of('scriptBytes'),
    allBytes: of('allBytes'),
  };
}

/** The first project and round that the home page leads to are as good as any. */
async function publicPaths(
  browser: Browser,
  site: RealSite,
): Promise<readonly (readonly [string, string])[]> {
  const { context, page } = await visit(browser, site, null);
  const firstLink = async (from: string, to: string): Promise<string> => {
    await page.goto(`${site.origin}${from}`);
    return (await page.locator(`main a[href^="${to}"]`).first().getAttribute('href')) ?? from;
  };
  const round = await firstLink('/zh/', '/zh/rounds/');
  const project = await firstLink(round, '/zh/projects/');
  await context.close();
  return [
    ['home', '/zh/'],
    ['round', round],
    ['project', project],
    ['give', '/zh/give'],
    ['reports', '/zh/reports'],
    ['report', `/zh/reports/${site.reportNumber}`],
    ['workspace, what waits for me', '/app/'],
  ];
}

export async function run(emit: EmitRow, { quick }: BenchOptions): Promise<void> {
  const site = await openRealSite();
  const browser = await launchBrowser();
  try {
    for (const [name, path] of await publicPaths(browser, site)) {
      const seen = await measure(browser, site, path, quick ? 1 : 5);
      const limitKilobytes = path.startsWith('/app') ? 450 : 60;
      const goal = path.startsWith('/app') ? {} : { goal: 'under 2000 ms' };
      emit({ name: `${name}: largest paint`, value: seen.largestPaintMs, unit: 'ms', ...goal });
      emit({ name: `${name}: layout shift`, value: seen.layoutShift, unit: 'score', goal: 'under 0.1' });
      emit({
        name: `${name}: script, compressed`,
        value: seen.scriptBytes / KILOBYTE,
        unit: 'kB',
        ratio: seen.scriptBytes / KILOBYTE / limitKilobytes,
        peer: 'the budget',
        goal: `at most ${limitKilobytes} kB`,
      });
      emit({ name: `${name}: everything, compressed`, value: seen.allBytes / KILOBYTE, unit: 'kB' });
    }
  } finally {
    await browser.close();
    await site.close();
  }
}
