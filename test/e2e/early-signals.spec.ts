import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { strays } from '#test/support/terminal';

/** The longest has a database made before it ends. */
const GONE_MS_MAX = 60_000;
const LOOK_EVERY_MS = 2;

const entries = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

type Moment = (dataDir: string) => Promise<unknown>;

const after =
  (ms: number): Moment =>
  () =>
    delay(ms);

const atFirst =
  (...folder: readonly string[]): Moment =>
  async (dataDir) => {
    while ((await entries(join(dataDir, ...folder))).length === 0) await delay(LOOK_EVERY_MS);
  };

/** From Node's own first steps on, then what a start does first. */
const MOMENTS: readonly (readonly [string, Moment])[] = [
  ...[50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000].map(
    (ms) => [`${ms} ms after its start`, after(ms)] as const,
  ),
  ['when DATA_DIR is being locked', atFirst('lock')],
  ['when the database is being made', atFirst('postgres')],
];

it.each(MOMENTS)('SIGTERM %s leaves neither process nor lock', async (_name, moment) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-early-'));
  await chmod(dataDir, 0o755); // the embedded Postgres runs as another user when we are root
  const { PATH, HOME, CHROMIUM_PATH } = process.env;
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: { PATH, HOME, ...(CHROMIUM_PATH && { CHROMIUM_PATH }), DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
  const exited = once(child, 'exit', { signal: AbortSignal.timeout(GONE_MS_MAX) });
  try {
    await moment(dataDir);
    child.kill('SIGTERM');
    const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null];
    // Node ends by the signal as long as it only loads the program; from there on it is a stop as any other.
    expect(signal ?? code, said).toBe(signal ? 'SIGTERM' : 0);
    if (signal) expect(await entries(dataDir)).toEqual([]);
    expect(await entries(join(dataDir, 'lock'))).toEqual([]);
    await expect.poll(() => strays(dataDir, [])).toEqual([]);
  } finally {
    child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  }
});
