/** The screens of the workspaces in a real browser: accessible, fit for a phone, photographed; forms that keep what was typed. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  bringAxe,
  findAccessibilityFaults,
  isWiderThanWindow,
  launchBrowser,
  lookAtWidths,
} from './support/browser.ts';
import { sampleShare } from './samples/compensation.ts';
import { serveSamples, SIGNED_IN } from './support/serve-samples.ts';
import type { SampleSite } from './support/serve-samples.ts';

let browser: Browser;
let site: SampleSite;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  site = await serveSamples();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

async function openPage(locale: string, signedIn: boolean): Promise<void> {
  const context = await browser.newContext({ locale, viewport: { width: 390, height: 844 } });
  await bringAxe(context);
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' && !/4\d\d|500/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  complaints.length = 0;
  if (signedIn) await context.addCookies([{ name: SIGNED_IN, value: 'yes', url: site.origin }]);
}

const SCREENS = [
  ['rounds', '/rounds'],
  ['open-round', '/rounds/open'],
  ['round', '/rounds/round'],
  ['amend-round', '/rounds/round/rules'],
  ['open-pool', '/rounds/round/pools/open'],
  ['pool', '/rounds/round/pools/pool'],
  ['pledges', '/pledges'],
  ['record-pledge', '/pledges/record'],
  ['pledge', '/pledges/0b6f5f3e'],
  ['conditional-pledge', '/pledges/conditional'],
  ['proposals', '/proposals'],
  ['proposal', '/proposals/proposal'],
  ['new-proposal', '/proposals/submit'],
  ['allocations', '/allocations'],
  ['allocation', '/allocations/run'],
  ['lab', '/allocations/lab'],
  ['lab-snapshot', '/allocations/lab/snapshot?draft=draft'],
  ['compensations', '/compensations'],
  ['compensation', '/compensations/compensation'],
  ['prepare-compensation', '/compensations/prepare?revises=compensation'],
  ['queue', '/'],
  ['awards', '/awards'],
  ['award', '/awards/award'],
  ['disbursements', '/disbursements'],
  ['disbursement', '/disbursements/disbursement'],
  ['management-costs', '/management-costs'],
  ['propose-cost', '/management-costs/propose'],
  ['management-cost', '/management-costs/cost'],
  ['reports', '/reports'],
  ['ledger', '/ledger'],
  ['ledger-checks', '/ledger/checks'],
  ['accounts', '/ledger/accounts?kind=restricted-fund'],
  ['statements', '/ledger/statements?report=activities&from=2026-01-01&through=2026-03-31'],
  ['fund-statement', '/ledger/statements?report=funds&from=2026-01-01&through=2026-03-31'],
  ['balance-sheet', '/ledger/statements?report=position&through=2026-03-31'],
  ['receivables', '/ledger/statements?report=receivables&through=2026-03-31'],
  ['journal', '/ledger/journal?fund=pledge-p&nature=contribution'],
  ['entry', '/ledger/entries/pledge-receipt:r1'],
  ['parties', '/parties'],
  ['party', '/parties/p3'],
  ['register-party', '/parties/register'],
  ['funds', '/funds'],
  ['bank', '/bank'],
  ['clearing', '/clearing'],
  ['gifts', '/gifts'],
  ['transfer-gift', '/gifts/d9'],
  ['entries', '/entries'],
  ['prepare-entry', '/entries/prepare'],
  ['hand-entry', '/entries/e1'],
  ['periods', '/periods'],
  ['period', '/periods/2026-03'],
  ['people', '/people'],
  ['policies', '/policies'],
  ['account', '/account'],
  ['audit', '/audit'],
  ['failing', '/rounds/2026-1'],
  ['missing', '/nowhere'],
] as const;

/** Of the line that the bank says nothing of: a payment, and a management cost. */
async function choosePaymentsThatCameBack(): Promise<void> {
  const choices = page.locator('tr', { hasText: '20260318-00012' }).locator('details');
  for (const choice of [choices.nth(1), choices.nth(2)]) {
    await choice.locator('summary').click();
    await choice.locator('select').selectOption({ index: 1 });
    await choice.getByRole('button').waitFor();
  }
}

