import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DashboardOptions, type DashboardPage, openBrowser, openDashboard } from '#test/support/dashboard-page';
import { startRuntime, type TestRuntime } from '#test/support/runtime';

let runtime: TestRuntime;
let browser: Browser;
let id: string;
beforeAll(async () => {
  [runtime, browser] = await Promise.all([startRuntime(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await runtime?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const settings = { scan: 'manual', qrLifetimeMs: 60_000 } as const;
  ({ id } = await runtime.client.accounts.create({ label: 'Sales Kyiv', provider: 'simulated', settings }));
});

const open = (hash: string, options: DashboardOptions = {}): Promise<DashboardPage> =>
  openDashboard(browser, `${runtime.url}/dashboard/${hash}`, options);

/** Touches a screen as a finger does that begins here and goes so far. */
async function swipe(page: Page, from: { readonly x: number; readonly y: number }, dy: number): Promise<void> {
  const finger = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y: number) =>
    finger.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: from.x, y }] });
  await touch('touchStart', from.y);
  for (let share = 0.1; share <= 1.01; share += 0.1) await touch('touchMove', from.y + dy * share);
  await touch('touchEnd', 0);
}

describe('a viewer', () => {
  it.each([-120_000, 120_000])(
    'whose clock is %i ms off sees a good code as good, and how long it is',
    async (offMs) => {
      await runtime.client.accounts.connect(id);
      await runtime.client.accounts.untilStatus(id, 'QR_READY');
      await using dashboard = await open('');
      const { page } = dashboard;
      await page.addInitScript(`{ const now = Date.now; Date.now = () => now() + ${offMs}; }`);
      await page.goto(`${runtime.url}/dashboard/#/accounts/${id}`);
      await page.reload();
      await page.locator('.qr img').waitFor();
      await page.locator('.qr figcaption', { hasText: /^A new code in ([1-5]\d|\d|1 min) / }).waitFor();
      expect(await page.locator('.qr-frame').getAttribute('data-old')).toBeNull();
      await dashboard.picture(`clock-off-${offMs}`);
    },
  );

  it('of a phone scrolls on where the chart fills the screen', async () => {
    await using dashboard = await open(`#/accounts/${id}/inspector`, {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
    });
    const { page } = dashboard;
    await page.locator('.chart-frame[data-drawn]').waitFor();
    const { x, y, width, height } = (await page.locator('.chart-frame').boundingBox())!;
    await swipe(page, { x: x + width / 2, y: y + height * 0.8 }, -150);
    await expect.poll(() => page.evaluate<number>('scrollY')).toBeGreaterThan(100);
  });

  it('is not told “Live” in green beside questions that have no answer', async () => {
    await using dashboard = await open('#/supervision');
    const { page } = dashboard;
    const colour = () => page.evaluate<string>(`getComputedStyle(document.querySelector('.line[data-is=live]')).color`);
    await page.locator('[role=treegrid]').waitFor();
    const green = await colour();
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.getByText('Muster does not answer').waitFor();
    await expect.poll(colour).not.toBe(green);
    await dashboard.picture('no-answer');
    await page.unroute('**/api/v1/**');
    await expect.poll(colour).toBe(green);
  });

  it('who uses keys passes the steps of a history by one stop, and sees each state that has the focus', async () => {
    const { accounts } = runtime.client;
    await accounts.connect(id);
    await accounts.untilStatus(id, 'QR_READY');
    await using dashboard = await open(`#/accounts/${id}/inspector`);
    const { page } = dashboard;
    const stops = page.locator('.life-steps button[data-seq][tabindex="0"]');
    await page.locator('.life-steps [data-seq="1"]').waitFor();
    expect(await page.locator('.life-steps button[data-seq]').count()).toBeGreaterThan(2);
    expect(await stops.count()).toBe(1);
    await stops.focus();
    await page.keyboard.press('End');
    await page.locator('.life-steps [data-seq="1"][tabindex="0"]:focus').waitFor();
    expect(await stops.count()).toBe(1);
    await page.locator('.chart-frame[data-drawn]').waitFor();
    for (const far of ['FAILED.idle', 'DISCONNECTED.idle']) {
      await page.locator(`.chart-state[data-state="${far}"]`).focus();
      const isSeen = `(() => {
        const [frame, state] = ['.chart-frame', '.chart-state:focus'].map((one) => document.querySelector(one).getBoundingClientRect());
        return state.left >= frame.left && state.right <= frame.right && state.top >= frame.top && state.bottom <= frame.bottom;
      })()`;
      await expect.poll(() => page.evaluate<boolean>(isSeen)).toBe(true);
    }
    await dashboard.picture('inspector-laptop');
  });
});
