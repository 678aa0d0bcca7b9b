import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { join } from 'node:path';
import { startInTerminal, strays, type TerminalProgram } from '#test/support/terminal';

/** It takes 4 s alone: npm, a look at the sources, a new database. */
const RUNS_MS_MAX = 90_000;

const ways: readonly [string, (npm: TerminalProgram) => void][] = [
  ['Ctrl-C, told by the terminal and once more by npm', (npm) => npm.pressCtrlC()],
  ['SIGTERM to npm alone', (npm) => void process.kill(npm.pid, 'SIGTERM')],
];

/** A start that is not finished is ended as well; nothing is open but the port then. */
const moments: readonly [string, RegExp][] = [
  ['in the middle of its start', /"step":0/],
  ['when it runs', /"step":4/],
];
const cases = ways.flatMap(([way, end]) => moments.map(([moment, words]) => ({ way, end, moment, words })));

it.each(cases)('`npm start` ends gracefully, and wholly, at $way, $moment', async ({ end, words }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-npm-'));
  await chmod(dataDir, 0o755); // the embedded Postgres runs as another user when we are root
  const npm = startInTerminal(['npm', 'start'], { DATA_DIR: dataDir, PORT: '0' });
  try {
    await npm.saw(words, RUNS_MS_MAX);
    const started = npm.processes();
    expect(started.length).toBeGreaterThan(1);
    end(npm);
    expect(await npm.exit, npm.said()).toBe(0);
    expect(npm.said()).toMatch(/"clean":true,"msg":"stopped"/);
    expect(npm.said()).not.toMatch(/^killed/im);
    await expect.poll(() => strays(dataDir, started)).toEqual([]);
  } finally {
    await npm.end();
    await rm(dataDir, { recursive: true, force: true });
  }
});