describe.each([
  ['zh', 'zh-CN'],
  ['en', 'en-GB'],
])('workspaces in %s', (language, locale) => {
  beforeAll(async () => {
    await openPage(locale, true);
  });

  it.each(SCREENS)('%s passes axe, fits a phone and breaks no policy', async (name, path) => {
    complaints.length = 0;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${site.origin}/app${path}`);
    await page.waitForSelector('h1, .state-error');
    await page.locator('.state-loading').first().waitFor({ state: 'detached' });
    if (name === 'bank') await choosePaymentsThatCameBack();
    const faults = await findAccessibilityFaults(page);
    await lookAtWidths(page, `app-${name}-${language}`);
    expect(faults).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe('signing in', () => {
  beforeEach(() => openPage('zh-CN', false));

  it('says that the pair is wrong and keeps the e-mail', async () => {
    await page.goto(`${site.origin}/app/`);
    await page.getByLabel('电子邮箱').fill('zhou@fund.example');
    await page.getByLabel('密码').fill('not-it');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toBe('邮箱或密码不对，请重新输入。');
    expect(await page.getByLabel('电子邮箱').inputValue()).toBe('zhou@fund.example');
    await lookAtWidths(page, 'app-sign-in-zh');
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });
});

describe('a part of a form that is removed', () => {
  beforeEach(() => openPage('zh-CN', true));

  it('leaves the focus with what is around it', async () => {
    await page.goto(`${site.origin}/app/entries/prepare`);
    await page.getByRole('button', { name: '增加一行' }).press('Enter');
    await page.getByRole('button', { name: '删除第 3 行' }).press('Enter');
    await page.locator('fieldset:focus', { hasText: '分录' }).waitFor();
    await page.goto(`${site.origin}/app/proposals/submit`);
    const add = page.getByRole('button', { name: '增加里程碑' });
    await add.press('Enter');
    await add.press('Enter');
    await page.getByRole('button', { name: '删除里程碑 2' }).press('Enter');
    await page.locator('fieldset:focus', { hasText: '里程碑' }).waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });
});

describe('a form', () => {
  beforeEach(() => openPage('zh-CN', true));

  it('shows a fault beside its field and loses nothing', async () => {
    await page.goto(`${site.origin}/app/pledges/0b6f5f3e`);
    await page.getByLabel('金额（元）').fill('30000.50');
    await page.getByLabel('银行流水号').fill('20260320-00871');
    await page.getByRole('button', { name: '登记到账' }).click();
    await page.getByText('这个银行流水号已经登记过，请与对账单核对。').waitFor();
    expect(await page.getByLabel('银行流水号').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('金额（元）').inputValue()).toBe('30000.50');
  });

  it('takes a problem from a file and shows at once what it comes to, or says where the file is wrong', async () => {
    await page.goto(`${site.origin}/app/compensations/prepare`);
    const load = (text: string) =>
      page.setInputFiles('#problem-file', {
        name: 'problem.json',
        mimeType: 'application/json',
        buffer: Buffer.from(text),
      });
    await load(sampleShare.problemJson.replace('"sharedMinor":"', '"sharedMinor":"-'));
    await page.getByText('文件不是有效的问题，请检查：$.rule.sharedMinor。').waitFor();
    await load(sampleShare.problemJson);
    await page.getByText('≈¥31,333,333.33').waitFor();
    await page.getByLabel('共用部分（元）').fill('0');
    await page.getByText('各属地已付清').waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: '¥21,000,000.00' }).first().waitFor();
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });

  it('is still there after the page was left', async () => {
    await page.goto(`${site.origin}/app/parties/register`);
    await page.getByLabel('名称（中文）').fill('吴江区图书馆');
    await page.goto(`${site.origin}/app/parties`);
    await page.goto(`${site.origin}/app/parties/register`);
    await page.getByText('已恢复您上次没有提交的内容。').waitFor();
    expect(await page.getByLabel('名称（中文）').inputValue()).toBe('吴江区图书馆');
  });
});

describe('an award', () => {
  beforeEach(() => openPage('zh-CN', true));

  it('is offered to be prepared where no award holds the money yet, each under the name of its project', async () => {
    await page.goto(`${site.origin}/app/awards`);
    const offered = page.locator('[aria-labelledby="to-award"]').getByRole('button');
    await offered.first().waitFor();
    expect(await offered.count()).toBe(1);
    await page.getByRole('button', { name: '编制协议 嘉善罗星街道跨区域养老日托中心' }).waitFor();
  });

  it('shows who signed it and when, long after', async () => {
    await page.goto(`${site.origin}/app/awards/award`);
    await page.getByText('王芳，2026年3月5日').waitFor();
  });
});

describe('a member of two organizations', () => {
  beforeEach(() => openPage('zh-CN', true));

  it('sees the awards of either, and proposes for the one they choose', async () => {
    const memberships = [
      { partyId: 'p3', role: 'OWNER', partyName: { zh: '银龄中心', en: 'Silver Age' } },
      { partyId: 'p4', role: 'OWNER', partyName: { zh: '社区学堂', en: 'Community School' } },
    ];
    const asked: { operationName: string; variables: Record<string, unknown> }[] = [];
    await page.route('**/graphql', async (route) => {
      const sent = route.request().postDataJSON() as (typeof asked)[number];
      asked.push(sent);
      if (sent.operationName !== 'Start' && sent.operationName !== 'OwnOrganizations')
        return route.continue();
      const { data } = (await (await route.fetch()).json()) as { data: { viewer?: object } | null };
      const person = { id: 'member', name: '王芳', roles: [], memberships };
      return route.fulfill({ json: { data: { ...data, viewer: { person } } } });
    });
    const grantee = () =>
      asked.findLast(({ operationName }) => operationName === 'Awards')?.variables.grantee;
    await page.goto(`${site.origin}/app/awards`);
    const chooser = page.getByLabel('代表的机构');
    await chooser.waitFor();
    await expect.poll(grantee).toBe('p3');
    await chooser.selectOption({ label: '社区学堂' });
    await page.waitForURL('**/awards?party=p4');
    await expect.poll(grantee).toBe('p4');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.goto(`${site.origin}/app/proposals/submit?party=p4`);
    await page.getByText('申请进入：').waitFor();
    expect(await chooser.inputValue()).toBe('p4');
  });
});

describe('a document that is not taken', () => {
  beforeEach(() => openPage('zh-CN', true));

  it('is said beside its field, which has the focus', async () => {
    await page.route('**/entry-documents/**', (route) =>
      route.fulfill({
        status: 400,
        json: {
          code: 'INVALID_INPUT',
          message: '',
          faults: [{ path: 'file', reason: 'file-kind', message: '' }],
        },
      }),
    );
    await page.goto(`${site.origin}/app/entries/prepare`);
    const file = { name: '余额表.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<html>') };
    await page.locator('#documents').setInputFiles(file);
    await page.getByRole('button', { name: '提交审批' }).press('Enter');
    await page.locator('.field-error').waitFor();
    await page.locator('#documents:focus').waitFor();
  });
});

describe('a long list', () => {
  it('is shown to its end by keyboard, and found again on the way back', async () => {
    await openPage('zh-CN', true);
    await page.goto(`${site.origin}/app/parties`);
    const told = page.locator('.list-end [role="status"]');
    await page.locator('.list-end', { hasText: '已显示 50 条，还有更多' }).waitFor();
    await page.getByRole('button', { name: '显示更多' }).focus();
    for (const shown of [100, 150, 200, 250, 253]) {
      await page.keyboard.press('Enter');
      await page
        .locator('tbody tr')
        .nth(shown - 1)
        .waitFor();
    }
    await page.locator('.list-end', { hasText: '已显示全部 253 条' }).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(253);
    // Whoever pressed the button that has gone stands where it stood.
    expect(await told.evaluate((status) => document.activeElement === status)).toBe(true);
    await page.locator('tbody tr').last().locator('a').click();
    await page.waitForURL('**/parties/many-250');
    await page.goBack();
    await page.locator('.list-end', { hasText: '已显示全部 253 条' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('is searched by the server for words of a name, which the address keeps', async () => {
    await openPage('zh-CN', true);
    await page.goto(`${site.origin}/app/parties?kind=SOCIAL_ORGANIZATION`);
    await page.getByLabel('查找').fill('服务社 25');
    await page.waitForURL((url) => url.searchParams.get('q') === '服务社 25');
    await page.locator('.list-end', { hasText: '已显示全部 4 条' }).waitFor();
    await page.getByRole('link', { name: '社区服务社 250' }).click();
    await page.waitForURL('**/parties/many-250');
    await page.goBack();
    await page.getByRole('link', { name: '社区服务社 250' }).waitFor();
    expect(await page.getByLabel('查找').inputValue()).toBe('服务社 25');
    await page.getByLabel('查找').fill('没有这样的');
    await page.locator('.state-title', { hasText: '没有符合条件的内容' }).waitFor();
    expect(await page.locator('.list-end [role="status"]').innerText()).toBe('没有符合条件的内容');
  });
});

describe('a picker', () => {
  it('reaches every party by typing, and names the one of a restored draft', async () => {
    const name = 'Community Service 250';
    await openPage('en-GB', true);
    await page.goto(`${site.origin}/app/pledges/record`);
    const picker = page.locator('#party');
    const listed = page.locator('[role="listbox"] [role="option"]');
    await picker.click();
    await listed.nth(20).waitFor();
    await lookAtWidths(page, 'app-picker-open-en');
    await picker.fill('250');
    await listed.filter({ hasText: name }).waitFor();
    await listed.nth(1).waitFor({ state: 'detached' });
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await picker.inputValue()).toContain(name);
    await page.goto(`${site.origin}/app/parties`);
    await page.goto(`${site.origin}/app/pledges/record`);
    await page.locator('.note-draft').waitFor();
    await page.waitForFunction(
      (wanted) => document.querySelector<HTMLInputElement>('#party')?.value.includes(wanted),
      name,
    );
    await picker.focus();
    await page.keyboard.press('Tab');
    expect(await picker.inputValue()).toContain(name);
    expect(complaints).toEqual([]);
  });
});

describe('a draft of the allocation lab', () => {
  beforeEach(() => openPage('zh-CN', true));

  it('is kept as the browser computed it, and put forward with a change by hand, its reason, and what moved in view', async () => {
    const sent: { operationName: string; variables: { input: Record<string, unknown> } }[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql')) sent.push(request.postDataJSON() as (typeof sent)[number]);
    });
    const inputOf = (name: string) =>
      sent.findLast(({ operationName }) => operationName === name)?.variables.input;
    await page.goto(`${site.origin}/app/allocations/lab/snapshot?draft=draft`);
    await page.getByLabel('草案名称').fill('供执委会讨论');
    await page.getByRole('button', { name: '保存为草案' }).click();
    await page.getByText('已保存。').waitFor();
    expect(inputOf('KeepAllocationDraft')).toMatchObject({
      ...{ snapshot: 'snapshot', name: '供执委会讨论' },
      resultHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as unknown,
    });
    await page.getByRole('button', { name: '增加一项人工调整' }).click();
    await page.getByText('草案给 ¥3,000,000.00；这个基金还剩 ¥0.00').waitFor();
    await page.getByLabel('调整后的金额（元）').fill('1000000');
    const reason = page.getByLabel('调整理由');
    await page.getByRole('button', { name: '提交审批' }).click();
    await page.locator('.field-wrong', { has: reason }).waitFor();
    await reason.fill('冬季前必须开工。');
    await page.getByRole('button', { name: '提交审批' }).click();
    await page.getByRole('heading', { name: '快照之后有了这些变化' }).waitFor();
    await page.locator('.error-summary:focus').waitFor();
    expect(await page.locator('[aria-labelledby="moved"] tbody').innerText()).toMatch(
      /3,000,000\.00[^]*2,500,000\.00[^]*不足以执行/,
    );
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await reason.fill('冬季前必须开工；快照已重新核对。');
    await page.getByRole('button', { name: '提交审批' }).click();
    await page.waitForURL('**/app/allocations/run');
    expect(inputOf('PutDraftForward')).toMatchObject({
      ...{ draft: 'draft', reason: '冬季前必须开工；快照已重新核对。' },
      changes: [{ fund: 'f1', project: 'project', amountMinor: '100000000' }],
    });
  });
});

describe('the bench of the allocation lab', () => {
  beforeEach(() => openPage('zh-CN', true));

  it('says which weight is wrong in place of a result, and finds the trials again after the page was left', async () => {
    await page.goto(`${site.origin}/app/allocations/lab/snapshot`);
    await page.getByRole('heading', { name: '分配前后的覆盖' }).waitFor();
    await page.getByText('属地和领域的权重').first().click();
    const weight = page.getByLabel('嘉善', { exact: true }).first();
    await weight.fill('abc');
    await page.getByText('请改正方案 A：先抬高最低的权重').waitFor();
    expect(await page.locator('.state-loading').count()).toBe(0);
    await weight.fill('7/4');
    await page.getByRole('heading', { name: '分配前后的覆盖' }).waitFor();
    await page.reload();
    await page.getByText('属地和领域的权重').first().click();
    expect(await weight.inputValue()).toBe('7/4');
    await page.getByRole('button', { name: '恢复最初的方案' }).click();
    expect(await weight.inputValue()).toBe('3/2');
    await page.reload();
    await page.getByRole('heading', { name: '分配前后的覆盖' }).waitFor();
    expect(await page.getByRole('button', { name: '恢复最初的方案' }).count()).toBe(0);
  });

  it('brings the reasons of a line into view and leads back to it, and a trial that is removed leaves the focus near', async () => {
    await page.goto(`${site.origin}/app/allocations/lab/snapshot`);
    const line = page.getByRole('button', { name: '青浦社区诊所' });
    await line.press('Enter');
    await page.locator('h3:focus', { hasText: '青浦社区诊所' }).waitFor();
    await page.getByRole('button', { name: '收起，回到这一项' }).press('Enter');
    expect(await line.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: '移除方案 C：按评分高低' }).press('Enter');
    await page.locator('section:focus', { hasText: '试算方案' }).waitFor();
  });

  it('does not offer to put forward what departs from the published rules', async () => {
    await page.goto(`${site.origin}/app/allocations/lab/snapshot?draft=departing`);
    await page.getByText('这份草案的规则、层级或权重与第 1 版轮次规则不同').waitFor();
    await page.locator('legend', { hasText: '方案 A：草案“按需求比例，供执委会讨论”' }).waitFor();
    expect(await page.getByRole('button', { name: '提交审批' }).count()).toBe(0);
  });
});

describe('a step that needs a code', () => {
  it.each([
    ['zh-CN', '批准', '有人工调整的分配 · 批准', '2026 年第一批公共服务清单'],
    ['en-GB', 'Approve', 'Allocation changed by hand · approve', 'Public-service list, first batch of 2026'],
  ])('says in %s what is confirmed, and gives the focus back', async (locale, approve, what, which) => {
    await openPage(locale, true);
    await page.goto(`${site.origin}/app/allocations/run`);
    const button = page.locator('.approval').getByRole('button', { name: approve }).first();
    await button.press('Enter');
    await page.locator('dialog[open] button').first().press('Enter');
    const code = page.locator('#confirm-code');
    await code.waitFor();
    expect(await page.locator('dialog[open] dd').allInnerTexts()).toEqual([what, which, '¥2,400,000.00']);
    // Whoever does not see it hears it: the focus is in the field below.
    const described = await page.locator('dialog[open]').getAttribute('aria-describedby');
    expect(await page.locator(`#${described ?? ''}`).innerText()).toContain(which);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.keyboard.type('000000');
    await page.keyboard.press('Enter');
    await page.locator('dialog[open] .field-error').waitFor();
    await page.keyboard.type('123456');
    expect(await code.inputValue()).toBe('123456');
    await page.keyboard.press('Escape');
    await code.waitFor({ state: 'hidden' });
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    // Cancelling is no error: it is said, and not in red.
    await page.locator('.approval [role="status"]').waitFor();
    expect(await page.locator('[role="alert"]').count()).toBe(0);
    await lookAtWidths(page, `app-code-cancelled-${locale}`);
  });
});

