import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { POLL, WAIT } from '#test/support/whatsapp-stage';
import { scenariosOf } from './scenario.js';
import { restartOf, type ScenarioStage, setScenario } from './scenario-stage.js';

const scenario = scenariosOf('storage');
const stranger = '+491700000009';
/** Postgres, a profile, and the room that the runtime wants to see free. */
const DISK_MB = 600;

const disk = mountSmallDisk();
let scene: ScenarioStage<'alice'>;

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
  if (disk === null) return;
  execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true });
});

const readiness = async () => (await scene.stage.client.health.ready()).status;

async function sendsOnce(text: string): Promise<void> {
  const { stage, cast } = scene;
  const { id } = await stage.client.messages.send(cast.alice.id, { to: stranger, text });
  await stage.client.messages.untilStatus(id, ['delivered'], WAIT);
  const accepted = await stage.control.journal({ kind: 'message.accepted', limit: 10_000 });
  expect(accepted.filter((entry) => entry.text === text)).toHaveLength(1);
}

scenario('the disk is full', async () => {
  if (disk === null) return console.warn('not played: a small disk can’t be mounted here');
  const { stage, cast } = scene;
  const filler = join(disk, 'filler');
  await expect(writeFile(filler, Buffer.alloc(DISK_MB * 1_048_576))).rejects.toMatchObject({ code: 'ENOSPC' });
  await expect.poll(() => stage.client.health.ready(), POLL).toMatchObject({ error: { disk: { status: 'down' } } });
  const sending = stage.client.messages.send(cast.alice.id, { to: stranger, text: 'into a full disk' });
  await sending.catch((error: unknown) => expect(error).toMatchObject({ problem: { status: 503 } }));
  await rm(filler);
  await expect.poll(readiness, POLL).toBe('ok');
  await stage.client.accounts.untilConnected(cast.alice.id, WAIT);
  await sendsOnce('there is room again');
  const seq = await stage.lastSeq(cast.alice.id);
  await restartOf(stage, cast.alice.id);
  expect((await stage.stepsAfter(cast.alice.id, seq)).map(({ to }) => to)).not.toContain('QR_READY');
});

/** A disk in memory; null where we may not mount one (not root, no Linux, a container without the right). */
function mountSmallDisk(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'muster-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}
