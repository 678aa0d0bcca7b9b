import { Client } from 'pg';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WEBHOOK_RETRY_MS_MAX } from '#libs/contracts/limits/news';
import type { WebhookView } from '#libs/contracts/webhook';
import { type DashboardPage, openBrowser, openDashboard } from '#test/support/dashboard-page';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { type Receiver, startReceiver } from '#test/support/receiver';
import { startRuntime, type TestRuntime } from '#test/support/runtime';

const SOON = { timeout: 15_000, interval: 50 };
const SECRET = 'hunter2-of-the-tests';

let postgres: TestPostgres;
let store: Client;
let runtime: TestRuntime;
let receiver: Receiver;
let browser: Browser;
let webhook: WebhookView;
let dashboard: DashboardPage;
let page: Page;
beforeAll(async () => {
  [postgres, receiver, browser] = await Promise.all([startTestPostgres(), startReceiver(() => 503), openBrowser()]);
  const DATABASE_URL = await postgres.createDatabase();
  store = new Client({ connectionString: DATABASE_URL });
  await store.connect();
  const CHROMIUM_ARGS = `--proxy-server=http://me:${SECRET}@127.0.0.1:1`;
  runtime = await startRuntime({ DATABASE_URL, CHROMIUM_ARGS, ALLOW_PRIVATE_TARGETS: 'true' });
  webhook = await runtime.client.webhooks.create({
    url: receiver.url,
    label: 'Order intake',
    events: ['account.created'],
  });
  dashboard = await openDashboard(browser, `${runtime.url}/dashboard/`);
  ({ page } = dashboard);
});
afterAll(async () => {
  await browser?.close();
  await runtime?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
  await store?.end();
  await postgres?.stop();
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const add = (label: string) => runtime.client.accounts.create({ label, provider: 'simulated' });

/** Events that nobody takes, three days later. */
async function giveUp(labels: readonly string[]): Promise<void> {
  const standing = async () => (await runtime.client.webhooks.get(webhook.id)).deliveries;
  const before = (await standing()).dead;
  for (const label of labels) await add(label);
  await expect.poll(async () => (await standing()).waiting, SOON).toBe(labels.length);
  await store.query(
    `UPDATE webhook_delivery SET wanted_at = wanted_at - ${WEBHOOK_RETRY_MS_MAX + 1_000} * interval '1 ms'`,
  );
  await runtime.client.webhooks.patch(webhook.id, { url: receiver.url }); // what waits is tried at once
  await expect.poll(async () => (await standing()).dead, SOON).toBe(before + labels.length);
}

describe('the page of operations in a real browser', () => {
  it('delivers what was given up again, when a person asks for it: one, then all', async () => {
    await giveUp(['Sales Kyiv']);
    await dashboard.visit('#/operations/webhooks');
    const hook = page.getByRole('row', { name: /^Order intake/ });
    await hook.getByText('Failing').waitFor();
    await page.getByRole('table', { name: 'Given up' }).getByText('It answered 503').waitFor();
    await dashboard.picture('operations-webhooks');
    expect(await dashboard.hindrances()).toEqual([]);
    await button(page, 'Test: Order intake').click();
    await hook.getByText(/^Not taken after .* answered 503\.$/).waitFor();

    receiver.answer = () => 204;
    await button(page, 'Deliver again: account.created').click();
    await page.getByText('Nothing was given up').waitFor();
    await hook.getByText('Active').waitFor();
    expect(receiver.taken.map(({ body }) => body.data)).toMatchObject([{ label: 'Sales Kyiv' }]);

    receiver.answer = () => 503;
    await giveUp(['Support Lviv', 'Odesa shop']);
    receiver.answer = () => 204;
    await button(page, 'Deliver all again (2)').click();
    await page.getByText('Deliver 2 given-up events again?').waitFor();
    await dashboard.picture('operations-redeliver');
    await page.getByRole('dialog').getByRole('button', { name: 'Deliver again' }).click();
    await page.getByText('2 wait to be delivered again.').waitFor();
    await page.getByText('Nothing was given up').waitFor();
    await expect.poll(() => receiver.taken.length, SOON).toBe(3);

    await button(page, 'Pause: Order intake').click();
    await hook.getByText('by a person').waitFor();
    await button(page, 'Resume: Order intake').click();
    await hook.getByText('Active').waitFor();
    await button(page, 'Test: Order intake').click();
    await hook.getByText(/^Taken: answered 204/).waitFor();
    await page.getByRole('link', { name: 'Order intake' }).click();
    const deliveries = page.getByRole('table', { name: 'Deliveries of Order intake' });
    await expect.poll(() => deliveries.getByText('Taken').count(), SOON).toBe(3);
    expect(dashboard.complaints).toEqual([]);
    expect(dashboard.strangers).toEqual([]);
  });

  it('shows what is well, what is counted and what waits, and says which part is down', async () => {
    await dashboard.visit('#/operations');
    await page.getByRole('status').getByText('Ready', { exact: true }).waitFor();
    await page.locator('[data-part="database"]').getByText('Well').waitFor();
    receiver.answer = () => 204;
    await add('Uzhhorod desk');
    const taken = async () => (await runtime.client.stats()).webhooks.taken.total;
    await expect.poll(taken, SOON).toBeGreaterThan(0);
    const shown = page.getByRole('row', { name: /^Deliveries taken by webhooks/ }).getByRole('cell');
    await expect.poll(async () => Number(await shown.last().textContent()) === (await taken()), SOON).toBe(true);
    await page
      .getByRole('row', { name: /^Webhook deliveries/ })
      .getByText('none')
      .waitFor();
    await page
      .getByRole('img', { name: /^Memory: \d+ MB now/ })
      .locator('path')
      .first()
      .waitFor({ state: 'attached' });
    await dashboard.picture('operations');
    expect(await dashboard.hindrances()).toEqual([]);

    const down = {
      status: 'down',
      freeMb: 12,
      freeMbMin: 100,
      message: 'the disk of DATA_DIR is full: make room on it',
    };
    const answer = { status: 'error', info: {}, error: { disk: down }, details: { disk: down } };
    await page.route('**/health/ready', (route) => route.fulfill({ status: 503, json: answer }));
    await page.getByText('Not ready').waitFor();
    await page.locator('[data-part="disk"]').getByText('12 MB free, 100 MB needed').waitFor();
    await dashboard.picture('operations-not-ready');
    await page.route('**/health/ready', (route) => route.abort());
    await page.getByText('Muster does not answer').waitFor();
  });

  it('looks through the log, follows it, and holds still while somebody reads', async () => {
    await add('Lutsk market');
    await dashboard.visit('#/operations/events');
    const row = (label: string) => page.locator('.ops-event', { hasText: label });
    await row('Lutsk market').first().waitFor();
    await page.getByLabel('Text').fill('LUTSK');
    await button(page, 'Search').click();
    await expect.poll(() => page.locator('.ops-event').count(), SOON).toBe(1);
    await page.getByText('All that is kept was searched.').waitFor();
    await dashboard.picture('operations-events');
    expect(await dashboard.hindrances()).toEqual([]);

    await button(page, 'Clear').click();
    await page.getByLabel('Topic').selectOption('accounts');
    await add('Dnipro warehouse');
    await row('Dnipro warehouse').waitFor();
    await row('Dnipro warehouse').locator('summary').click();
    await page.getByText('"provider": "simulated"').waitFor();
    await page.getByText('Paused, 0 new').waitFor();
    await add('Kharkiv service');
    await page.getByText('Paused, 1 new').waitFor();
    expect(await row('Kharkiv service').count()).toBe(0);
    await button(page, 'Follow live').click();
    await row('Kharkiv service').waitFor();
    expect(dashboard.complaints).toEqual([]);
  });

  it('shows the configuration in force, and no secret of it', async () => {
    await dashboard.visit('#/operations/configuration');
    const variable = (name: string) => page.locator(`[data-variable="${name}"]`);
    await variable('ALLOW_PRIVATE_TARGETS').getByText('environment').waitFor();
    await variable('CHROMIUM_ARGS').getByText('--proxy-server=…').waitFor();
    await dashboard.picture('operations-configuration');
    expect(await dashboard.hindrances()).toEqual([]);
    await variable('DATABASE_URL').getByText(`postgres://127.0.0.1:${store.port}/${store.database}`).waitFor();
    for (const secret of [SECRET, String(store.password)]) expect(await page.content()).not.toContain(secret);
    await page.getByLabel('Search').fill('private targets');
    await page.getByText(/^1 of \d+ shown$/).waitFor();
  });

  it('speaks three languages, in the dark, and on a phone', async () => {
    const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'uk-UA' } as const;
    await using dashboard = await openDashboard(browser, `${runtime.url}/dashboard/#/operations`, phone);
    const { page } = dashboard;
    await page.getByText('Готовий', { exact: true }).waitFor();
    for (const view of ['', '/webhooks', '/events', '/configuration']) {
      await page.evaluate(`location.hash = '#/operations${view}'`);
      await page.locator(`.ops-views [aria-current][href="#/operations${view}"]`).waitFor();
      await page.locator('.card').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBe(360);
      expect(await dashboard.hindrances(), view).toEqual([]);
    }
    await page.getByLabel('Мова').selectOption('ru');
    await page.getByRole('heading', { name: 'Эксплуатация' }).waitFor();
    await dashboard.picture('operations-phone');
    expect(dashboard.complaints).toEqual([]);
  });
});
