/**
 * A real browser for the tests: the system's Chromium or Chrome where there is one, else the Chromium of
 * an npm package with a Chinese font. Pages are shown at the widths of a phone and a desk, photographed there
 * when asked, and examined by axe.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const SYSTEM_BROWSERS = [
  process.env.CHROME_PATH ?? '',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

const SCREENSHOTS = fileURLToPath(new URL('../../../.artifacts/screenshots/', import.meta.url));

/** The widths at which every page is looked at: a phone and a desk. */
const WIDTHS = [390, 1280] as const;

export async function launchBrowser(): Promise<Browser> {
  const system = SYSTEM_BROWSERS.find((path) => path !== '' && existsSync(path));
  if (system !== undefined) return chromium.launch({ executablePath: system, args: QUIET });
  // The package unpacks the libraries that a bare machine lacks only where it believes to run on Lambda.
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs20.x';
  const packaged = (await import('@sparticuz/chromium')).default;
  const executablePath = await packaged.executablePath();
  return chromium.launch({
    executablePath,
    args: [...QUIET, '--no-zygote', '--headless=shell', '--font-render-hinting=none'],
    env: { ...stringsOf(process.env), FONTCONFIG_FILE: await writeFontConfig() },
  });
}

function stringsOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/** A font configuration of its own, so that pictures look the same on every bare machine. */
async function writeFontConfig(): Promise<string> {
  const require = createRequire(import.meta.url);
  const fonts = dirname(require.resolve('@expo-google-fonts/noto-sans-sc/package.json'));
  const folder = await mkdtemp(join(tmpdir(), 'fontconfig-'));
  const weights = ['400Regular', '500Medium', '600SemiBold', '700Bold'];
  const file = join(folder, 'fonts.conf');
  await writeFile(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${weights.map((weight) => `  <dir>${join(fonts, weight)}</dir>`).join('\n')}
  <cachedir>${join(folder, 'cache')}</cachedir>
  <alias binding="same"><family>system-ui</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias binding="same"><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
`,
  );
  return file;
}

const PICTURES = process.env['PICTURES'] === '1';

/**
 * Shows the page at each width, and with `PICTURES=1` photographs the whole of it into
 * `.artifacts/screenshots/<name>-<width>.png`: a third of a test's time, which is well spent only where somebody looks.
 * @throws where the page is wider than its window
 */
export async function lookAtWidths(page: Page, name: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    if (await isWiderThanWindow(page)) throw new Error(`${name} is wider than a window of ${width} px.`);
    if (PICTURES) await photograph(page, `${name}-${width}`);
  }
}

async function photograph(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const devtools = await page.context().newCDPSession(page);
  // The browser packs pictures quickly rather than small, which halves the time that they take.
  const { data } = await devtools.send('Page.captureScreenshot', {
    ...{ format: 'png', captureBeyondViewport: true, optimizeForSpeed: true },
  });
  await writeFile(join(SCREENSHOTS, `${name}.png`), data, 'base64');
  await devtools.detach();
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Lets every page of the context find axe loaded: the browser takes it in with the page in a third of the time that
 * sending it afterwards takes. For those that examine page after page.
 */
export const bringAxe = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript({ content: AXE });

/**
 * What axe finds against WCAG 2.2 A and AA, one readable line for each element. Our pages hold no frames,
 * so axe runs in the page itself: four times as fast as its wrapper, which opens a second page to collect.
 */
export async function findAccessibilityFaults(page: Page): Promise<string[]> {
  if ((await page.evaluate<string>('typeof axe')) === 'undefined') await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(STANDARDS)}, resultTypes: ['violations'] })`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')} (${failureSummary ?? ''})`,
    ),
  );
}

/** Whether the page is wider than its window, which on a phone means scrolling sideways to read. */
export async function isWiderThanWindow(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
}
