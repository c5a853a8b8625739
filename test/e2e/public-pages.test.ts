/** Every public page in both languages, in a real browser: accessible, fit for a phone, photographed. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asText, wholeBundle } from '../support/ledger-bundles.ts';
import { bringAxe, findAccessibilityFaults, launchBrowser, lookAtWidths } from './support/browser.ts';
import { samplePages } from './samples/pages.ts';
import { serveSamples } from './support/serve-samples.ts';
import type { SampleSite } from './support/serve-samples.ts';

let browser: Browser;
let site: SampleSite;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  site = await serveSamples();
  browser = await launchBrowser();
  const context = await browser.newContext();
  await bringAxe(context);
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

describe.each(['zh', 'en'])('public pages in %s', (language) => {
  it.each(samplePages.map((sample) => [sample.name, sample] as const))(
    '%s passes axe, fits a phone and breaks no policy',
    async (name, sample) => {
      complaints.length = 0;
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(`${site.origin}/${language}${sample.path}`);
      const faults = await findAccessibilityFaults(page);
      await lookAtWidths(page, `${name}-${language}`);
      expect(faults).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );
});

describe('the page of checks', () => {
  const choose = async (text: string) => {
    await page.setInputFiles('#bundle', {
      name: 'ledger.jsonl',
      mimeType: 'application/jsonl',
      buffer: Buffer.from(text),
    });
    await page.waitForSelector('[data-verify-outcome="holds"], [data-verify-outcome="fails"]');
    return page.locator('[data-verify-outcome]').innerText();
  };

  it('computes in the browser what the command computes, and says what does not hold', async () => {
    complaints.length = 0;
    await page.goto(`${site.origin}/en/verify`);
    const whole = asText(wholeBundle(12, [3, 8]));
    const told = await choose(whole);
    expect(told).toContain('Everything holds');
    expect(told).toMatch(/Holds\s+Every entry balances\s+12/);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await lookAtWidths(page, 'verify-holds-en');
    await page.goto(`${site.origin}/zh/verify`);
    const changed = await choose(
      whole.replace('"debit":"1005"', '"debit":"1006"').replace('"debit":"1003"', '"debit":"none"'),
    );
    expect(changed).toContain('有不成立之处');
    expect(changed).toContain('凭证 5（第 8 行）借贷不等：借 1006，贷 1005（以最小货币单位计）。');
    expect(changed).toContain('凭证 5（第 8 行）已不是封存时的样子');
    expect(changed).toMatch(/凭证 3（第 \d+ 行）有不成其为分录的一行：\S+ 没有金额。/);
    await lookAtWidths(page, 'verify-fails-zh');
    expect(complaints).toEqual([]);
  });
});

describe('an allocation in the browser', () => {
  it('moves its levels with the money, by the code of the platform', async () => {
    await page.goto(`${site.origin}/en/allocation`);
    const share = page.locator('[data-toy-project="bus"] [data-toy="share"]');
    expect(await share.textContent()).toBe('40%');
    await page.locator('#toy-free:enabled').fill('300');
    expect(await share.textContent()).toBe('67%');
    expect(await page.locator('[data-toy-sentences]').textContent()).toContain('67%');
    await page.locator('#toy-rule').selectOption('priority');
    expect(await share.textContent()).toBe('100%');
    await page.locator('button[type="reset"]').click();
    await page.locator('[data-toy-project="bus"]', { hasText: '40%' }).waitFor();
  });

  it('is computed again and found identical, or the first difference is named', async () => {
    const computedAgain = async (): Promise<string | null> => {
      await page.goto(`${site.origin}/en/allocation/runs/run`);
      await page.locator('[data-allocation-rerun] button').click();
      const answer = page.locator('.rerun-answer', { hasText: /[0-9]/ });
      await answer.waitFor();
      return answer.textContent();
    };
    expect(await computedAgain()).toMatch(/^Identical[.] [0-9]+ grants, ¥2,600,000[.]00 in all/);
    await page.route('**/result.json', async (route) => {
      const text = await (await route.fetch()).text();
      await route.fulfill({ body: text.replace(/"amountMinor":"[0-9]+"/, '"amountMinor":"1"') });
    });
    expect(await computedAgain()).toMatch(
      /^The first difference is at grant no[.] 1: amount [(][$][.]grants\[0\][.]amountMinor[)]: published "1", computed "[0-9]+"[.]$/,
    );
    await page.unroute('**/result.json');
  });
});

describe('a compensation statement in the browser', () => {
  it('is computed again and found identical to the byte, or the first difference is named', async () => {
    const computedAgain = async (): Promise<string | null> => {
      await page.goto(`${site.origin}/en/compensation/statement`);
      await page.locator('[data-share-rerun] button').click();
      const answer = page.locator('.rerun-answer', { hasText: /[0-9]/ });
      await answer.waitFor();
      return answer.textContent();
    };
    expect(await computedAgain()).toMatch(/^Identical: 3 localities, 2 payments, [0-9]+ bytes[.]$/);
    await page.route('**/compensation/*/result.json', async (route) => {
      const published = await (await route.fetch()).text();
      await route.fulfill({ body: published.replace(/"shareMinor":"[0-9]+"/, '"shareMinor":"1"') });
    });
    expect(await computedAgain()).toMatch(
      /^The first difference is at party no[.] 1: fair share [(][$][.]parties\[0\][.]shareMinor[)]: published "1", computed "[0-9]+"[.]$/,
    );
    await page.unroute('**/compensation/*/result.json');
  });
});

describe('the examination itself', () => {
  it('finds a picture without words and a page without a title', async () => {
    await page.setContent('<html lang="en"><main><h1>Fund</h1><img src="data:," width="9"></main></html>');
    const faults = await findAccessibilityFaults(page);
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(['document-title', 'image-alt']);
  });
});
