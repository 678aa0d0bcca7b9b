import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SimulatorControl } from '#apps/simulator/control/control-client';
import { findBrowser } from '#libs/drivers/whatsapp/browser/browser-finder';
import { browserFlags, headlessMode } from '#libs/drivers/whatsapp/browser/browser-flags';
import { endProcessTree } from '#libs/processes/process-ending';
import { identify, type ProcessIdentity } from '#libs/processes/process-identity';
import type { BareOrder, BarePuppeteer, BareSend, BareWord } from './bare-words.js';

/** A bare script with all its clients ready. */
export interface BareRun {
  readonly pid: number;
  /** From the start of its process to the last `ready`. */
  readonly seconds: number;
  /** Each client sends so many, one after the other; answers the seconds that all together took. */
  send(to: string, count: number): Promise<number>;
  end(): Promise<void>;
}

export interface Bare {
  /** Links its first `count` clients to phones; afterwards nothing runs. */
  pair(count: number): Promise<void>;
  start(count: number): Promise<BareRun>;
}

/** Ten full browsers on two cores need 10 s. */
const READY_MS_MAX = 120_000;
const SENT_MS_MAX = 120_000;
const LEAVE_MS_MAX = 30_000;
const KILL_MS_MAX = 5_000;

/**
 * - `ours`    the browser and the flags that Muster uses
 * - `default` a full Chromium, and nothing set but what the machine demands
 */
export type BareBrowser = 'ours' | 'default';

export function makeBare(
  browser: BareBrowser,
  place: { dataPath: string; chromiumArgs: readonly string[]; control: SimulatorControl; firstNumber: number },
): Bare {
  const { control, dataPath, firstNumber } = place;
  const puppeteer = puppeteerOptions(browser, place.chromiumArgs);
  const run = (count: number, onQr: (n: number, qr: string) => void): Promise<BareRun> =>
    runBare({ count, dataPath, puppeteer }, onQr);
  return {
    async pair(count) {
      const scanned = new Set<number>();
      const paired = await run(count, (n, qr) => {
        if (scanned.has(n)) return;
        scanned.add(n);
        void control.scan({ qr, number: `+${firstNumber + n}` });
      });
      await paired.end();
    },
    start: (count) =>
      run(count, (n) => {
        throw new Error(`the bare script’s client ${n} has lost its login`);
      }),
  };
}

function puppeteerOptions(browser: BareBrowser, chromiumArgs: readonly string[]): BarePuppeteer {
  const whatsappBrowser = browser === 'ours' ? 'auto' : 'full';
  const found = findBrowser({ chromiumPath: null, whatsappBrowser, cacheDir: '' });
  if (!found.ok) throw new Error(found.detail);
  const { path: executablePath, kind } = found.browser;
  if (browser === 'ours')
    return { executablePath, headless: headlessMode(kind), pipe: true, args: browserFlags(chromiumArgs, kind) };
  return { executablePath, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...chromiumArgs] };
}

async function runBare(order: BareOrder, onQr: (n: number, qr: string) => void): Promise<BareRun> {
  const beganAt = performance.now();
  const script = fileURLToPath(new URL('./bare-script.js', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const identity = identify(child.pid!);
  try {
    await allReady(child, order.count, onQr);
  } catch (error) {
    await leave(child, identity);
    throw error;
  }
  const seconds = (performance.now() - beganAt) / 1000;
  return {
    pid: child.pid!,
    seconds,
    send: (to, count) => {
      child.stdin.write(`${JSON.stringify({ to, count } satisfies BareSend)}\n`);
      return sent(child);
    },
    end: () => leave(child, identity),
  };
}

function allReady(child: ChildProcess, count: number, onQr: (n: number, qr: string) => void): Promise<void> {
  const ready = new Set<number>();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${ready.size} of ${count} bare clients ready in time`)),
      READY_MS_MAX,
    );
    child.once('exit', () => reject(new Error('the bare script ended')));
    const hear = (word: BareWord): void => {
      if (word.is === 'failed') throw new Error(`bare client ${word.n}: ${word.why}`);
      if (word.is === 'qr') return onQr(word.n, word.qr);
      if (word.is !== 'ready') return;
      if (ready.add(word.n).size < count) return;
      clearTimeout(timer);
      resolve();
    };
    createInterface({ input: child.stdout! }).on('line', (line) => {
      try {
        hear(JSON.parse(line) as BareWord);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

/** Resolves with the seconds when all are acknowledged. */
function sent(child: ChildProcess): Promise<number> {
  const lines = createInterface({ input: child.stdout! });
  return new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the bare script did not send all in time')), SENT_MS_MAX);
    lines.on('line', (line) => {
      const word = JSON.parse(line) as BareWord;
      if (word.is !== 'sent' && word.is !== 'failed') return;
      clearTimeout(timer);
      if (word.is === 'sent') resolve(word.seconds);
      else reject(new Error(`bare client ${word.n}: ${word.why}`));
    });
  }).finally(() => lines.close());
}

async function leave(child: ChildProcess, identity: ProcessIdentity | undefined): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || !identity) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  const limit = setTimeout(() => void endProcessTree(identity, { askMs: 0, killMs: KILL_MS_MAX }), LEAVE_MS_MAX);
  await exited;
  clearTimeout(limit);
}