describe('a policy that waits', () => {
  it.each([
    ['zh-CN', '批准生效'],
    ['en-GB', 'Put in force'],
  ])(
    'says in %s what holds now and what would, before it is signed and where the code is asked for',
    async (locale, approve) => {
      await openPage(locale, true);
      // The Council puts policies in force.
      await page.route('**/graphql', async (route) => {
        const answer = await route.fetch();
        const text = await answer.text();
        await route.fulfill({ response: answer, body: text.replace('"ADMINISTRATOR"', '"COUNCIL"') });
      });
      await page.goto(`${site.origin}/app/policies`);
      await page.getByRole('button', { name: approve }).first().press('Enter');
      const values = page.locator('dialog[open] dd');
      await values.first().waitFor();
      const changes = ['1 → 2', '¥50,000,000.00 → ¥10,000,000.00'];
      expect(await values.allInnerTexts()).toEqual(expect.arrayContaining(changes));
      expect(await findAccessibilityFaults(page)).toEqual([]);
      await page.locator('dialog[open] button').first().press('Enter');
      await page.locator('#confirm-code').waitFor();
      const asked = await values.allInnerTexts();
      expect(asked).toEqual(expect.arrayContaining([...changes, '审计建议']));
      // Who may approve changes too.
      expect(asked.filter((text) => text.includes('→'))).toHaveLength(3);
      expect(await findAccessibilityFaults(page)).toEqual([]);
      await lookAtWidths(page, `app-policy-code-${locale}`);
    },
  );
});

