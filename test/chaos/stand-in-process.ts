import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { connectSimulatorControl, type SimulatorControl } from '#apps/simulator/control/control-client';

/** The stand-in of WhatsApp as a program of its own, so that it can be frozen and is not slowed by us. */
export interface StandInProcess extends AsyncDisposable {
  readonly pid: number;
  readonly control: SimulatorControl;
  /** As the environment of a runtime takes it. */
  readonly chromiumArgs: string;
}

/** It takes a second alone. */
const START_MS_MAX = 60_000;

export async function startStandIn(dataDir: string): Promise<StandInProcess> {
  const script = ['--enable-source-maps', 'dist/apps/simulator/main.js'];
  const child = spawn(process.execPath, [...script, '--port', '0', '--control-port', '0', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { control, chromiumArgs } = await readAddresses(child).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    pid: child.pid!,
    control: connectSimulatorControl(control),
    chromiumArgs,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL'); // it may be frozen, and has nothing to keep
      await exited;
    },
  };
}

async function readAddresses(
  child: ChildProcess,
): Promise<{ readonly control: string; readonly chromiumArgs: string }> {
  const lines = createInterface({ input: child.stdout!, signal: AbortSignal.timeout(START_MS_MAX) });
  let control: string | undefined;
  for await (const line of lines) {
    control ??= /^control API on (\S+)/.exec(line)?.[1];
    const chromiumArgs = /^CHROMIUM_ARGS="(.*)"$/.exec(line)?.[1];
    if (chromiumArgs !== undefined && control !== undefined) return { control, chromiumArgs };
  }
  throw new Error('the stand-in of WhatsApp did not say where it is');
}
