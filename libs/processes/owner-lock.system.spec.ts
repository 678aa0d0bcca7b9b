import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { layOutSources } from '#test/support/plain-sources';
import { ownerOf } from './owner-lock.js';

let dir: string;
const path = (): string => join(dir, 'lock');

/**
 * A starter tries for the lock again and again. While it holds it, it plants a flag; a flag of another living starter is an
 * overlap. Half of the time it dies holding it. Ends with what it saw on its output.
 */
const STARTER = `
import { acquireOwnerLock } from '#libs/processes/owner-lock';
import { isAlive, thisProcess } from '#libs/processes/process-identity';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
const [lock, flag, rounds, dies] = process.argv.slice(2);
let held = 0;
for (let round = 0; round < Number(rounds); round++) {
  const got = await acquireOwnerLock(lock);
  if (!got.ok) continue;
  held++;
  let before; try { before = JSON.parse(readFileSync(flag, 'utf8')); } catch {}
  if (before && isAlive(before)) { console.log('OVERLAP with', before.pid); process.exit(1); }
  writeFileSync(flag, JSON.stringify(thisProcess()));
  await new Promise((r) => setTimeout(r, Math.random() * 3));
  const now = JSON.parse(readFileSync(flag, 'utf8'));
  if (now.pid !== process.pid) { console.log('OVERLAP, flag taken by', now.pid); process.exit(1); }
  if (dies === 'dies' && held > 3 && Math.random() < 0.5) process.kill(process.pid, 'SIGKILL');
  rmSync(flag, { force: true });
  await got.release();
}
console.log('held', held);
`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'owner-lock-'));
  await layOutSources(dir, ['libs/processes']);
  await writeFile(join(dir, 'starter.js'), STARTER);
});
afterAll(() => rm(dir, { recursive: true }));

async function runStarter(
  rounds: number,
  dies: boolean,
): Promise<{ output: string; ending: number | NodeJS.Signals | null }> {
  const args = [join(dir, 'starter.js'), path(), join(dir, 'flag'), String(rounds), dies ? 'dies' : 'stays'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { output, ending: code ?? signal };
}

it('no two of several starters ever hold the lock, while some die holding it', async () => {
  const runs = await Promise.all([
    ...Array.from({ length: 3 }, () => runStarter(40, false)),
    ...Array.from({ length: 3 }, () => runStarter(40, true)),
  ]);
  const outputs = runs.map(({ output }) => output).join('');
  expect(outputs).not.toContain('OVERLAP');
  expect(runs.filter(({ ending }) => ending !== 0 && ending !== 'SIGKILL')).toEqual([]);
  const held = [...outputs.matchAll(/held (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  expect(held).toBeGreaterThan(10); // it was taken and given back, also after deaths
  expect(await ownerOf(path())).toBeUndefined();
});
