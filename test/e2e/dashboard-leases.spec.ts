import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MusterClient } from '#libs/client/client';
import { type DashboardPage, openBrowser, openDashboard } from '#test/support/dashboard-page';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { connectPair, type Person } from '#test/support/simulated-pair';

const CHANNEL = '-1001234567890';
const ASK = { user_id: 'shop', purpose: 'invite', service_name: 'inviter', target_channel_id: CHANNEL };
const INVITE = { action_type: 'invite', target_channel_id: CHANNEL };
const SOON = { timeout: 15_000, interval: 50 };

let runtime: TestRuntime;
let client: MusterClient;
let browser: Browser;
let alice: Person;
let bob: Person;
let dashboard: DashboardPage;
let page: Page;
beforeAll(async () => {
  [runtime, browser] = await Promise.all([startRuntime(), openBrowser()]);
  ({ client } = runtime);
  ({ alice, bob } = await connectPair(client));
  dashboard = await openDashboard(browser, `${runtime.url}/dashboard/`);
  ({ page } = dashboard);
});
afterAll(async () => {
  await browser?.close();
  await runtime?.[Symbol.asyncDispose]();
});

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const row = (page: Page, table: string, name: string) =>
  page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: name });
const only = (id: string) => ({ require: { account_ids: [id] } });
const secondsOf = async (page: Page, table: string): Promise<number> => {
  const [, minutes, seconds] =
    /(\d+) mins?(?: (\d+) secs?)?/.exec((await row(page, table, 'alice').textContent()) ?? '') ?? [];
  return Number(minutes) * 60 + Number(seconds ?? 0);
};

describe('the page of leases in a real browser', () => {
  it('shows a lease come, its time run, what it uses of its limits, and the lease go', async () => {
    await dashboard.visit('#/leases');
    await page.getByText('No account is leased').waitFor();
    await page.getByText('No lines yet').waitFor();
    await client.leases.allocate({ ...ASK, ...only(alice.id), timeout_minutes: 29.5 });
    const lease = row(page, 'Live leases', 'alice');
    for (const text of ['inviter', 'tenant shop', 'invite', CHANNEL]) await lease.getByText(text).first().waitFor();
    await panel(page, 'Ledger').getByText('inviter leased alice').waitFor();
    const left = await secondsOf(page, 'Live leases');
    expect(left).toBeGreaterThan(28 * 60);
    await expect.poll(() => secondsOf(page, 'Live leases'), SOON).toBeLessThan(left);

    await client.leases.check(alice.id, INVITE);
    await client.leases.record(alice.id, INVITE);
    await client.leases.check(alice.id, INVITE);
    const opener = page.getByRole('button', { name: 'Limits of alice' });
    await opener.focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByRole('meter', { name: 'Invites', exact: true }).getAttribute('aria-valuetext'), SOON)
      .toBe('2 of 30');
    await page.getByText('1 held').first().waitFor();
    await page.getByRole('meter', { name: `${CHANNEL} · Invites` }).waitFor({ state: 'attached' });
    await dashboard.picture('leases');
    expect(await dashboard.hindrances()).toEqual([]);

    await client.leases.release(alice.id, { service_name: 'inviter' });
    await page.getByText('No account is leased').waitFor();
    await panel(page, 'Ledger').getByText('inviter gave alice back').waitFor();
    expect(dashboard.complaints).toEqual([]);
    expect(dashboard.strangers).toEqual([]);
  });

  it('shows who rests and why, who waits and since when, and finds decisions in the ledger, new and old', async () => {
    await client.leases.allocate({ ...ASK, ...only(alice.id) });
    await client.leases.handleError(alice.id, {
      error_type: 'flood_wait',
      error_message: 'FloodWaitError: 300',
      context: INVITE,
    });
    await client.leases.check(alice.id, INVITE);
    await client.leases.allocate({ ...ASK, service_name: 'parser', ...only(bob.id) });
    const answer = client.leases.allocate({ ...ASK, service_name: 'patient', wait_ms: 60_000 });
    await dashboard.visit('#/leases');
    const cooling = row(page, 'Cooling down', 'alice');
    await cooling.getByText('flood: asked to wait').waitFor();
    const left = await secondsOf(page, 'Cooling down');
    expect(left).toBeGreaterThan(5 * 60);
    await expect.poll(() => secondsOf(page, 'Cooling down'), SOON).toBeLessThan(left);
    await row(page, 'Waiting list', 'patient').getByText('invite · tenant shop').waitFor();
    await dashboard.picture('leases-cooling');
    expect(await dashboard.hindrances()).toEqual([]);

    const lines = page.locator('.leases-line');
    await page.getByLabel('Decision').selectOption('denied');
    await expect.poll(() => lines.allTextContents(), SOON).toHaveLength(1);
    await lines.getByText('inviter may not act with alice').waitFor();
    await lines.getByText('the account rests or is out').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('About').selectOption('lease');
    await page.getByLabel('Service').fill('parser');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect.poll(() => lines.allTextContents(), SOON).toHaveLength(1);
    await lines.locator('summary').click();
    await page.getByText('"purpose": "invite"').waitFor();
    await panel(page, 'Ledger').getByText('Paused').waitFor();
    await client.leases.release(bob.id, { service_name: 'parser' });
    await answer;
    await page.getByText('Nobody waits').waitFor();
    expect(await lines.count()).toBe(1);
    await page.getByRole('button', { name: 'Follow live' }).click();
    await lines.getByText('parser gave bob back').waitFor();
    expect(dashboard.complaints).toEqual([]);

    // Before the list is read anew: one that is read in the midst of them has no older page to ask for.
    await Promise.all(Array.from({ length: 45 }, () => client.leases.extend(bob.id, { service_name: 'patient' })));
    await page.getByRole('button', { name: 'Clear' }).click();
    await lines.nth(39).getByText('patient keeps bob for longer').waitFor();
    await page.getByRole('button', { name: 'Show older' }).click();
    await page.getByText('This is all that is kept.').waitFor();
    await page.route('**/account-manager/**', (route) => route.abort());
    await page.getByText('Muster does not answer').waitFor();
    await row(page, 'Live leases', 'bob').waitFor();
  });

  it('speaks three languages, in the dark, and on a phone', async () => {
    const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'uk-UA' } as const;
    await using dashboard = await openDashboard(browser, `${runtime.url}/dashboard/#/leases`, phone);
    const { page } = dashboard;
    await page.getByRole('button', { name: 'Ліміти: bob' }).click();
    await page.getByRole('meter', { name: 'Запрошення', exact: true }).waitFor({ state: 'attached' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await dashboard.hindrances()).toEqual([]);
    await dashboard.picture('leases-phone');
    await page.getByLabel('Мова').selectOption('ru');
    await page.getByRole('heading', { name: 'Действующие аренды' }).waitFor();
    await panel(page, 'Журнал решений').scrollIntoViewIfNeeded();
    await dashboard.picture('leases-phone-ledger');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(dashboard.complaints).toEqual([]);
  });
});

