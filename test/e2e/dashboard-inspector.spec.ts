import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinPages, readExport } from '#apps/replay/recorded-life';
import { replay } from '#libs/account/account.replay';
import { waitUntil } from '#libs/client/wait-until';
import { type DashboardPage, openBrowser, openDashboard } from '#test/support/dashboard-page';
import { growPast } from '#test/support/long-past';
import { startRuntime, type TestRuntime } from '#test/support/runtime';

let runtime: TestRuntime;
let browser: Browser;
let dashboard: DashboardPage;
let page: Page;
/** Connected, restarted, logged out and connected again: some thirty steps. */
let lived: string;
beforeAll(async () => {
  [runtime, browser] = await Promise.all([startRuntime(), openBrowser()]);
  lived = await liveALife('Sales Kyiv');
  dashboard = await openDashboard(browser, `${runtime.url}/dashboard/`);
  ({ page } = dashboard);
});
afterAll(async () => {
  await browser?.close();
  await runtime?.[Symbol.asyncDispose]();
});

const inspectorOf = (id: string, seq = ''): string => `#/accounts/${id}/inspector${seq}`;
const open = (hash: string, options: BrowserContextOptions = {}): Promise<DashboardPage> =>
  openDashboard(browser, `${runtime.url}/dashboard/${hash}`, options);
const drawn = (page: Page) => page.locator('.chart-frame[data-drawn]').waitFor();
const state = (page: Page, id: string) => page.locator(`.chart-state[data-state="${id}"]`);
const lit = (page: Page, id: string) => page.locator(`.chart-state[data-leaf][data-state="${id}"]`).waitFor();
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const boxOf = async (page: Page, selector: string) => (await page.locator(selector).boundingBox())!;
const field = (page: Page, name: string) => page.locator(`tr[data-field="${name}"]`);
/** What the frame of every page reads now and then: memory and node of all accounts. */
const FLEET = /\/api\/v1\/accounts\?/;

async function liveALife(label: string): Promise<string> {
  const { accounts } = runtime.client;
  const settings = { autoScanMs: 100, qrLifetimeMs: 60, readyMs: 60 };
  const { id } = await accounts.create({ label, provider: 'simulated', settings });
  await accounts.connect(id);
  await accounts.untilConnected(id);
  await accounts.restart(id);
  await accounts.untilConnected(id);
  await accounts.logout(id);
  await waitUntil(
    'at rest',
    () => accounts.get(id),
    ({ detail }) => detail === 'DISCONNECTED.idle',
  );
  await accounts.connect(id);
  await accounts.untilConnected(id);
  return id;
}

