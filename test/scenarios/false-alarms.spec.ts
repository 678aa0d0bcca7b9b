import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import { WAIT } from '#test/support/whatsapp-stage';
import { reasonsIn, storyOf } from './episode.js';
import { type Person, type ScenarioStage, setScenario } from './scenario-stage.js';

/** A third of everything: probes every 15 s with 5 s to answer, 60 s of work in tasks of less than 5 s. */
const PROBE_EVERY_MS = 5_000;
const PROBE_ANSWER_MS_MAX = 1_667;
const TASK_MS = 1_500;
const WORK_MS = 20_000;
/** Several probes of each account. */
const BUSY_MS = 12_000;
/** Real browsers among fifty accounts that start at once; the others are simulated. Fifty take 4 GB and two minutes. */
const REAL = Number(process.env['REAL_BROWSERS'] ?? 6);
const ALL = 50;
const STORY_MS_MAX = 90_000 + REAL * 2_000;
const BACK = { timeoutMs: STORY_MS_MAX, everyMs: 250 };

let scene: ScenarioStage<string>;
const burning: ChildProcess[] = [];

beforeAll(
  async () => {
    const names = Array.from({ length: REAL }, (_, n) => `account ${n}`);
    const probes = { PROBE_EVERY_MS: String(PROBE_EVERY_MS), PROBE_ANSWER_MS_MAX: String(PROBE_ANSWER_MS_MAX) };
    scene = await setScenario(names, { ENGINE_HOST_ACCOUNTS_MAX: '8', ...probes });
  },
  120_000 + REAL * 2_000,
);
afterEach(() => {
  for (const child of burning.splice(0)) child.kill('SIGKILL');
});
afterAll(() => scene?.[Symbol.asyncDispose]());

const everybody = () => Object.values<Person>(scene.cast);
const somebody = (): Person => everybody()[0]!;

/** Nobody moved a step, and all browsers are the same. */
async function calm(story: () => Promise<void>): Promise<void> {
  const look = () =>
    Promise.all(
      everybody().map(
        async ({ id, name }) => `${name} ${await scene.stage.lastSeq(id)} ${scene.stage.browserOf(id)[0]?.pid}`,
      ),
    );
  const before = await look();
  await story();
  expect(await look()).toEqual(before);
}

const worksDone = async () => (await scene.stage.control.journal({ kind: 'page.deed_done', limit: 10_000 })).length;

describe('no account restarts, although', () => {
  it(
    'its page works for as long as a large sync takes, in legal tasks',
    () =>
      calm(async () => {
        await scene.stage.control.do({
          number: somebody().number,
          deed: 'work',
          taskMs: TASK_MS,
          totalMs: WORK_MS,
        });
        await waitUntil('the end of the work', worksDone, (done) => done === 1, {
          timeoutMs: WORK_MS + WAIT.timeoutMs,
          everyMs: 250,
        });
      }),
    STORY_MS_MAX,
  );

  it(
    'all CPUs are busy, and a page works, too',
    () =>
      calm(async () => {
        await Promise.all(Array.from({ length: availableParallelism() * 2 }, burn));
        const done = await worksDone();
        const half = { taskMs: TASK_MS / 2, totalMs: BUSY_MS };
        await scene.stage.control.do({ number: somebody().number, deed: 'work', ...half });
        await waitUntil('the end of the work', worksDone, (now) => now === done + 1, {
          timeoutMs: WORK_MS + WAIT.timeoutMs,
          everyMs: 250,
        });
      }),
    STORY_MS_MAX,
  );

  it(
    'fifty start at once',
    async () => {
      const { accounts } = scene.stage.client;
      const simulated = await Promise.all(
        Array.from({ length: ALL - REAL }, (_, n) =>
          accounts.create({ label: `simulated ${n}`, provider: 'simulated', settings: { autoScanMs: 0 } }),
        ),
      );
      await Promise.all(simulated.map(({ id }) => accounts.connect(id)));
      await Promise.all(simulated.map(({ id }) => accounts.untilConnected(id, WAIT)));
      const ids = [...everybody(), ...simulated].map(({ id }) => id);
      const seqs = await Promise.all(ids.map((id) => scene.stage.lastSeq(id)));
      await scene.stage.runtime.stop();
      await scene.stage.startAgain();
      const startedAt = performance.now();
      await Promise.all(ids.map((id) => scene.stage.client.accounts.untilConnected(id, BACK)));
      console.log(
        `${ALL} accounts, ${REAL} with browsers: back ${Math.round(performance.now() - startedAt)} ms after the start`,
      );
      for (const [n, id] of ids.entries()) {
        const steps = await scene.stage.stepsAfter(id, seqs[n]!);
        expect(reasonsIn(steps), storyOf(steps)).toEqual([]);
      }
      expect((await scene.stage.client.health.full()).activeClients).toBe(ALL);
    },
    STORY_MS_MAX,
  );
});

/** A process that never waits for anything. */
async function burn(): Promise<void> {
  const child = spawn(process.execPath, ['-e', 'console.log("hot"); for (;;);'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  burning.push(child);
  await once(child.stdout, 'data');
}
