import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { identify, isAlive } from '#libs/processes/process-identity';
import { startTestPostgres } from '#test/support/postgres';
import { nameOf, POLL, WAIT } from '#test/support/whatsapp-stage';
import { type DatabaseLine, openDatabaseLine } from './database-line.js';
import { scenariosOf } from './scenario.js';
import { restartOf, type ScenarioStage, setScenario } from './scenario-stage.js';

const scenario = scenariosOf('storage');
const stranger = '+491700000009';
/** In earnest a minute: what must hold holds from the first failed statement on. */
const AWAY_MS = 5_000;

type Scene = ScenarioStage<'alice'>;

const readiness = (scene: Scene) => scene.stage.client.health.ready().then(({ status }) => status);

/** The same browser and not one step in its history. */
async function staysUp({ stage, cast }: Scene, story: () => Promise<void>): Promise<void> {
  const { id } = cast.alice;
  const [seq, browser] = [await stage.lastSeq(id), stage.browserOf(id)[0]!];
  await story();
  expect(await stage.client.accounts.get(id)).toMatchObject({ detail: 'CONNECTED.online' });
  expect(await stage.lastSeq(id)).toBe(seq);
  expect([browser].filter((entry) => !isAlive(entry)).map(nameOf)).toEqual([]);
}

async function sendsOnce({ stage, cast }: Scene, text: string): Promise<void> {
  const { id } = await stage.client.messages.send(cast.alice.id, { to: stranger, text });
  await stage.client.messages.untilStatus(id, ['delivered'], WAIT);
  const accepted = await stage.control.journal({ kind: 'message.accepted', limit: 10_000 });
  expect(accepted.filter((entry) => entry.text === text)).toHaveLength(1);
}

describe('a Postgres of somebody else', () => {
  let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
  let line: DatabaseLine;
  let scene: Scene;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    line = await openDatabaseLine(await postgres.createEmptyDatabase());
    scene = await setScenario(['alice'], { DATABASE_URL: line.url });
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
    await line?.close();
    await postgres?.stop();
  });

  scenario('an external Postgres is gone for 60 s', () =>
    staysUp(scene, async () => {
      const { id } = scene.cast.alice;
      const goneAt = performance.now();
      line.cut();
      await expect.poll(() => readiness(scene), POLL).not.toBe('ok');
      const refused = scene.stage.client.messages.send(id, { to: stranger, text: 'nobody stores it' });
      await expect(refused).rejects.toMatchObject({ problem: { status: 503 } });
      await expect.poll(() => performance.now() - goneAt, POLL).toBeGreaterThan(AWAY_MS);
      line.mend();
      await expect.poll(() => readiness(scene), POLL).toBe('ok');
      await sendsOnce(scene, 'stored again');
      const accepted = await scene.stage.control.journal({ kind: 'message.accepted', limit: 10_000 });
      expect(accepted.filter(({ text }) => text === 'nobody stores it')).toEqual([]);
    }),
  );
});

describe('our own Postgres, on a small disk', () => {
  const disk = mountSmallDisk();
  let scene: Scene;

  beforeAll(async () => {
    const { TMPDIR } = process.env;
    if (disk !== null) process.env['TMPDIR'] = disk; // where the stage makes its folders
    scene = await setScenario(['alice']).finally(() => {
      if (TMPDIR === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = TMPDIR;
    });
  });
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
    if (disk !== null) execFileSync('umount', [disk]);
    if (disk !== null) rmSync(disk, { recursive: true });
  });

  scenario('the embedded Postgres is killed', () =>
    staysUp(scene, async () => {
      const { stage, cast } = scene;
      const sent = await stage.client.messages.send(cast.alice.id, { to: stranger, text: 'acknowledged' });
      const postmaster = join(stage.runtime.dataDir, 'postgres', 'data', 'postmaster.pid');
      const server = identify(Number((await readFile(postmaster, 'utf8')).split('\n', 1)[0]))!;
      const killedAt = performance.now();
      process.kill(server.pid, 'SIGKILL');
      await stage.runtime.sawLine(({ msg }) => msg === 'the embedded Postgres is back');
      await expect.poll(() => readiness(scene), POLL).toBe('ok');
      expect(performance.now() - killedAt).toBeLessThan(3_000);
      await stage.client.messages.untilStatus(sent.id, ['delivered'], WAIT);
      await sendsOnce(scene, 'and one more');
    }),
  );

  scenario('the disk is full', async () => {
    if (disk === null) return expect(process.getuid?.(), 'only root can make a small disk').not.toBe(0);
    const { stage, cast } = scene;
    const filler = join(disk, 'filler');
    await expect(writeFile(filler, Buffer.alloc(DISK_MB * 1_048_576))).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect.poll(() => stage.client.health.ready(), POLL).toMatchObject({ error: { disk: { status: 'down' } } });
    const sending = stage.client.messages.send(cast.alice.id, { to: stranger, text: 'into a full disk' });
    await sending.catch((error: unknown) => expect(error).toMatchObject({ problem: { status: 503 } }));
    await rm(filler);
    await expect.poll(() => readiness(scene), POLL).toBe('ok');
    await stage.client.accounts.untilConnected(cast.alice.id, WAIT);
    await sendsOnce(scene, 'there is room again');
    const seq = await stage.lastSeq(cast.alice.id);
    await restartOf(stage, cast.alice.id);
    expect((await stage.stepsAfter(cast.alice.id, seq)).map(({ to }) => to)).not.toContain('QR_READY');
  });
});

/** Postgres, a profile and the room that the runtime wants to see free. */
const DISK_MB = 600;

/** A disk in memory; null where we may not mount one. */
function mountSmallDisk(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'muster-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null; // a container without the right to mount
  }
}
