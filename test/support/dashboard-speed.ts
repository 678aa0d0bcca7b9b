import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { TestRuntime } from './runtime.js';

/** CPU time of all renderers, in milliseconds: of the page under measure, when others are idle. */
export async function renderersCpuMs(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return renderers.reduce((sum, { cpuTime }) => sum + cpuTime * 1_000, 0);
}

/**
 * From now on notes of each change of a status in sight how long it took from the moment when the account entered it (which
 * is before its commit) to the page. Answers what ends it and tells, in milliseconds.
 */
export async function watchStatuses(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(`{
    globalThis.delays = [];
    globalThis.watch = new MutationObserver((changes) => {
      for (const { target } of changes) globalThis.delays.push(Date.now() - Date.parse(target.dateTime));
    });
    globalThis.watch.observe(document.querySelector('.rows'), { subtree: true, attributeFilter: ['datetime'] });
  }`);
  return () => page.evaluate<readonly number[]>('globalThis.watch.disconnect(), globalThis.delays');
}

/** Between two commands. Each makes three to five committed changes. */
const COMMAND_EVERY_MS = 38;

/** Connects and disconnects these accounts in turn for so long. Answers how many changes were committed and told. */
export async function changeSteadily(
  { client }: TestRuntime,
  ids: readonly string[],
  forMs: number,
): Promise<{ readonly changes: number; readonly tookMs: number }> {
  await using stream = client.stream({ topics: ['accounts'] });
  await stream.untilLive();
  let changes = 0;
  const counting = (async () => {
    for await (const { event } of stream) if (event === 'account.changed') changes += 1;
  })();
  const began = performance.now();
  for (let n = 0; performance.now() - began < forMs; n += 1) {
    const id = ids[n % ids.length]!;
    const isOn = Math.floor(n / ids.length) % 2 === 0;
    await (isOn ? client.accounts.connect(id) : client.accounts.disconnect(id));
    await delay(Math.max(0, began + (n + 1) * COMMAND_EVERY_MS - performance.now()));
  }
  const tookMs = performance.now() - began;
  stream.close();
  await counting;
  return { changes, tookMs };
}

export interface Scroll {
  readonly frames: number;
  readonly tookMs: number;
  readonly longestMs: number;
  /** Of 50 ms or more: those that one feels. */
  readonly longTasks: number;
}

/** To the end of the page, as fast as a hand turns a wheel: some 4,000 pixels a second at 60 frames. */
export function scrollThrough(page: Page): Promise<Scroll> {
  return page.evaluate<Scroll>(`new Promise((resolve) => {
    let longTasks = 0;
    const observer = new PerformanceObserver((list) => { longTasks += list.getEntries().length; });
    observer.observe({ type: 'longtask' });
    const began = performance.now();
    let [frames, last, longestMs] = [0, began, 0];
    const step = (now) => {
      frames += 1;
      longestMs = Math.max(longestMs, now - last);
      last = now;
      scrollBy(0, 200);
      const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
      if (!isAtEnd) return requestAnimationFrame(step);
      observer.disconnect();
      resolve({ frames, tookMs: now - began, longestMs, longTasks });
    };
    requestAnimationFrame(step);
  })`);
}
