import { describe, expect, it } from 'vitest';
import type { CommittedState } from '#libs/contracts/events';
import type { BrowserLook, BrowserCost } from './browser-figures.js';
import { createLogger } from './logger.js';
import { watchLoopDelay } from './loop-delay.js';
import { startResourceLine } from './resource-line.js';

/** The first line that the resource line writes. */
function firstLine(last: BrowserLook | null): Promise<unknown> {
  return new Promise((resolve) => {
    const config = { logLevel: 'info', apiKeys: [], databaseUrl: null } as const;
    const logger = createLogger(config, {
      write(line) {
        end();
        resolve(JSON.parse(line));
      },
    });
    const states = new Map([
      ['a', { status: 'CONNECTED' } as CommittedState],
      ['b', { status: 'FAILED' } as CommittedState],
    ]);
    const end = startResourceLine({ logger, states, browsers: { last }, everyMs: 5 });
  });
}

describe('the resource line', () => {
  it('tells active clients, memory, browsers and uptime', async () => {
    const cost: BrowserCost = { pid: 4_242, memoryBytes: 32 * 1_048_576, cpuPercent: 1, cpuSeconds: 1, processes: 5 };
    const browsers = new Map(['a', 'b'].map((id) => [id, cost]));
    expect(await firstLine({ at: 0, browsers, hosts: new Map(), browsersCpuSeconds: 2 })).toMatchObject({
      msg: 'resources',
      activeClients: 1,
      browsersMb: 64,
      memoryMb: { rss: expect.any(Number) as number },
      uptimeS: expect.any(Number) as number,
    });
  });

  it('says that the browsers’ memory is not known where the system doesn’t tell it', async () => {
    expect(await firstLine(null)).toMatchObject({ browsersMb: null });
  });
});

describe('the event loop’s delay', () => {
  it('is up while the loop turns and down after it was held up', async () => {
    const monitor = watchLoopDelay();
    const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
    await turn();
    expect(monitor.check().status).toBe('up');
    const heldUntil = performance.now() + 2_200;
    while (performance.now() < heldUntil);
    await turn();
    expect(monitor.check()).toMatchObject({ status: 'down' });
    monitor.close();
  });
});
