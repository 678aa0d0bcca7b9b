import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DashboardOptions, type DashboardPage, openBrowser, openDashboard } from '#test/support/dashboard-page';
import { growPast } from '#test/support/long-past';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { storeAccount } from '#test/support/stored-settings';

/** Falls are followed by the next try at once. */
const HASTY = { BACKOFF_FIRST_MS: '100', BACKOFF_MS_MAX: '200' };
/** No session opens with these; the API takes them no more. */
const UNREADABLE = { scan: 'manual', readyMs: -1 };

let runtime: TestRuntime;
let browser: Browser;
let dashboard: DashboardPage;
let id: string;
beforeAll(async () => {
  [runtime, browser] = await Promise.all([startRuntime(HASTY), openBrowser()]);
  dashboard = await openDashboard(browser, `${runtime.url}/dashboard/`);
});
afterAll(async () => {
  await browser?.close();
  await runtime?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const settings = { scan: 'manual', readyMs: 2_000 };
  ({ id } = await runtime.client.accounts.create({ label: 'Trial', provider: 'simulated', settings }));
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const focused = (page: Page, text: string) => page.locator(':focus', { hasText: new RegExp(`^${text}$`) }).waitFor();
const visit = async (): Promise<Page> => {
  await dashboard.visit(`#/accounts/${id}`);
  return dashboard.page;
};
const open = (options: DashboardOptions): Promise<DashboardPage> =>
  openDashboard(browser, `${runtime.url}/dashboard/#/accounts/${id}`, options);

describe('the page of an account', () => {
  it('changes label and settings, and names the field that its provider would not take', async () => {
    const page = await visit();
    await button(page, 'Settings').click();
    await page.getByLabel('Label').fill('Sales Lviv');
    await page.getByLabel('From the login to ready').fill('-5');
    await button(page, 'Save').click();
    await page.getByText('This value can’t be taken.').waitFor();
    await dashboard.picture('settings');
    expect(await dashboard.hindrances()).toEqual([]);
    await page.getByLabel('From the login to ready').fill('');
    await page.getByLabel('Least gap between messages, ms').fill('250');
    await button(page, 'Save').click();
    await page.getByRole('heading', { name: 'Sales Lviv' }).waitFor();
    const { settings } = await runtime.client.accounts.get(id);
    expect(settings).toEqual({ scan: 'manual', pace: { gapMsMin: 250 } });
  });

  it('marks the field that only the API would not take, beside what it says of it', async () => {
    const page = await visit();
    const overrule = { postData: JSON.stringify({ settings: UNREADABLE }) }; // as if this page were older than the API
    await page.route(`**/accounts/${id}`, (route) =>
      route.request().method() === 'PATCH' ? route.continue(overrule) : route.continue(),
    );
    await button(page, 'Settings').click();
    await button(page, 'Save').click();
    await page.getByRole('alert').getByText('settings.readyMs').waitFor();
    const field = page.locator('.field', { hasText: 'From the login to ready' });
    await field.getByText('This value can’t be taken.').waitFor();
    await dashboard.picture('settings-refused');
    expect(await dashboard.hindrances()).toEqual([]);
  });

  it('links without a camera by a code, and tells what the API refuses in the language of the page', async () => {
    await using dashboard = await open({ locale: 'uk-UA' });
    const { page } = dashboard;
    await button(page, 'З’єднати').click();
    await page.getByText('Немає камери?').click();
    await page.getByLabel('Номер телефону').fill('12');
    await button(page, 'Отримати код').click();
    await page.getByText('У запиті щось не так').waitFor();
    await page.getByRole('alert').getByText('phone Таке значення не підходить').waitFor();
    expect(await page.locator('.toast [lang=en]').count()).toBe(0);
    await dashboard.picture('problem-uk');
    expect(await dashboard.hindrances()).toEqual([]);
    await button(page, 'Закрити').click();
    await page.getByLabel('Номер телефону').fill('+380 44 111-22-33');
    await button(page, 'Отримати код').click();
    await page.locator('.pairing-code output').waitFor();
    await dashboard.picture('pairing-code');
  });

  it('is reached and commanded by keys alone, which come back to where they were', async () => {
    await using dashboard = await openDashboard(browser, `${runtime.url}/dashboard/`);
    const { page } = dashboard;
    const press = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.getByRole('link', { name: 'Trial' }).first().waitFor();
    await press('Tab');
    await focused(page, 'Skip to content');
    await press('Enter', 'Tab');
    await focused(page, 'Add account');
    await page.getByRole('link', { name: 'Trial' }).first().focus();
    await press('Enter');
    await page.getByRole('heading', { name: 'Trial', level: 1 }).waitFor();
    await button(page, 'Delete').focus();
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await focused(page, 'Cancel');
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await focused(page, 'Delete');
  });

  it('says in plain words why it fell, what happens next, and, when it has failed, who must act', async () => {
    id = await storeAccount(runtime.dataDir, id, UNREADABLE);
    await using dashboard = await open({ locale: 'ru-RU', viewport: { width: 360, height: 740 } });
    const { page } = dashboard;
    await button(page, 'Подключить').click();
    await page.locator('.account-title').getByText('Сбой').waitFor();
    await page.locator('.notice strong').getByText('Библиотека провайдера').waitFor();
    await page.locator('.notice').getByText('сообщите, что в журнале').waitFor();
    await page.locator('.notice').getByText('Разработчики Muster').waitFor();
    await dashboard.picture('account-failed');
    expect(await dashboard.hindrances()).toEqual([]);
    await button(page, 'Подключить').waitFor();
  });

  it('leads from each step of its history, and from its reason, to that step in the inspector', async () => {
    id = await storeAccount(runtime.dataDir, id, UNREADABLE);
    await runtime.client.accounts.connect(id);
    const page = await visit();
    await page.locator('.account-title').getByText('Failed').waitFor();
    const shown = page.locator('.step-row [aria-current=step]');
    const steps = page.locator('.step');
    await steps.filter({ hasText: 'account.connect' }).click();
    await page.waitForURL(`**/dashboard/#/accounts/${id}/inspector/1`);
    await shown.getByText('account.connect').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Look at this step in the inspector' }).last().click();
    const { transitions } = await runtime.client.accounts.export(id);
    const { seq, to } = transitions.find((step) => step.to.startsWith('FAILED'))!;
    await page.waitForURL(`**/dashboard/#/accounts/${id}/inspector/${seq}`);
    await shown.getByText(to).waitFor();
    expect(dashboard.complaints).toEqual([]);
  });

  it('keeps a label that is written from right to left from turning what stands beside it', async () => {
    await runtime.client.accounts.patch(id, { label: 'Trial \u202egnilaS' });
    const page = await visit();
    await button(page, 'Delete').click();
    await page.getByRole('dialog').getByText('gnilaS').waitFor(); // the label as it was would not turn anything
    await dashboard.picture('label-turned');
    expect(await page.evaluate<boolean>(IS_MARK_LAST)).toBe(true);
  });

  it('pauses sending, says what waits, and gives it up when asked to', async () => {
    const page = await visit();
    await button(page, 'Pause sending').click();
    await page.getByText('Sending is paused').waitFor();
    await page.getByLabel('To', { exact: true }).fill('+380501112233');
    await page.getByLabel('Message', { exact: true }).fill('in vain');
    await button(page, 'Send').click();
    await page.getByText('Waiting: 1').waitFor();
    await dashboard.picture('outbox-paused');
    expect(await dashboard.hindrances()).toEqual([]);
    await button(page, 'Give up what waits').click();
    await page.locator('.message').getByText('Given up when sending was resumed').waitFor();
    await button(page, 'Pause sending').waitFor();
  });

  it('reads older steps and messages when they are asked for, and stays where one reads', async () => {
    await fillPast(120);
    const page = await visit();
    const messages = page.locator('.log .message');
    await messages.nth(99).waitFor();
    expect(await messages.first().textContent()).toContain('message 21');
    await page.locator('.log').getByRole('button', { name: 'Show older' }).click();
    await messages.nth(119).waitFor();
    expect(await messages.first().textContent()).toContain('message 1');
    await expect.poll(() => page.evaluate(`document.querySelector('.log').scrollTop > 1_000`)).toBe(true);
    await page.locator('.log').getByRole('button', { name: 'Show older' }).waitFor({ state: 'detached' });
    await page.locator('.timeline').getByRole('button', { name: 'Show older' }).click();
    await page.locator('.timeline').getByText('account.connect').last().waitFor();
    await page.locator('.timeline').getByRole('button').waitFor({ state: 'detached' });
    expect(await page.locator('.step').count()).toBeGreaterThan(100);
    expect(dashboard.complaints).toEqual([]);
  });
});

/** The question mark of “Delete …?” stands to the right of all before it. */
const IS_MARK_LAST = `(() => {
  const text = document.querySelector('dialog h2').firstChild;
  const placeOf = (at) => {
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return range.getBoundingClientRect().left;
  };
  const last = text.length - 1;
  return text.data[last] === '?' && Array.from({ length: last }, (_, at) => placeOf(at)).every((left) => left < placeOf(last));
})()`;

/** So many messages that wait, and as many steps: more than are read at a time. */
async function fillPast(count: number): Promise<void> {
  const { messages } = runtime.client;
  const write = async (): Promise<void> => {
    for (let n = 1; n <= count; n += 1) await messages.send(id, { to: '+380501112233', text: `message ${n}` });
  };
  await Promise.all([write(), growPast(runtime.client, id, count)]);
}