describe('the page of an account that is leased', () => {
  let id: string;
  beforeAll(async () => {
    const settings = { autoScanMs: 20, readyMs: 20 };
    ({ id } = await client.accounts.create({ label: 'carol', provider: 'simulated', settings }));
    await client.accounts.connect(id);
    await client.accounts.untilConnected(id);
    await client.leases.allocate({ ...ASK, ...only(id) });
  });
  const restartsAsked = async (): Promise<number> =>
    (await client.accounts.transitions(id)).items.filter(({ event }) => event === 'account.restart').length;

  it('asks before it takes an account from its holder, does it then, and the ledger tells', async () => {
    await dashboard.visit(`#/accounts/${id}`);
    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    const question = page.getByRole('dialog', { name: 'It is leased' });
    await question.getByText('A service works with this account').waitFor();
    await dashboard.picture('lease-question');
    expect(await dashboard.hindrances()).toEqual([]);
    expect(await restartsAsked()).toBe(0);
    await question.getByRole('button', { name: 'Do it all the same' }).click();
    await expect.poll(restartsAsked, SOON).toBe(1);
    await dashboard.visit('#/leases');
    await panel(page, 'Ledger').getByText('A person acted on carol, which inviter had').waitFor();
    await client.accounts.untilConnected(id);
  });

  it('says in the language of the page why a person may not send from a leased account', async () => {
    await using dashboard = await openDashboard(browser, `${runtime.url}/dashboard/#/accounts/${id}`, {
      locale: 'uk-UA',
    });
    const { page } = dashboard;
    await page.getByLabel('Кому').fill('+380441110002');
    await page.getByRole('textbox', { name: 'Повідомлення' }).fill('Hello');
    await page.getByRole('button', { name: 'Надіслати' }).click();
    await page.getByRole('alert').getByText('надсилати з нього може лише він').waitFor();
    expect(await page.locator('.toast [lang=en]').count()).toBe(0);
    await dashboard.picture('leased-uk');
  });
});
