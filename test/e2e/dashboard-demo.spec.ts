import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DashboardPage, openBrowser, openDashboard } from '#test/support/dashboard-page';
import { startInTerminal, strays, type TerminalProgram } from '#test/support/terminal';

/** A browser starts in 1 to 3 s, on cores that others use in ten times that. */
const WAIT = { timeout: 45_000 };

let dataDir: string;
let demo: TerminalProgram;
let browser: Browser;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'muster-demo-'));
  await chmod(dataDir, 0o755); // the embedded Postgres runs as another user when we are root
  const command = [process.execPath, '--enable-source-maps', 'dist/apps/simulator/demo/demo.js'];
  demo = startInTerminal(command, { DEMO_DATA_DIR: dataDir, DEMO_STORY: 'false', PORT: '0' });
  browser = await openBrowser();
});
afterEach(async () => {
  await browser?.close();
  await demo.end();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const status = (page: Page, word: string) =>
  page.locator('.account-title .status', { hasText: new RegExp(`^${word}$`) });

it('lets a newcomer link an account, break it and watch it heal, and leaves nothing', async () => {
  await demo.saw(/open \S+\/dashboard\//, WAIT.timeout);
  const url = /open (\S+\/dashboard\/)/.exec(demo.said())![1]!;
  await using dashboard = await openDashboard(browser, url);
  const { page } = dashboard;
  await page.getByText('the phone for it appears here').waitFor();
  await page.getByText('connect one, then play').waitFor();
  expect(await button(page, 'Play: Kill the browser').isDisabled()).toBe(true);
  await linkByOneClick(dashboard, 'Shop');
  await hearFromCustomer(page);

  await untilStruck(page, 'Kill the browser');
  await page.getByText(/left after [\d.]+s, back after [\d.]+s/).waitFor(WAIT);
  await status(page, 'Connected').waitFor(WAIT);
  await page.locator('.timeline').getByText('The browser ended unexpectedly.').first().waitFor();
  await dashboard.picture('demo-healed');
  expect(await dashboard.hindrances()).toEqual([]);
  expect([dashboard.complaints, dashboard.strangers]).toEqual([[], []]);
  expect(demo.said()).toMatch(/panel +kills the browser of Shop/);
  await fitsAPhone(url);
  await isNotInMuster();

  const started = demo.processes();
  expect(started.length).toBeGreaterThan(5);
  demo.pressCtrlC();
  expect(await demo.exit, demo.said()).toBe(0);
  await expect.poll(() => strays(dataDir, started)).toEqual([]);
}, 240_000);

/** As long as the panel is open no phone scans by itself. */
async function linkByOneClick(dashboard: DashboardPage, label: string): Promise<void> {
  const { page } = dashboard;
  await button(page, 'Add account').first().click();
  await page.getByLabel('Label').fill(label);
  await page.getByLabel('WhatsApp').check();
  await button(page, 'Add').click();
  await button(page, 'Connect').click();
  await button(page, `Scan the code of ${label}`).waitFor(WAIT);
  await page.getByAltText('QR code to scan with the phone').waitFor();
  await dashboard.picture('demo-code');
  await untilScanned(page, label);
  await status(page, 'Connected').waitFor(WAIT);
}

/** A code that is replaced just then can't be scanned: the panel says so, and one tries again. */
async function untilScanned(page: Page, label: string): Promise<void> {
  const scan = button(page, `Scan the code of ${label}`);
  const scanned = status(page, 'Authenticating').or(status(page, 'Connected'));
  await expect
    .poll(
      async () => {
        await scan.or(scanned).first().waitFor();
        if (await scan.isVisible()) await scan.click({ timeout: 2_000 });
        return scanned.count();
      },
      { ...WAIT, interval: 1_000 },
    )
    .toBe(1);
}

async function hearFromCustomer(page: Page): Promise<void> {
  await button(page, 'Write to Shop').click();
  await page.locator('.message', { hasText: 'Are you open today?' }).waitFor(WAIT);
}

/** A browser whose login is not on its disk yet is not struck: the panel says so, and one tries again. */
async function untilStruck(page: Page, fault: string): Promise<void> {
  const struck = page.locator('.demo-fault', { hasText: fault }).locator('.demo-line');
  await expect
    .poll(
      async () => {
        await button(page, `Play: ${fault}`).click();
        await struck.or(page.getByRole('alert')).first().waitFor();
        return struck.count();
      },
      { ...WAIT, interval: 1_000 },
    )
    .toBe(1);
}

/** In another language, dark and narrow, where the panel lies over the page when it is asked for. */
async function fitsAPhone(url: string): Promise<void> {
  const phone = { locale: 'ru-RU', viewport: { width: 360, height: 740 }, colorScheme: 'dark' } as const;
  await using dashboard = await openDashboard(browser, url, phone);
  const opener = button(dashboard.page, 'Показать панель демо');
  await dashboard.page.locator('.rows .row').first().waitFor();
  await opener.waitFor();
  await dashboard.picture('demo-closed');
  expect(await dashboard.page.evaluate(IS_ALL_ABOVE_FOOT)).toBe(true);
  await opener.click();
  await dashboard.page.getByRole('heading', { name: 'Телефоны' }).waitFor();
  await dashboard.picture('demo-phone');
  expect(await dashboard.page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  expect(await dashboard.hindrances()).toEqual([]);
}

/** At the end of the page nothing of it lies below the closed panel. */
const IS_ALL_ABOVE_FOOT = `(() => {
  scrollTo(0, document.body.scrollHeight);
  const foot = document.querySelector('.demo').getBoundingClientRect().top;
  return [...document.querySelectorAll('main > *')].every((part) => part.getBoundingClientRect().bottom <= foot);
})()`;

/** The runtime behind the demo is the one that everybody has: its own page has no panel, and asks for none. */
async function isNotInMuster(): Promise<void> {
  const log = await readFile(join(dataDir, 'muster.log'), 'utf8');
  const { url } = JSON.parse(log.split('\n').find((line) => line.includes('"step":0')) ?? '{}') as { url: string };
  await using dashboard = await openDashboard(browser, `${url}/dashboard/`);
  const asked: string[] = [];
  dashboard.page.on('request', (request) => asked.push(request.url()));
  await dashboard.page.reload();
  await dashboard.page.getByText('1 of 1 shown').waitFor();
  expect(await dashboard.page.locator('.demo').count()).toBe(0);
  expect(asked.filter((address) => address.includes('demo'))).toEqual([]);
  expect((await fetch(`${url}/demo/state`)).status).toBe(404);
}
