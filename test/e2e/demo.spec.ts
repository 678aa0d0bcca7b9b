import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startInTerminal, strays, type TerminalProgram } from '#test/support/terminal';

/** The whole story takes 15 s alone; 40 s with twenty programs to two processors. */
const STORY_MS_MAX = 150_000;

let dataDir: string;
const demos: TerminalProgram[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'muster-demo-'));
  await chmod(dataDir, 0o755); // the embedded Postgres runs as another user when we are root
});
afterEach(async () => {
  for (const demo of demos.splice(0)) await demo.end();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

const startDemo = (env: NodeJS.ProcessEnv = {}): TerminalProgram => {
  const command = [process.execPath, '--enable-source-maps', 'dist/apps/simulator/demo/demo.js'];
  const demo = startInTerminal(command, { DEMO_DATA_DIR: dataDir, PORT: '0', ...env });
  demos.push(demo);
  return demo;
};

describe('the demo', () => {
  it('tells its story, leaves nothing at Ctrl-C, and comes back without a code', async () => {
    const first = startDemo();
    await first.saw(/That was the story/, STORY_MS_MAX);
    for (const name of ['Alice', 'Bob', 'Carol']) expect(first.said()).toMatch(`${name.padEnd(9)} is CONNECTED as +`);
    for (const words of [
      /the message is delivered/,
      /the message is read/,
      /kills Bob’s browser/,
      /Bob +The browser ended unexpectedly. Tries again/,
      /Bob +starts its browser \(session 2\)/,
      /3 accounts are connected/,
      /Carol +rests, DISCONNECTED: The account was logged out on the phone/,
    ])
      await first.saw(words); // Carol rests when her browser is closed, which the story does not wait for
    const started = first.processes();
    expect(started.length).toBeGreaterThan(10);
    first.pressCtrlC();
    process.kill(first.pid, 'SIGINT'); // as npm does
    expect(await first.exit, first.said()).toBe(0);
    await expect.poll(() => strays(dataDir, started)).toEqual([]);

    const second = startDemo();
    await second.saw(/Alice +is CONNECTED/, STORY_MS_MAX);
    expect(second.said()).toMatch(/Alice +the saved login is good/);
    expect(second.said()).not.toMatch(/Alice +shows a QR code/);
    const again = second.processes();
    process.kill(second.pid, 'SIGTERM');
    expect(await second.exit, second.said()).toBe(0);
    await expect.poll(() => strays(dataDir, again)).toEqual([]);
  }, 360_000);

  it('clears up after a runtime that is killed, and says so', async () => {
    const demo = startDemo();
    await demo.saw(/Alice +is CONNECTED/, STORY_MS_MAX);
    const started = demo.processes();
    const runtime = Number(/runs on \S+ \(pid (\d+)\)/.exec(demo.said())?.[1]);
    expect(started.map(({ pid }) => pid)).toContain(runtime);
    process.kill(runtime, 'SIGKILL');
    expect(await demo.exit, demo.said()).toBe(1);
    expect(demo.said()).toMatch(/demo +the runtime ended \(SIGKILL\)/);
    await expect.poll(() => strays(dataDir, started)).toEqual([]);
  }, 240_000);

  it('is ended while it still starts, and leaves nothing', async () => {
    const demo = startDemo();
    await demo.saw(/plays web\.whatsapp\.com/);
    const started = demo.processes();
    demo.pressCtrlC();
    process.kill(demo.pid, 'SIGINT'); // as npm does
    expect(await demo.exit, demo.said()).toBe(0);
    await expect.poll(() => strays(dataDir, started)).toEqual([]);
  });

  it('refuses a port in use in one line', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const demo = startDemo({ PORT: String(port) });
    expect(await demo.exit).toBe(2);
    expect(demo.said()).toBe(`port ${port} is in use: stop that program, or give another PORT\n`);
    other.close();
  });

  it('says in one line that there is no browser, and ends', async () => {
    const demo = startDemo({ CHROMIUM_PATH: join(dataDir, 'no-browser') });
    expect(await demo.exit, demo.said()).toBe(1);
    expect(demo.said().match(/can’t connect: .*browser.*/g)).toHaveLength(1);
    await expect.poll(() => strays(dataDir, [])).toEqual([]);
  });
});
