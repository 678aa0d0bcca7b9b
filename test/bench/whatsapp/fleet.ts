import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectSimulatorControl, type SimulatorControl } from '#apps/simulator/control/control-client';
import { startSimulator } from '#apps/simulator/simulator';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { inLanes } from '../lanes.js';
import { type Bare, type BareBrowser, makeBare } from './bare.js';

/** A runtime with WhatsApp accounts, and bare scripts to compare it with, all on one stand-in of WhatsApp. */
export interface WhatsappFleet extends AsyncDisposable {
  readonly control: SimulatorControl;
  /** The present process; another one after each start. */
  readonly runtime: TestRuntime;
  readonly accountIds: readonly string[];
  readonly bare: Readonly<Record<BareBrowser, Bare>>;
  /** Only the first `count` are wanted; resolves when so many, and no more, are connected. */
  want(count: number): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when `count` are CONNECTED, with the seconds since the process was started. */
  start(count: number): Promise<number>;
}

const NUMBERS = { runtime: 491700000100, ours: 491700000200, default: 491700000300 } as const;
const PAIRED_AT_ONCE = 3;
const WAIT = { timeoutMs: 90_000, everyMs: 50 };
const LOOK_EVERY_MS = 20;

export async function makeWhatsappFleet(
  count: number,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = {},
): Promise<WhatsappFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const simulator = await startSimulator({ dataDir: folder });
  const control = connectSimulatorControl(`http://127.0.0.1:${simulator.controlPort}`);
  const { chromiumArgs } = simulator;
  const CHROMIUM_ARGS = chromiumArgs.map((flag) => `'${flag}'`).join(' ');
  let runtime = await startRuntime({ CHROMIUM_ARGS, ...env });
  const accountIds: string[] = [];
  const bareOf = (browser: BareBrowser): Bare => {
    const dataPath = join(folder, browser);
    return makeBare(browser, { dataPath, chromiumArgs, control, firstNumber: NUMBERS[browser] });
  };
  const connected = (wanted: number): Promise<void> => untilConnected(() => runtime, wanted, signal);
  const fleet: WhatsappFleet = {
    control,
    get runtime() {
      return runtime;
    },
    accountIds,
    bare: { ours: bareOf('ours'), default: bareOf('default') },
    async want(wanted) {
      const { accounts } = runtime.client;
      for (const [n, id] of accountIds.entries()) await (n < wanted ? accounts.connect(id) : accounts.disconnect(id));
      await connected(wanted);
    },
    stop: async () => void (await runtime.stop()),
    async start(wanted) {
      const beganAt = performance.now();
      runtime = await runtime.startAgain();
      await connected(wanted);
      return (performance.now() - beganAt) / 1000;
    },
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await simulator.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await inLanes(Array(count).keys(), PAIRED_AT_ONCE, signal, async (n) => {
      const { accounts } = runtime.client;
      const { id } = await accounts.create({ label: `bench ${n}`, provider: 'whatsapp' });
      accountIds.push(id);
      await accounts.connect(id);
      await accounts.untilStatus(id, 'QR_READY', WAIT);
      await control.scan({ qr: (await accounts.qr(id)).qr, number: `+${NUMBERS.runtime + n}` });
      await accounts.untilConnected(id, WAIT);
    });
    return fleet;
  } catch (error) {
    await fleet[Symbol.asyncDispose]();
    throw error;
  }
}

async function untilConnected(runtime: () => TestRuntime, count: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + WAIT.timeoutMs;
  for (;;) {
    const { activeClients } = (await (await fetch(`${runtime().url}/health`)).json()) as { activeClients: number };
    if (activeClients === count) return;
    if (performance.now() > deadline) throw new Error(`${activeClients} accounts are connected, not ${count}`);
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
