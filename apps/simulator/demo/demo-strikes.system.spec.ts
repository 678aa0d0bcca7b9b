import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '#libs/client/client';
import type { AccountView } from '#libs/contracts/account';
import { connectSimulatorControl } from '../control/control-client.js';
import { createNarrator } from './demo-narrator.js';
import { CUSTOMER } from './demo-phones.js';
import { Strikes } from './demo-strikes.js';

/** A name alone: nothing is written there. */
const DATA_DIR = join(tmpdir(), `muster-strikes-${process.pid}`);
const [MINE, OTHER] = ['0196b3f0-0000-7000-8000-000000000001', '0196b3f0-0000-7000-8000-000000000002'];
const NOW = new Date(0).toISOString();

const processes: ChildProcess[] = [];
let muster: Server;
let strikes: Strikes;

beforeEach(async () => {
  muster = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ items: [connected(MINE)], nextCursor: null }));
  }).listen(0, '127.0.0.1');
  await once(muster, 'listening');
  strikes = new Strikes({
    client: createClient({ baseUrl: `http://127.0.0.1:${(muster.address() as AddressInfo).port}` }),
    control: connectSimulatorControl('http://127.0.0.1:1'),
    narrator: createNarrator(() => undefined),
    numberOf: () => CUSTOMER,
    customer: CUSTOMER,
    dataDir: DATA_DIR,
    runtimePid: process.pid,
  });
});
afterEach(async () => {
  await strikes.close();
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  muster.closeAllConnections();
  muster.close();
});

function connected(id: string): AccountView {
  const rest = { detail: 'CONNECTED.online', desired: 'CONNECTED', phone: null, reason: null, node: null } as const;
  const times = { since: NOW, createdAt: NOW, updatedAt: NOW };
  const restarts = { count: 0, nextAttemptAt: null };
  return {
    id,
    label: id,
    provider: 'whatsapp',
    status: 'CONNECTED',
    ...rest,
    ...times,
    restarts,
    settings: {},
    browser: null,
  };
}

/** What looks like the browser of an account: a process with its profile on the command line. */
async function browserFor(id: string): Promise<number> {
  const profile = join(DATA_DIR, 'sessions', `session-${id}`);
  const child = spawn(process.execPath, [
    '-e',
    'console.log(1); setInterval(() => {}, 1e6)',
    '--',
    `--user-data-dir=${profile}`,
  ]);
  processes.push(child);
  await once(child.stdout, 'data');
  return child.pid!;
}

/** Frozen is `T`. */
const stateOf = (pid: number): string =>
  execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })[0]!;

describe('a frozen browser', () => {
  it('is the one that was meant, and is thawed when the demo ends', async () => {
    const [mine, other] = await Promise.all([browserFor(MINE), browserFor(OTHER)]);
    const outcome = await strikes.play({ fault: 'freeze_browser', account: MINE });
    expect(outcome).toMatchObject({ ok: true, strike: { fault: 'freeze_browser', accounts: [{ id: MINE }] } });
    await expect.poll(() => stateOf(mine)).toBe('T');
    expect(stateOf(other)).not.toBe('T');
    await strikes.close();
    await expect.poll(() => stateOf(mine)).not.toBe('T');
  });

  it('is none when there is none, or the account is not connected', async () => {
    expect(await strikes.play({ fault: 'freeze_browser', account: MINE })).toEqual({
      ok: false,
      why: 'nothing_to_strike',
    });
    expect(await strikes.play({ fault: 'freeze_browser', account: OTHER })).toEqual({
      ok: false,
      why: 'not_connected',
    });
    expect(strikes.list()).toEqual([]);
  });
});