describe('the inspector in a real browser', () => {
  it('draws the machine of an account with what is true now, and what may happen next', async () => {
    await dashboard.visit(`#/accounts/${lived}`);
    await page.getByRole('link', { name: 'Inspector' }).click();
    await drawn(page);
    await lit(page, 'CONNECTED.online');
    expect(await page.locator('.chart-state').count()).toBe(18);
    expect(await page.locator('.chart-edge').count()).toBeGreaterThan(25);
    expect(await state(page, 'CONNECTED').getAttribute('data-active')).toBe('true');
    await page.locator('.chart-label', { hasText: 'qr [loginExpired]' }).first().waitFor();
    await page.locator('.chart-label', { hasText: 'launch 1 min' }).waitFor();
    await page.getByRole('region', { name: 'What may happen next' }).getByText('account.recycle').waitFor();
    await dashboard.picture('inspector');
    const [frame, foot] = [await boxOf(page, '.chart-frame'), await boxOf(page, '.chart-foot')];
    expect(foot.y).toBeGreaterThanOrEqual(frame.y + frame.height);
    expect(await dashboard.hindrances()).toEqual([]);
    expect([dashboard.complaints, dashboard.strangers]).toEqual([[], []]);
  });

  it('follows the account as it moves, counts down what runs, and asks for nothing while nothing happens', async () => {
    const { accounts } = runtime.client;
    const settings = { launchMs: 600_000, scan: 'manual', qrLifetimeMs: 600_000 } as const; // until it was seen
    const { id } = await accounts.create({ label: 'Watched', provider: 'simulated', settings });
    await dashboard.visit(inspectorOf(id));
    await drawn(page);
    await page.getByText('Nothing has happened yet').waitFor();
    await button(page, 'Connect').click();
    await lit(page, 'CONNECTING.launching');
    await page.getByText(/^launch [01]:\d\d$/).waitFor();
    await dashboard.picture('inspector-launching');
    await accounts.patch(id, { settings: { ...settings, launchMs: 20 } });
    await button(page, 'Restart').click();
    await lit(page, 'QR_READY');
    await expect.poll(() => page.locator('.chart-taken').count()).toBe(1);
    await page.getByText(/^scan [45]:\d\d$/).waitFor();
    await page.locator('.step-row').first().getByText('driver.qr').waitFor();
    await field(page, 'deadline').getByText('scan').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const counted = page.getByText(/^scan [45]:\d\d$/);
    const before = await counted.textContent();
    await expect.poll(() => counted.textContent()).not.toBe(before);
    expect(asked.filter((url) => !FLEET.test(url))).toEqual([]);
    await button(page, 'Disconnect').click();
    await lit(page, 'DISCONNECTED.idle');
    expect(dashboard.complaints).toEqual([]);
  });

  it('goes back in time by click, by keys and by address, and compares what was with what is', async () => {
    await dashboard.visit(inspectorOf(lived, '/1'));
    await drawn(page);
    await lit(page, 'CONNECTING.queued');
    await field(page, 'login').getByText('none').waitFor();
    await page.locator('.step-row').first().waitFor();
    await page.keyboard.press('ArrowRight');
    await lit(page, 'CONNECTING.launching');
    await page.waitForURL(/\/inspector\/2$/);
    await field(page, 'incarnation').getByText('1', { exact: true }).waitFor();

    await page.getByRole('radio', { name: 'Now' }).check();
    await field(page, 'login').getByText('saved').waitFor();
    expect(await field(page, 'login').textContent()).toBe('loginnonesaved');
    await field(page, 'state').getByText('CONNECTED.online').waitFor();
    await page.getByText('The same in both').waitFor();
    expect(await page.locator('.chart-state[data-present]').getAttribute('data-state')).toBe('CONNECTED.online');
    await dashboard.picture('inspector-compared');
    expect(await dashboard.hindrances()).toEqual([]);

    await page.getByRole('radio', { name: 'Step before' }).check();
    await field(page, 'state').getByText('CONNECTING.queued').waitFor();
    const row = page.locator('.step-row', { hasText: 'account.logout' }).getByRole('button');
    await row.click();
    await lit(page, 'DISCONNECTED.closing');
    await field(page, 'desired').getByText('DISCONNECTED').waitFor();
    await button(page, 'Connect').waitFor({ state: 'detached' });
    await button(page, 'Back to now').click();
    await lit(page, 'CONNECTED.online');
    await page.waitForURL(/\/inspector$/);
  });

  it('shows the step of a link in its list and what holds after it without being scrolled, however old it is', async () => {
    const { accounts } = runtime.client;
    const { id } = await accounts.create({ label: 'Restless', provider: 'simulated', settings: { scan: 'manual' } });
    await growPast(runtime.client, id, 120);
    for (const [account, seq] of [
      [lived, 6],
      [id, 2],
    ] as const) {
      await using dashboard = await open(inspectorOf(account, `/${seq}`));
      const { page } = dashboard;
      await drawn(page);
      const row = page.locator(`.step-row [aria-current=step][data-seq="${seq}"]`);
      await row.waitFor();
      const isSeen = async (): Promise<boolean> => {
        const [list, { y, height }] = [await boxOf(page, '.life-steps'), (await row.boundingBox())!];
        return y >= list.y - 1 && y + height <= 860;
      };
      await expect.poll(isSeen).toBe(true);
      await dashboard.picture(`inspector-linked-${seq}`);
      expect(await page.evaluate('scrollY')).toBe(0);
    }
  });

  it('lays out a machine that is not the one it came with, beside the page', async () => {
    await dashboard.visit(`#/accounts/${lived}`);
    await page.route('**/machines/account', async (route) => {
      const machine = await runtime.client.machines.account();
      const more = { parent: null, initial: null, description: 'Of a later version.', entry: [], exit: [] };
      await route.fulfill({ json: { ...machine, states: [...machine.states, { id: 'PAUSED', ...more }] } });
    });
    await page.getByRole('link', { name: 'Inspector' }).click();
    await drawn(page);
    await state(page, 'PAUSED').waitFor();
    expect(page.workers().map((worker) => worker.url())).toEqual([expect.stringContaining('elk-worker')]);
    expect([dashboard.complaints, dashboard.strangers]).toEqual([[], []]);
  });

  it('says when the machine could not be read, and reads it again when asked to', async () => {
    await dashboard.visit(`#/accounts/${lived}`);
    await page.route('**/machines/account', (route) => route.abort());
    await page.getByRole('link', { name: 'Inspector' }).click();
    await page.getByText('The machine could not be drawn').waitFor();
    await page.locator('.step-row').first().waitFor();
    await page.unroute('**/machines/account');
    await button(page, 'Try again').click();
    await drawn(page);
  });

  it('tells of a step that does not exist', async () => {
    for (const seq of ['/4000', '/1e24', `/${'9'.repeat(30)}`]) {
      await dashboard.visit(inspectorOf(lived, seq));
      await page.getByText('no step with this number').waitFor();
      await page.getByRole('heading', { name: 'Sales Kyiv' }).waitFor();
    }
  });

  it('finds steps by what they are about', async () => {
    await dashboard.visit(inspectorOf(lived));
    const rows = page.locator('.step-row');
    await rows.first().waitFor();
    const all = await rows.count();
    await page.getByLabel('Search the history').fill('logout closing');
    await page.getByText(`1 of ${all} steps`).waitFor();
    await page.getByLabel('Search the history').fill('');
    await page.getByLabel('Cause').selectOption('requested');
    await page.getByText(`4 of ${all} steps`).waitFor();
    await page.getByLabel('Only failures').check();
    await page.getByText('No step matches the filter').waitFor();
    await button(page, 'Clear the filter').click();
    expect(await rows.count()).toBe(all);
  });

  it('saves what npm run replay takes', async () => {
    await dashboard.visit(inspectorOf(lived));
    const coming = page.waitForEvent('download');
    await button(page, 'Export').click();
    const read = readExport(await readFile(await (await coming).path(), 'utf8'));
    if (!read.ok) throw new Error(read.why);
    const joined = joinPages([read.page]);
    if (!joined.ok) throw new Error(joined.why);
    expect(replay(joined.life)).toMatchObject({ differences: [], reachedEnd: true });
  });

  it('is moved and enlarged by mouse and by touch', async () => {
    await using dashboard = await open(inspectorOf(lived), { hasTouch: true });
    const { page } = dashboard;
    await drawn(page);
    await button(page, 'Show all').click();
    const scale = async () => Number(/scale\(([\d.]+)\)/.exec((await picture.getAttribute('transform')) ?? '')?.[1]);
    const picture = page.locator('.chart-frame > g');
    const whole = await scale();
    const { x, y } = (await state(page, 'QR_READY').boundingBox())!;
    await page.mouse.move(x + 20, y + 10);
    await page.mouse.down();
    await page.mouse.move(x + 80, y + 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => (await state(page, 'QR_READY').boundingBox())!.x).toBeCloseTo(x + 60, 0);
    expect(await page.locator('.chart-state[data-chosen]').count()).toBe(0);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await expect.poll(scale).toBeGreaterThan(whole * 1.3);

    await button(page, 'Show all').click();
    await expect.poll(scale).toBeCloseTo(whole);
    const fingers = await page.context().newCDPSession(page);
    const touch = (type: string, apart: number) =>
      fingers.send('Input.dispatchTouchEvent', {
        type: type as 'touchStart',
        touchPoints: type === 'touchEnd' ? [] : [-apart, apart].map((dx, id) => ({ id, x: 700 + dx, y: 400 })),
      });
    await touch('touchStart', 50);
    for (const apart of [70, 90, 110]) await touch('touchMove', apart);
    await touch('touchEnd', 0);
    await expect.poll(scale).toBeGreaterThan(whole * 1.3);
  });

  it('is chosen, moved and enlarged by keys, and told as text', async () => {
    await dashboard.visit(inspectorOf(lived));
    await drawn(page);
    const picture = page.locator('.chart-frame > g');
    const near = await picture.getAttribute('transform');
    await page.locator('.chart-frame').focus();
    await page.keyboard.press('0');
    await expect.poll(() => picture.getAttribute('transform')).not.toBe(near);
    const whole = await picture.getAttribute('transform');
    for (const key of ['+', 'ArrowLeft', '+']) await page.keyboard.press(key);
    await expect.poll(() => picture.getAttribute('transform')).not.toBe(whole);
    await page.keyboard.press('0');
    await expect.poll(() => picture.getAttribute('transform')).toBe(whole);
    await state(page, 'CONNECTING.backingOff').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'CONNECTING.backingOff' }).waitFor();
    await page.getByText('deadline.backoff').first().waitFor();
    await dashboard.picture('inspector-chosen');
    await page.getByText('The machine as text').click();
    await page
      .locator('.chart-outline li', { hasText: 'CONNECTING.launching' })
      .getByText('loginExpired')
      .first()
      .waitFor();
  });

  it.each([
    ['dark', { colorScheme: 'dark' }, 'Inspector', 'What may happen next', 'launch 1 min'],
    ['uk', { locale: 'uk-UA' }, 'Інспектор', 'Що може статися далі', 'launch 1 хв'],
    [
      'ru-phone',
      { locale: 'ru-RU', viewport: { width: 360, height: 740 } },
      'Инспектор',
      'Что может произойти дальше',
      'launch 1 мин',
    ],
  ] as const)('is whole in another guise: %s', async (name, options, title, next, wait) => {
    await using dashboard = await open(inspectorOf(lived), options);
    const { page } = dashboard;
    await drawn(page);
    await lit(page, 'CONNECTED.online');
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByRole('heading', { level: 3, name: next }).waitFor();
    await page.locator('.chart-label', { hasText: wait }).waitFor();
    await page.locator('.step-row').first().waitFor();
    await dashboard.picture(`inspector-${name}`);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBe(page.viewportSize()!.width);
    if (name !== 'uk') expect(await dashboard.hindrances()).toEqual([]); // words change nothing that axe looks at
    expect(dashboard.complaints).toEqual([]);
  });
});
