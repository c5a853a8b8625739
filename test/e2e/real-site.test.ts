/**
 * The real platform with a round behind it, in a real browser: what canned answers cannot show. Every role opens every
 * screen that it is led to; donors and staff go their ways by keyboard alone; and what goes wrong loses nothing.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD, emailOf } from '../demo/play-people.ts';
import {
  findAccessibilityFaults,
  isWiderThanWindow,
  launchBrowser,
  lookAtWidths,
} from './support/browser.ts';
import { linkInLetter, openRealSite, registerParties, visit } from './support/real-site.ts';
import type { RealSite } from './support/real-site.ts';

const dayFromNow = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let browser: Browser;
let site: RealSite;

/** A whole round is played first, which takes a busy machine some minutes. */
const ROUND_PATIENCE_MS = 300_000;

beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), openRealSite()]);
}, ROUND_PATIENCE_MS);

afterAll(async () => {
  await browser.close();
  await site.close();
});

async function untilRead(page: Page): Promise<void> {
  await page.waitForSelector('h1, .state-error');
  await page.locator('.state-loading').first().waitFor({ state: 'detached' });
}

/** Presses a key until the focus is where this says; fails where a keyboard cannot get. */
async function tabTo(page: Page, selector: string, limit = 80): Promise<void> {
  for (let step = 0; step < limit; step++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The keyboard does not reach ${selector} at ${page.url()}.`);
}

describe('the public site', () => {
  it.each([
    ['zh', 'zh-CN'],
    ['en', 'en-GB'],
  ])('shows every page that it links to, in %s', async (language, locale) => {
    const { context, page, complaints } = await visit(browser, site, null, locale);
    const seen = new Set<string>();
    const waiting = [`/${language}/`];
    const kindOf = (path: string) =>
      path.replace(/\/(projects|rounds|reports)\/[^/]+/, '/$1/one').replace(/\?.*/, '');
    while (waiting.length > 0) {
      const path = waiting.shift() ?? '';
      if (seen.has(kindOf(path))) continue;
      seen.add(kindOf(path));
      await page.goto(`${site.origin}${path}`);
      expect(await page.locator('h1').count(), path).toBe(1);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await isWiderThanWindow(page), path).toBe(false);
      const links = await page
        .locator(`a[href^="/${language}/"]`)
        .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
      waiting.push(...links.filter((link) => !/\.[a-z]+$/.test(link)));
    }
    expect([...seen]).toEqual(
      expect.arrayContaining(
        ['/', '/rounds/one', '/projects/one', '/give', '/reports', '/reports/one'].map(
          (path) => `/${language}${path}`,
        ),
      ),
    );
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('leads from a round to how its money was allocated, to be computed again', async () => {
    const { context, page, complaints } = await visit(browser, site, null);
    await page.goto(`${site.origin}/zh/rounds/2026-demo`);
    await page.locator('[aria-labelledby="allocations"] a').first().click();
    await page.waitForURL('**/zh/allocation/runs/**');
    await page.getByRole('button', { name: '在本浏览器重新计算' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('takes a gift by keyboard alone, from the home page to the thanks and the receipt sent again', async () => {
    const { context, page, complaints } = await visit(browser, site, null);
    await page.goto(`${site.origin}/zh/`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('跳到正文');
    await tabTo(page, 'a[href="/zh/give"]');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/zh/give');
    // Told by a script, which runs when the page has come.
    await page.locator('[data-gift-told]:has-text("将支付 ¥100.00")').waitFor();
    await tabTo(page, '#amount');
    await page.keyboard.type('66.60');
    await tabTo(page, 'input[name="email"]');
    await page.keyboard.type('keyboard@example.org');
    const pay = async () => {
      await tabTo(page, 'main .pay-bar button');
      await Promise.all([page.waitForURL((url) => url.origin !== site.origin), page.keyboard.press('Enter')]);
    };
    await pay();
    await page.goBack();
    await page.locator('[data-gift-told]:has-text("将支付 ¥66.60")').waitFor();
    expect(await page.inputValue('#email')).toBe('keyboard@example.org');
    await pay();
    expect(await page.inputValue('#email')).toBe('keyboard@example.org');
    await tabTo(page, 'button[name="outcome"]');
    await Promise.all([page.waitForURL(`${site.origin}/zh/donations/**`), page.keyboard.press('Enter')]);
    await page.getByRole('heading', { name: '谢谢，捐赠已到账' }).waitFor({ timeout: 60_000 });
    await page.goto(await linkInLetter(site, 'keyboard@example.org'));
    await page.getByRole('button', { name: '再寄一次收据' }).press('Enter');
    await page.getByText('收据正在寄往您的邮箱').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('a round that is opened on the screens', () => {
  it('takes new rules for a later day, and a draft that its organization saves, mends and submits', async () => {
    const { context, page, complaints } = await visit(browser, site, 'programme');
    await page.goto(`${site.origin}/app/rounds/open`);
    const dates = { opensOn: dayFromNow(0), closesOn: dayFromNow(90) };
    const typed = { 'title.zh': '下一批', 'title.en': 'Next batch', code: 'next', batch: 'next', ...dates };
    for (const [name, value] of Object.entries(typed)) await page.fill(`[name="${name}"]`, value);
    await page.check('#sectors-elderly-care');
    await page.check('#localities-310118');
    await page.fill('[id="needs.elderly-care-in-310118"]', '900000');
    await page.fill('#source', '统计公报');
    await page.getByRole('button', { name: '开放轮次' }).click();
    await page.getByRole('link', { name: '修改规则' }).click();
    await page.fill('#effectiveOn', dayFromNow(30));
    await page.fill('#reason', '延长退款期');
    await page.fill('[id="rules.refundWindowDays"]', '21');
    await page.getByRole('button', { name: '公布新规则' }).click();
    await page.getByRole('cell', { name: '延长退款期' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();

    const owner = await visit(browser, site, 'owner-npo-elder');
    await owner.page.goto(`${site.origin}/app/proposals/submit`);
    const draft = {
      'title.zh': '助餐点',
      'title.en': 'Canteen',
      'summary.zh': '助餐。',
      'summary.en': 'Meals.',
    };
    for (const [name, value] of Object.entries(draft)) await owner.page.fill(`[name="${name}"]`, value);
    await owner.page.selectOption('#sector', 'elderly-care');
    await owner.page.selectOption('#locality', '310118');
    await owner.page.fill('#needMinor', '15000');
    await owner.page.fill('#minimumMinor', '1000');
    await owner.page.getByRole('button', { name: '增加里程碑' }).click();
    const milestone = { 'title.zh': '完工', 'title.en': 'Done', dueOn: dayFromNow(200), share: '100' };
    for (const [name, value] of Object.entries(milestone))
      await owner.page.fill(`[name="milestones.0.${name}"]`, value);
    await owner.page.getByRole('button', { name: '保存草稿' }).click();
    await owner.page.getByText('提交之前还有').waitFor();
    await owner.page.selectOption('#serviceItem', { index: 1 });
    await owner.page.selectOption('#openTo', { index: 1 });
    await owner.page.getByRole('button', { name: '保存草稿' }).click();
    await owner.page.getByRole('button', { name: '提交申请' }).waitFor();
    expect(owner.complaints).toEqual([]);
    await owner.context.close();
  });
});

// An approver and the council see what a finance officer sees.
describe.each(['admin', 'programme', 'finance', 'auditor', 'owner-npo-elder'])(
  'the workspaces of %s',
  (account) => {
    it('open every screen that they lead to, and the first thing on each', async () => {
      const { context, page, complaints } = await visit(browser, site, account);
      await page.goto(`${site.origin}/app/`);
      await untilRead(page);
      const places = await page
        .locator('.workspace-nav a')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
      expect(places).toContain('/app/');
      for (const place of places) {
        await page.locator(`.workspace-nav a[href="${place}"]`).click();
        // The screen before stays until the script of the next one has come.
        await page.locator(`.workspace-nav a[href="${place}"][aria-current="page"]`).waitFor();
        await untilRead(page);
        expect(await page.locator('.state-error').allInnerTexts(), place).toEqual([]);
        const first = page.locator('main :is(tbody th, .queue-title) a[href^="/app/"]').first();
        if ((await first.count()) === 0) continue;
        const thing = await first.getAttribute('href');
        await first.click();
        await page.waitForURL(`${site.origin}${thing ?? ''}`);
        await untilRead(page);
        expect(await page.locator('.state-error').allInnerTexts(), thing ?? '').toEqual([]);
      }
      expect(complaints).toEqual([]);
      await context.close();
    });
  },
);

describe('somebody at work', () => {
  it('signs in, finds what waits and does it, by keyboard alone', async () => {
    const { context, page, complaints } = await visit(browser, site, null);
    await page.goto(`${site.origin}/app/`);
    await untilRead(page);
    await tabTo(page, 'input[type="email"]');
    await page.keyboard.type(emailOf('programme'));
    await page.keyboard.press('Tab');
    await page.keyboard.type(DEMO_PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('input[name="code"]').waitFor();
    await tabTo(page, 'input[name="code"]');
    await page.keyboard.type(site.codeOf('programme'));
    await page.keyboard.press('Enter');
    await page.locator('.queue-item').first().waitFor();
    await lookAtWidths(page, 'real-queue-zh');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    const before = await page.locator('.queue-item').count();
    await tabTo(page, '.queue-title a');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/app/awards/**');
    await untilRead(page);
    await tabTo(page, '.timeline button');
    await page.keyboard.press('Enter');
    const question = page.locator('dialog[open] button').first();
    if ((await question.count()) > 0) await question.press('Enter');
    // The button is gone once it is done; the focus stays near, not at the top of the document.
    await page.locator('section:focus, main:focus, form:focus, fieldset:focus').waitFor();
    await page.locator('.workspace-nav a[href="/app/"]').press('Enter');
    await page.locator('.queue-what').filter({ hasText: '编制拨付' }).first().waitFor();
    expect(await page.locator('.queue-item').count()).toBe(before);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('loses nothing when the session ends, and goes on after signing in again', async () => {
    const { context, page } = await visit(browser, site, 'programme');
    await page.goto(`${site.origin}/app/parties/register`);
    await page.getByLabel('名称（中文）').fill('吴江区图书馆之友');
    await context.clearCookies();
    await page.locator('.action-form button[type="submit"]').click();
    const dialog = page.locator('dialog[open]');
    await dialog.waitFor();
    await lookAtWidths(page, 'real-session-ended-zh');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await dialog.getByLabel('电子邮箱').fill(emailOf('programme'));
    await dialog.getByLabel('密码').fill(DEMO_PASSWORD);
    await dialog.getByRole('button', { name: '登录' }).click();
    await dialog.getByLabel('验证码').fill(site.codeOf('programme'));
    await dialog.getByRole('button', { name: '继续' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByLabel('名称（中文）').inputValue()).toBe('吴江区图书馆之友');
    await context.close();
  });

  it('is told when the server cannot be reached, and keeps what was typed', async () => {
    const { context, page } = await visit(browser, site, 'programme');
    await page.goto(`${site.origin}/app/parties/register`);
    await page.getByLabel('名称（中文）').fill('嘉善县志愿者协会');
    await context.setOffline(true);
    await page.locator('.action-form button[type="submit"]').click();
    await page.locator('.offline-note').waitFor();
    expect(await page.getByLabel('名称（中文）').inputValue()).toBe('嘉善县志愿者协会');
    await context.setOffline(false);
    await page.locator('.offline-note').waitFor({ state: 'detached' });
    await context.close();
  });

  it('reaches the last of hundreds of parties, in the list and from a form', async () => {
    const { context, page, complaints } = await visit(browser, site, 'programme');
    await registerParties(context, site, 250);
    await page.goto(`${site.origin}/app/parties`);
    const end = page.locator('.list-end');
    await end.filter({ hasText: '还有更多' }).waitFor();
    for (let shown = 100; (await end.filter({ hasText: '已显示全部' }).count()) === 0; shown += 50) {
      await end.getByRole('button', { name: '显示更多' }).click();
      await page
        .locator('tbody tr')
        .nth(shown - 1)
        .or(end.filter({ hasText: '已显示全部' }))
        .first()
        .waitFor();
    }
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(250);
    await page.getByRole('link', { name: '众多机构 250', exact: true }).waitFor();
    await page.goto(`${site.origin}/app/pledges/record`);
    await page.locator('#party').fill('机构 250');
    await page.locator('[role="listbox"] [role="option"]', { hasText: '众多机构 250' }).click();
    expect(await page.locator('#party').inputValue()).toContain('众多机构 250');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('who is a member of an organization pledges for it, and sees no other', async () => {
    const { context, page, complaints } = await visit(browser, site, 'owner-npo-elder');
    await page.goto(`${site.origin}/app/pledges/record`);
    await page.locator('#party').click();
    const listed = page.locator('[role="listbox"] [role="option"]');
    await listed.first().waitFor();
    expect(await listed.count()).toBe(1);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('who presses twice does it once', async () => {
    const { context, page } = await visit(browser, site, 'programme');
    await page.goto(`${site.origin}/app/parties/register`);
    await page.getByLabel('名称（中文）').fill('青浦区读书会');
    await page.getByLabel('名称（英文）').fill('Qingpu Reading Club');
    const sent: string[] = [];
    page.on('request', (request) => {
      const body = request.postData() ?? '';
      if (body.includes('RegisterParty')) sent.push(body);
    });
    await page.locator('.action-form button[type="submit"]').dblclick();
    await page.waitForURL('**/app/parties**', { timeout: 20_000 });
    await untilRead(page);
    expect(sent).toHaveLength(1);
    await context.close();
  });
});
