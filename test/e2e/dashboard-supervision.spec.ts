import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busyNode } from '#test/support/busy-node';
import { layLine } from '#test/support/cuttable-line';
import { openBrowser, openDashboard } from '#test/support/dashboard-page';
import { startRuntime, type TestRuntime } from '#test/support/runtime';

let runtime: TestRuntime;
let browser: Browser;
beforeAll(async () => {
  // No account needs a browser here: one that is told to use this one has FAILED at once.
  [runtime, browser] = await Promise.all([startRuntime({ CHROMIUM_PATH: '/bin/false' }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await runtime?.[Symbol.asyncDispose]();
});

const at = (path = '/dashboard/#/supervision') => `${runtime.url}${path}`;
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name}\\b`) });
const focused = (page: Page, key: string) => page.locator(`[role=row][data-key="${key}"]:focus`).waitFor();

/** The texts that are wider than their place, or stand beyond the edge of the table. */
const cutOff = (...selectors: readonly string[]): string => `
  [...document.querySelectorAll('${selectors.join()}')]
    .filter((part) => part.getClientRects().length > 0)
    .filter((part) => {
      const edge = part.closest('.super-tree, .table, .counts').getBoundingClientRect().right;
      return part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0 || part.getBoundingClientRect().right > edge;
    })
    .map((part) => part.textContent)`;

describe('the supervisors in a real browser', () => {
  it('are a tree that is renewed as things happen: an account that fails, a database that dies', async () => {
    await using dashboard = await openDashboard(browser, at());
    const { page } = dashboard;
    await row(page, 'Database').waitFor();
    await page.getByText('All is well').waitFor();
    await dashboard.picture('supervision-quiet');
    expect(await dashboard.hindrances()).toEqual([]);

    const { id } = await runtime.client.accounts.create({ label: 'Sales Kyiv', provider: 'whatsapp' });
    await runtime.client.accounts.connect(id);
    await row(page, 'Sales Kyiv').getByText('waits for a person').waitFor();
    const { parts } = await runtime.client.supervision();
    process.kill(parts.find((part) => part.id === 'database')!.pid!, 'SIGKILL');
    await row(page, 'Database').getByText('restarts: 1').waitFor();
    await row(page, 'Database').getByRole('meter', { name: '1 of 5 crashes in 1 min' }).waitFor();

    await page.getByRole('link', { name: 'Sales Kyiv' }).click();
    await page.getByRole('heading', { name: 'Sales Kyiv', level: 1 }).waitFor();
    expect(dashboard.strangers).toEqual([]);
  });

  it.each([
    { width: 820, panel: '0' },
    { width: 1100, panel: '0' },
    { width: 1100, panel: '22rem' },
    { width: 1360, panel: '22rem' },
  ])('are read whole at $width px, as the fleet is, when a panel takes $panel of them', async ({ width, panel }) => {
    await runtime.client.accounts.create({ label: `As seen at ${width}`, provider: 'simulated' });
    const options = { viewport: { width, height: 860 }, locale: 'uk-UA' };
    await using dashboard = await openDashboard(browser, at(), options);
    const { page } = dashboard;
    await page.getByText('База даних').waitFor();
    await page.evaluate(`document.querySelector('main').style.marginRight = '${panel}'`);
    await dashboard.picture(`supervision-${width}-${panel}`);
    expect(await page.evaluate(cutOff('.super-row > *', '.super-since time'))).toEqual([]);
    await dashboard.visit('#/');
    await page.locator('.row.head').waitFor();
    await dashboard.picture(`fleet-${width}-${panel}`);
    expect(await page.evaluate(cutOff('.count-name', '.row.head > *', '.cell-status'))).toEqual([]);
  });

  it('are walked, closed and opened by keys', async () => {
    await using dashboard = await openDashboard(browser, at());
    const { page } = dashboard;
    await row(page, 'Node').focus();
    await page.keyboard.press('ArrowDown');
    await focused(page, 'part database');
    const engines = row(page, 'Engine hosts');
    for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await focused(page, 'engines');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await engines.waitFor({ state: 'detached' });
    expect(await row(page, 'Node').getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowRight');
    await engines.waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/accounts\//);
  });

  it('tell on a busy node what waits for how long, and what is held, also in the dark, on a phone, in Ukrainian', async () => {
    await using dashboard = await openDashboard(browser, 'about:blank', { colorScheme: 'dark', locale: 'uk-UA' });
    const { page } = dashboard;
    await page.route('**/api/v1/supervision', (route) => route.fulfill({ json: busyNode(Date.now()) }));
    await page.goto(at());
    const fallen = page.locator('[data-key="account sessions 01900000-0000-7000-8000-000000000002"]');
    await fallen.getByText('наступна спроба через').waitFor();
    const told = await fallen.innerText();
    await expect.poll(() => fallen.innerText(), { timeout: 10_000 }).not.toBe(told); // it counts seconds, when it gets to it
    await page.getByText('гальмо ввімкнене, стримано перезапусків: 7').waitFor();
    await page.getByRole('meter', { name: '1 130 з 1 200 МБ' }).waitFor();
    await dashboard.picture('supervision-busy-dark');
    expect(await dashboard.hindrances()).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await dashboard.picture('supervision-phone');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await dashboard.hindrances()).toEqual([]);
  });

  it('say that they may be out of date when nobody answers, and are right again by themselves', async () => {
    await using line = await layLine(Number(new URL(runtime.url).port));
    await using dashboard = await openDashboard(browser, `http://127.0.0.1:${line.port}/dashboard/#/supervision`);
    const { page } = dashboard;
    await row(page, 'Database').waitFor();
    await line.cut();
    await page.getByText('The connection was lost').waitFor();
    await row(page, 'Database').waitFor();
    await line.restore();
    await page.getByText('The connection was lost').waitFor({ state: 'detached' });
  });
});
