import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive } from '#libs/processes/process-identity';
import { listProcesses, listTree } from '#libs/processes/process-table';

/** The whole story: three browsers and a Postgres start on two cores that others use, too. */
const STORY_MS_MAX = 60_000;
const LINE_MS_MAX = 30_000;

let dataDir: string;
const demos: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'muster-demo-'));
  await chmod(dataDir, 0o755); // the embedded Postgres runs as another user when we are root
});
afterEach(async () => {
  for (const demo of demos.splice(0)) if (demo.exitCode === null) demo.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

interface Demo {
  readonly pid: number;
  said(): string;
  /** Resolves as soon as this was said; rejects with all that was said instead. */
  saw(words: RegExp, limitMs?: number): Promise<void>;
  readonly exit: Promise<number | null>;
}

/** Started as a terminal starts it: leader of a group of its own, which Ctrl-C reaches as a whole. */
function startDemo(env: NodeJS.ProcessEnv = {}): Demo {
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/apps/simulator/demo.js'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DEMO_DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  demos.push(child);
  let text = '';
  const looks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      text += part.toString();
      for (const look of looks) look();
    });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return {
    pid: child.pid!,
    said: () => text,
    exit,
    saw: (words, limitMs = LINE_MS_MAX) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => () => done(() => reject(new Error(`${why} without ${String(words)}:\n${text}`)));
        const timer = setTimeout(fail(`${limitMs} ms passed`), limitMs);
        const look = (): void => {
          if (words.test(text)) done(resolve);
        };
        const done = (tell: () => void): void => {
          clearTimeout(timer);
          looks.delete(look);
          tell();
        };
        looks.add(look);
        look();
        void exit.then(fail('the demo ended'));
      }),
  };
}

/** All that the demo has started, its own process included, whatever group they made for themselves. */
const startedBy = (demo: Demo): readonly ProcessEntry[] => listTree([demo.pid]);

/** Nothing of it lives, and nobody else works in its folder. */
function expectNothingLeft(started: readonly ProcessEntry[]): void {
  const named = (entry: ProcessEntry): string => `${entry.pid} ${entry.arguments().join(' ').slice(0, 200)}`;
  expect(started.filter(isAlive).map(named)).toEqual([]);
  const inFolder = listProcesses().filter((entry) => entry.arguments().some((one) => one.includes(dataDir)));
  expect(inFolder.map(named)).toEqual([]);
}

describe('the demo', () => {
  it('tells its story within a minute, leaves nothing at Ctrl-C, and comes back without a code', async () => {
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
      expect(first.said()).toMatch(words);
    const started = startedBy(first);
    expect(started.length).toBeGreaterThan(10);
    process.kill(-first.pid, 'SIGINT');
    expect(await first.exit, first.said()).toBe(0);
    expectNothingLeft(started);

    const second = startDemo();
    await second.saw(/Alice +is CONNECTED/);
    expect(second.said()).toMatch(/Alice +the saved login is good/);
    expect(second.said()).not.toMatch(/Alice +shows a QR code/);
    const again = startedBy(second);
    process.kill(second.pid, 'SIGTERM');
    expect(await second.exit, second.said()).toBe(0);
    expectNothingLeft(again);
  }, 120_000);

  it('clears up after a runtime that is killed, and says so', async () => {
    const demo = startDemo();
    await demo.saw(/Alice +is CONNECTED/, STORY_MS_MAX);
    const started = startedBy(demo);
    const runtime = Number(/runs on \S+ \(pid (\d+)\)/.exec(demo.said())?.[1]);
    expect(started.map(({ pid }) => pid)).toContain(runtime);
    process.kill(runtime, 'SIGKILL');
    expect(await demo.exit, demo.said()).toBe(1);
    expect(demo.said()).toMatch(/demo +the runtime ended \(SIGKILL\)/);
    expectNothingLeft(started);
  });

  it('is ended while it still starts, and leaves nothing', async () => {
    const demo = startDemo();
    await demo.saw(/plays web\.whatsapp\.com/);
    const started = startedBy(demo);
    process.kill(-demo.pid, 'SIGINT');
    expect(await demo.exit, demo.said()).toBe(0);
    expectNothingLeft(started);
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
    expectNothingLeft(startedBy(demo));
  });
});