describe('an administrator', () => {
  beforeEach(() => openPage('zh-CN', true));

  it('sees where somebody is signed in, and gives them an organization', async () => {
    await page.goto(`${site.origin}/app/people`);
    await page.getByRole('button', { name: '管理 陈静' }).click();
    await page.getByText('203.0.113.7').waitFor();
    await page.getByRole('button', { name: '重新发送邀请' }).waitFor();
    const name = '社区服务社 250';
    const organization = page.locator('#managed-organization');
    await organization.fill('服务社 250');
    await page.getByRole('option', { name }).waitFor();
    // By keyboard: the list shrinks and moves as it finds, and scrolling to it would hide it.
    await organization.press('ArrowDown');
    await organization.press('Enter');
    await page.getByRole('group', { name: '所属组织' }).first().getByRole('button', { name: '添加' }).click();
    await page.getByRole('button', { name: `移除 ${name}` }).waitFor();
    expect(await isWiderThanWindow(page)).toBe(false);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await lookAtWidths(page, 'app-manage-person-zh');
  });

  it('changes one thing about how payments are approved, and keeps what else holds', async () => {
    await page.goto(`${site.origin}/app/policies`);
    const council = page.locator('input[name="councilAboveMinor"]');
    expect(await council.inputValue()).toBe('50000000.00');
    await page.locator('select[name="kind"]').selectOption('ALLOCATION');
    expect(await council.inputValue()).toBe('');
    expect(await page.locator('select[name="approvalsNeeded"]').inputValue()).toBe('2');
    await page.locator('select[name="kind"]').selectOption('DISBURSEMENT');
    expect(await council.inputValue()).toBe('50000000.00');
    await page.getByText('¥50,000,000.00 → ¥10,000,000.00').waitFor();
  });
});
