import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readInspection } from '#libs/contracts/inspection';
import { INSPECTING_CLIENTS_MAX } from '#libs/contracts/limits/news';
import type { StreamFrame } from '#libs/contracts/stream';
import { openBrowser, openDashboard } from '#test/support/dashboard-page';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { untilFrame } from '#test/support/simulated-pair';

const KEY = 'a-key-for-the-inspector-0123456789';
/** For the tab alone: a browser may deny a foreign page within it all storage, and the key is none of its business. */
const KEEP_KEY = `if (self === top) sessionStorage.setItem('muster.key', '${KEY}')`;
/** It takes 1.5 s alone. */
const CONNECTED_MS_MAX = 30_000;
let runtime: TestRuntime;
let browser: Browser;
beforeAll(async () => {
  const env = { STATELY_INSPECTOR: 'true', API_KEYS: KEY };
  [runtime, browser] = await Promise.all([startRuntime(env), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await runtime?.[Symbol.asyncDispose]();
});

const create = async (label: string): Promise<string> =>
  (await runtime.client.accounts.create({ label, provider: 'simulated' })).id;

describe('a machine of a running runtime', () => {
  it('is watched from how it stands to each step that it takes', async () => {
    const id = await create('alice');
    await using stream = runtime.client.stream({ topics: ['inspection'], accounts: [id] });
    const standing = readInspection((await stream.next()).value!);
    expect(standing).toMatchObject({ event: 'inspection.standing', data: { state: 'DISCONNECTED.idle' } });
    await runtime.client.accounts.connect(id);
    const isConnected = (told: StreamFrame): boolean => {
      const seen = readInspection(told);
      return seen?.event === 'inspection.step' && seen.data.to === 'CONNECTED.online';
    };
    const frame = await untilFrame(stream, isConnected, CONNECTED_MS_MAX);
    expect(readInspection(frame)).toMatchObject({
      data: { event: { type: 'driver.probed' }, context: { login: 'saved' } },
    });
  });

  it('is seen in the dashboard event by event, once somebody asks to', async () => {
    const id = await create('carol');
    await using dashboard = await openDashboard(browser, 'about:blank');
    const { page } = dashboard;
    await page.addInitScript(KEEP_KEY);
    await page.goto(`${runtime.url}/dashboard/#/accounts/${id}/inspector`);
    await page.getByRole('button', { name: 'Watch', exact: true }).click();
    const row = (text: string) => page.locator('.watch-row', { hasText: text });
    await row('DISCONNECTED.idle').waitFor();
    await runtime.client.accounts.connect(id);
    await row('AUTHENTICATING.verifying → CONNECTED.online').waitFor();
    await runtime.client.accounts.connect(id);
    await row('changed nothing').first().waitFor(); // so does the next look at whether it is still connected
    await dashboard.picture('inspection-live');
    expect(await dashboard.hindrances()).toEqual([]);
    expect(await page.getByRole('link', { name: 'Open in Stately' }).getAttribute('href')).toBe(
      `${runtime.url}/stately?accounts=${id}`,
    );
    await page.getByLabel('Only changes').check();
    await expect.poll(() => row('changed nothing').count()).toBe(0);
  });

  it('is said not to be watched while as many watch as may, and is as soon as one leaves', async () => {
    const id = await create('dave');
    const others = Array.from({ length: INSPECTING_CLIENTS_MAX }, () =>
      runtime.client.stream({ topics: ['inspection'], accounts: [id] }),
    );
    await Promise.all(others.map((stream) => stream.untilLive()));
    await using dashboard = await openDashboard(browser, 'about:blank');
    const { page } = dashboard;
    await page.addInitScript(KEEP_KEY);
    await page.goto(`${runtime.url}/dashboard/#/accounts/${id}/inspector`);
    await page.getByRole('button', { name: 'Watch', exact: true }).click();
    await page.locator('.watch-none', { hasText: 'Connecting' }).waitFor();
    for (const stream of others) stream.close();
    await page.locator('.watch-row', { hasText: 'DISCONNECTED.idle' }).waitFor();
    expect(await page.locator('.watch-head [role=status]').count()).toBe(0);
  });

  /** Stately’s own page is not asked for: this one takes its place, and says and hears what its receiver does. */
  const INSPECTOR = `<script>
    const told = [];
    addEventListener('message', ({ data }) => told.push(data));
    parent.postMessage({ type: '@statelyai.connected' }, '*');
  </script>`;

  it('comes to Stately’s inspector by the page that frames it, with the key of the tab', async () => {
    const id = await create('bob');
    expect(await runtime.client.about()).toMatchObject({ statelyInspector: '/stately' });
    await using dashboard = await openDashboard(browser, 'about:blank');
    const { page } = dashboard;
    await page.route('https://stately.ai/**', (route) => route.fulfill({ contentType: 'text/html', body: INSPECTOR }));
    await page.addInitScript(KEEP_KEY);
    await page.goto(`${runtime.url}/stately?accounts=${id}`);
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    const types = (): Promise<readonly string[]> => frame!.evaluate('told.map(({ type }) => type)');
    await expect.poll(types).toEqual(['@xstate.actor']);
    await runtime.client.accounts.connect(id);
    await runtime.client.accounts.untilConnected(id);
    const last = 'told.at(-1)?.snapshot?.value?.CONNECTED';
    await expect.poll(() => frame!.evaluate(last)).toBe('online');
    expect(await types()).toEqual(expect.arrayContaining(['@xstate.event', '@xstate.snapshot']));
    expect(dashboard.complaints).toEqual([]);
  });
});
