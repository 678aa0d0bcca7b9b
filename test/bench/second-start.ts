import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcessTree } from '#libs/processes/process-ending';
import { identify } from '#libs/processes/process-identity';
import { startRuntime } from '#test/support/runtime';
import type { Figure } from './figure.js';
import { median } from './percentile.js';

const LOOK_EVERY_MS = 10;
const START_MS_MAX = 60_000;
const NPM = ['npm', 'start'] as const;
const NODE = [process.execPath, '--enable-source-maps', 'dist/src/main.js'] as const;

/** A built program on a DATA_DIR that has been used: from the command to the first 200 of /health/ready. */
export async function benchSecondStart(rounds: number, signal: AbortSignal): Promise<readonly Figure[]> {
  await using first = await startRuntime();
  await first.stop();
  const byNpm: number[] = [];
  const byNode: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    byNpm.push(await startOnce(NPM, first.dataDir, signal));
    byNode.push(await startOnce(NODE, first.dataDir, signal));
  }
  const note = `median of ${rounds}`;
  return [
    { name: 'second `npm start` answers', value: median(byNpm), unit: 's', bar: { below: 3 }, note },
    { name: 'the same without npm and its look at the build', value: median(byNode), unit: 's', note },
  ];
}

/** Seconds; afterwards nothing of it is alive. */
async function startOnce([command, ...args]: readonly string[], dataDir: string, signal: AbortSignal): Promise<number> {
  const beganAt = performance.now();
  const child = spawn(command!, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(START_MS_MAX)]);
  try {
    const { url, pid } = await listening(child.stdout, limit);
    while (!(await fetch(`${url}/health/ready`)).ok) await delay(LOOK_EVERY_MS, undefined, { signal: limit });
    const seconds = (performance.now() - beganAt) / 1000;
    process.kill(pid, 'SIGTERM');
    await exited;
    return seconds;
  } finally {
    const left = child.exitCode === null && child.signalCode === null ? identify(child.pid!) : null;
    if (left) await endProcessTree(left, { askMs: 30_000, killMs: 5_000 });
  }
}

async function listening(output: NodeJS.ReadableStream, signal: AbortSignal): Promise<{ url: string; pid: number }> {
  const lines = createInterface({ input: output, signal });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const said = line.startsWith('{') ? (JSON.parse(line) as { step?: number; url?: string; pid?: number }) : {};
      if (said.step === 0 && said.url && said.pid) resolve({ url: said.url, pid: said.pid });
    });
    lines.on('close', () => reject(new Error('it ended, or was ended, before it listened')));
  });
}
