/** Signing in as people meet it, in a real browser against the whole platform: set up, replayed, reused, expired, wrong device. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../support/authenticator.ts';
import { freePort, startPlatform, type RunningPlatform } from '../support/running-platform.ts';
import { findAccessibilityFaults, launchBrowser, lookAtWidths } from './support/browser.ts';

const ADMINISTRATOR = { email: 'admin@example.org', password: 'a-password-of-the-test' };

let platform: RunningPlatform;
let data: string;
let browser: Browser;
let page: Page;
const authenticator = new Authenticator();

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'supply-sign-in-'));
  browser = await launchBrowser();
  const environment = {
    SUPPLY_DATA_DIR: data,
    SUPPLY_FIRST_ADMIN_EMAIL: ADMINISTRATOR.email,
    SUPPLY_FIRST_ADMIN_PASSWORD: ADMINISTRATOR.password,
  };
  platform = await startPlatform(environment, await freePort());
});

afterAll(async () => {
  await browser.close();
  await platform.stop();
  await rm(data, { recursive: true, force: true });
});

/** Another device: nothing of the last one is left. */
async function openDevice(): Promise<void> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  await page.goto(`${platform.origin}/app/`);
}

async function givePassword(password = ADMINISTRATOR.password): Promise<void> {
  await page.getByLabel('E-mail').fill(ADMINISTRATOR.email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function giveCode(code: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}

const alert = () => page.getByRole('alert').innerText();
const signedIn = () => page.getByRole('link', { name: 'Administrator' }).waitFor();

describe('signing in', () => {
  let recoveryCodes: string[] = [];

  it('sets up a second factor the first time, and says when a code is wrong', async () => {
    await openDevice();
    await givePassword();
    await page.getByRole('heading', { name: 'Set up your second factor' }).waitFor();
    authenticator.secret = (await page.locator('strong.code').innerText()).trim();
    await lookAtWidths(page, 'sign-in-enrol-en');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await giveCode('000000');
    expect(await alert()).toContain('wrong, too old or was used');
    await giveCode(authenticator.nextCode());
    await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor();
    recoveryCodes = await page.locator('.recovery-codes li').allInnerTexts();
    expect(recoveryCodes).toHaveLength(10);
    await lookAtWidths(page, 'sign-in-recovery-en');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await signedIn();
  });

  it('refuses on another device a code that was used, and takes a recovery code once', async () => {
    const used = authenticator.codeAt(authenticator.lastStep * 30_000);
    await openDevice();
    await givePassword();
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await giveCode(used);
    expect(await alert()).toContain('used before');
    await giveCode(recoveryCodes[0] ?? '');
    await signedIn();
    await openDevice();
    await givePassword();
    await giveCode(recoveryCodes[0] ?? '');
    expect(await alert()).toContain('used before');
  });

  it('goes on at the code after the page was left, and shows where one is signed in', async () => {
    await openDevice();
    await givePassword();
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    await giveCode(recoveryCodes[1] ?? '');
    await signedIn();
    await page.getByRole('link', { name: 'Administrator' }).click();
    await page.getByRole('button', { name: 'End all others' }).click();
    await page.getByRole('button', { name: 'End all others' }).waitFor({ state: 'detached' });
    expect(await page.getByText('this one').count()).toBe(1);
  });

  it('is slow for whoever guesses, and says how it goes on', async () => {
    await openDevice();
    for (let guess = 0; guess < 8; guess += 1) {
      await givePassword('a wrong guess again');
      await page.getByRole('alert').waitFor();
    }
    await givePassword('a wrong guess again');
    await page.getByText('Too many attempts').waitFor();
  });

  it('says that a link from a mail has expired', async () => {
    await openDevice();
    await page.goto(`${platform.origin}/app/#link=long-gone`);
    await page.reload();
    await page.getByLabel('Password').fill('four unrelated words');
    await page.getByRole('button', { name: 'Save the password' }).click();
    expect(await alert()).toContain('used or has expired');
  });
});
