import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layLine } from '#test/support/cuttable-line';
import { playFleet } from '#test/support/dashboard-fleet';
import { openBrowser, openDashboard } from '#test/support/dashboard-page';
import { startRuntime, type TestRuntime } from '#test/support/runtime';

const apiKey = 'a-key-for-the-dashboard-0123456789';

let runtime: TestRuntime;
let browser: Browser;
beforeAll(async () => {
  [runtime, browser] = await Promise.all([startRuntime({ API_KEYS: apiKey }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await runtime?.[Symbol.asyncDispose]();
});

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
/** Beside the name of the account. */
const status = (page: Page, word: string) => page.locator('.account-title .status', { hasText: wholly(word) });
const rowStatus = (page: Page, word: string) => page.locator('.rows .status', { hasText: wholly(word) });
/** “Disconnected” ends as “Connected” does. */
const wholly = (word: string) => new RegExp(`^${word}$`);

/** Codes that are replaced soon, and a login that takes a moment, so that a person (and a test) can watch. */
const WATCHABLE = { launchMs: 700, qrLifetimeMs: 1_500, readyMs: 1_000, readMs: 300, jitter: 0 };

describe('the dashboard in a real browser', () => {
  it('asks for the key once, and keeps it for the tab', async () => {
    await using dashboard = await openDashboard(browser, runtime.url);
    const { page } = dashboard;
    await heading(page, 'This Muster asks for a key').waitFor();
    await dashboard.picture('key');
    expect(await dashboard.hindrances()).toEqual([]);
    await page.getByLabel('API key').fill('not-this-one');
    await button(page, 'Open').click();
    await page.getByText('This key is not accepted.').waitFor();
    await page.getByLabel('API key').fill(apiKey);
    await button(page, 'Open').click();
    await page.getByText('No accounts yet').waitFor();
    await page.reload();
    await page.getByText('No accounts yet').waitFor();
  });

  it('goes the whole way: added, scanned, connected, written from, restarted, logged out, deleted', async () => {
    await using dashboard = await openDashboard(browser, runtime.url, { apiKey });
    const { page } = dashboard;
    await page.waitForURL(/\/dashboard\/$/);
    await page.getByText('No accounts yet').waitFor();
    await dashboard.picture('fleet-empty');
    await button(page, 'Add account').first().click();
    await page.getByLabel('Label').fill('Sales Kyiv');
    await page.getByLabel('Simulated').check();
    await dashboard.picture('add');
    await button(page, 'Add').click();
    await heading(page, 'Sales Kyiv').waitFor();
    const id = page.url().split('/').at(-1)!;
    // Its codes stay until they were seen; the next session has a phone at hand.
    await runtime.client.accounts.patch(id, { settings: { ...WATCHABLE, scan: 'manual' } });

    await button(page, 'Connect').click();
    await page.getByAltText('QR code to scan with the phone').waitFor();
    const code = page.getByText(/^code \d+$/);
    const first = await code.textContent();
    await expect.poll(() => code.textContent()).not.toBe(first);
    await dashboard.picture('account-qr');
    expect(await dashboard.hindrances()).toEqual([]);
    await runtime.client.accounts.patch(id, { settings: WATCHABLE });
    await button(page, 'Restart').click();
    await status(page, 'Connected').waitFor();
    await page.locator('.timeline').getByText('Authenticating').first().waitFor();

    await page.getByLabel('To', { exact: true }).fill('+380501112233');
    await page.getByLabel('Message', { exact: true }).fill('Good morning from the dashboard');
    await button(page, 'Send').click();
    await page.locator('.message', { hasText: 'Good morning' }).getByText('Read').waitFor();
    await page.locator('.timeline').getByText('driver.ready').first().waitFor();
    await dashboard.picture('account-connected');
    expect(await dashboard.hindrances()).toEqual([]);

    await button(page, 'Restart').click();
    const steps = page.locator('.step', { hasText: 'session 3' });
    await steps.filter({ hasText: 'Connected' }).first().waitFor();
    await status(page, 'Connected').waitFor();
    await button(page, 'Log out').click();
    await dashboard.picture('account-logout');
    await page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
    await status(page, 'Disconnected').waitFor();
    await button(page, 'Delete').click();
    await page.getByText('These are lost:').waitFor();
    await dashboard.picture('account-delete');
    await button(page, 'Delete account').click();
    await page.getByText('No accounts yet').waitFor();
    expect(dashboard.complaints).toEqual([]);
    expect(dashboard.strangers).toEqual([]);
  });

  it('shows a thousand accounts with as many rows as are in sight, in three languages, dark and narrow', async () => {
    const like = await runtime.client.accounts.create({ label: 'Shop', provider: 'simulated' });
    await using dashboard = await openDashboard(browser, 'about:blank', { apiKey });
    const { page } = dashboard;
    await playFleet(page, like, 1_000);
    await page.goto(runtime.url);
    await page.getByText('1,000 of 1,000 shown').waitFor();
    await dashboard.picture('fleet');
    expect(await page.locator('.rows .row').count()).toBeLessThan(60);
    expect(await dashboard.hindrances()).toEqual([]);
    await page.keyboard.press('End');
    await page.getByRole('link', { name: 'Shop 1000' }).waitFor();
    await page.getByLabel('Search').fill('shop 77');
    await page.getByText('19 of 1,000 shown').waitFor();
    await button(page, '0 Failed').click();
    await page.getByText('Nothing matches the filter').waitFor();
    await button(page, 'Clear the filter').click();

    await page.getByLabel('Appearance').selectOption('dark');
    await dashboard.picture('fleet-dark');
    expect(await dashboard.hindrances()).toEqual([]);
    await page.getByLabel('Language').selectOption('uk');
    await page.getByRole('heading', { name: 'Акаунти' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Акаунти' }).waitFor();
    await page.locator('html[lang=uk]').waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.locator('.rows .row').first().waitFor();
    await dashboard.picture('fleet-phone');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await dashboard.hindrances()).toEqual([]);
    expect(dashboard.complaints).toEqual([]);
  });

  it('speaks the language of the browser, and shows an account on a phone', async () => {
    const { items } = await runtime.client.accounts.list({ limit: 1 });
    await runtime.client.accounts.connect(items[0]!.id);
    await runtime.client.accounts.untilConnected(items[0]!.id);
    const phone = { apiKey, locale: 'ru-RU', viewport: { width: 360, height: 740 }, colorScheme: 'dark' } as const;
    await using dashboard = await openDashboard(browser, `${runtime.url}/dashboard/#/accounts/${items[0]!.id}`, phone);
    await status(dashboard.page, 'Подключён').waitFor();
    await dashboard.page.getByText('РУ', { exact: true }).waitFor();
    await dashboard.picture('account-phone');
    expect(await dashboard.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await dashboard.hindrances()).toEqual([]);
  });

  it('says what is wrong when accounts cannot be read, and shows them as soon as they can', async () => {
    await using dashboard = await openDashboard(browser, 'about:blank', { apiKey });
    const { page } = dashboard;
    const problem = { status: 500, code: 'internal_error', detail: 'Broken.', title: '', type: '', reference: 'R7' };
    const body = JSON.stringify(problem);
    await page.route('**/api/v1/accounts?*', (call) =>
      call.fulfill({ status: 500, contentType: 'application/problem+json', body }),
    );
    await page.goto(runtime.url);
    await page.getByText('The accounts can’t be read now').waitFor();
    await page.getByText('R7').waitFor();
    await dashboard.picture('fleet-unread');
    expect(await dashboard.hindrances()).toEqual([]);
    await page.unroute('**/api/v1/accounts?*');
    await page.locator('.rows .row').first().waitFor();
    await page.getByText('The accounts can’t be read now').waitFor({ state: 'detached' });
  });

  it('says that it is out of date when its line is cut, and has missed nothing when it is back', async () => {
    const [account] = (await runtime.client.accounts.list({ limit: 1 })).items;
    await using line = await layLine(Number(new URL(runtime.url).port));
    await using dashboard = await openDashboard(browser, `http://127.0.0.1:${line.port}`, { apiKey });
    const { page } = dashboard;
    await page.getByLabel('Search').fill(account!.id);
    await rowStatus(page, 'Connected').waitFor();
    await line.cut();
    await page.getByText('The connection was lost').waitFor();
    await dashboard.picture('fleet-stale');
    await button(page, 'Add account').click();
    await page.getByLabel('Label').fill('In vain');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Muster did not answer.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Muster did not answer.').waitFor({ state: 'detached' });
    await runtime.client.accounts.disconnect(account!.id);
    await line.restore();
    await rowStatus(page, 'Disconnected').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  });
});
