import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRuntime, type TestRuntime } from '#test/support/runtime';

/** It takes less than a second alone. */
const ENDS_MS_MAX = 60_000;
/** A stop waits a second for callers; one that such callers held up would take SHUTDOWN_DEADLINE_MS. */
const STOP_MS_MAX = 15_000;
/** What began on a busy machine may have held up its loop, which its health remembers for 20 s. */
const WELL = { timeout: 60_000, interval: 50 };

/** Runs the program with this environment until it ends by itself; answers its exit code and what it said. */
async function runUntilItEnds(env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['dist/src/main.js'], { env: { PATH: process.env['PATH'], ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_MS_MAX);
  const [code] = (await once(child, 'close')) as [number | null]; // by now all that it said has come
  clearTimeout(timer);
  return { code, said };
}

describe('a running runtime', () => {
  let runtime: TestRuntime;
  beforeAll(async () => {
    runtime = await startRuntime();
  });
  afterAll(async () => runtime[Symbol.asyncDispose]());
  /** By hand: probes look at the status alone, and people at pages. */
  const get = async (path: string) => {
    const answer = await fetch(`${runtime.url}${path}`);
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
  };

  it('refuses a second one on its data, in one line, and is not disturbed', async () => {
    const { code, said } = await runUntilItEnds({ DATA_DIR: runtime.dataDir, PORT: '0' });
    expect(code).toBe(1);
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(said).toContain(String(runtime.pid));
    await expect.poll(async () => (await get('/health')).status, WELL).toBe(200);
  });

  it('is healthy while an account is down, and counts those that are up', async () => {
    const { accounts, health } = runtime.client;
    const up = await accounts.create({ label: 'up', provider: 'simulated' });
    const down = await accounts.create({ label: 'down', provider: 'simulated', settings: { scan: 'manual' } });
    await accounts.connect(up.id);
    await accounts.connect(down.id);
    await accounts.untilConnected(up.id);
    await accounts.untilStatus(down.id, ['QR_READY']);
    await expect.poll(() => health.full(), WELL).toMatchObject({ status: 'ok', activeClients: 1 });
    const { clients } = await health.full();
    expect(clients).toContainEqual({ accountId: down.id, status: 'QR_READY', hasPhone: false });
    await expect.poll(async () => (await get('/health/ready')).status, WELL).toBe(200);
    expect(await runtime.client.metrics()).toContain('muster_accounts{status="CONNECTED"} 1');
  });

  it('describes itself: the API, a page for it, the machine', async () => {
    expect(JSON.parse((await get('/openapi.json')).text)).toMatchObject({
      openapi: expect.stringMatching(/^3\.1/) as string,
    });
    expect((await get('/docs')).type).toContain('text/html');
    const { states, transitions } = await runtime.client.machines.account();
    expect(states.map(({ id }) => id)).toContain('CONNECTING.backingOff');
    expect(transitions.length).toBeGreaterThan(40);
  });

  it('shows a code as a picture, and never writes it into the log', async () => {
    const { accounts } = runtime.client;
    const { items } = await accounts.list({ label: 'down' });
    const { id } = items[0]!;
    const { qr } = await accounts.qr(id);
    expect((await accounts.qrPicture(id, 'image/png')).subarray(1, 4)).toEqual(new TextEncoder().encode('PNG'));
    expect(new TextDecoder().decode(await accounts.qrPicture(id, 'image/svg+xml'))).toContain('<svg');
    expect(JSON.stringify(runtime.log)).not.toContain(qr);
  });

  it('forgets a deleted account', async () => {
    const { accounts } = runtime.client;
    const { id } = await accounts.create({ label: 'gone', provider: 'simulated' });
    await accounts.connect(id);
    await accounts.untilConnected(id);
    await accounts.delete(id);
    await expect(accounts.get(id)).rejects.toMatchObject({ problem: { status: 404, code: 'account_not_found' } });
    await expect(accounts.connect(id)).rejects.toMatchObject({ problem: { status: 404 } });
    await expect
      .poll(async () => (await runtime.client.health.full()).clients.map(({ accountId }) => accountId))
      .not.toContain(id);
  });

  it('survives the death of its Postgres: nothing acknowledged is lost, accounts stay up', async () => {
    const { accounts } = runtime.client;
    const { items } = await accounts.list({ label: 'up' });
    const before = await accounts.transitions(items[0]!.id, { limit: 500 });
    const pidFile = await readFile(join(runtime.dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8');
    process.kill(Number(pidFile.split('\n', 1)[0]), 'SIGKILL');
    await runtime.sawLine(({ msg }) => msg === 'the embedded Postgres is back');
    await expect.poll(async () => (await get('/health/ready')).status, WELL).toBe(200);
    expect((await accounts.transitions(items[0]!.id, { limit: 500 })).items).toEqual(before.items);
    expect(await accounts.get(items[0]!.id)).toMatchObject({ status: 'CONNECTED' });
    await accounts.restart(items[0]!.id);
    await accounts.untilConnected(items[0]!.id);
  });
});

describe('a stop', () => {
  it('is not held up by callers who opened a connection and say nothing, or half a word', async () => {
    await using runtime = await startRuntime();
    const { port } = new URL(runtime.url);
    const callers = ['', 'G', 'POST /api/v1/accounts HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{'].map(
      (said) => {
        const caller = connect(Number(port), '127.0.0.1', () => caller.write(said));
        return caller.on('error', () => undefined);
      },
    );
    await Promise.all(callers.map((caller) => once(caller, 'connect')));
    const began = performance.now();
    expect(await runtime.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(STOP_MS_MAX);
    for (const caller of callers) caller.destroy();
  });
});

describe('a wrong environment', () => {
  it('says in one line that the port is in use, and stops the start', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const dataDir = await mkdtemp(join(tmpdir(), 'muster-e2e-'));
    const PORT = String((other.address() as AddressInfo).port);
    const { code, said } = await runUntilItEnds({ DATA_DIR: dataDir, PORT });
    const loud = said.split('\n').filter((line) => /"level":"(warn|error|fatal)"/.test(line));
    expect([code, loud.length]).toEqual([1, 1]);
    expect(loud[0]).toContain(`port ${PORT} of 127.0.0.1 is in use`);
    other.close();
    await rm(dataDir, { recursive: true });
  });

  it.each([
    ['HOST', { HOST: '0.0.0.0' }],
    ['PORT', { PORT: 'many' }],
    ['CHROMIUM_ARGS', { CHROMIUM_ARGS: "--flag='unbalanced" }],
    ['NATS_URL', { NATS_URL: 'nats://127.0.0.1' }],
  ])('names %s and stops the start', async (name, env) => {
    const { code, said } = await runUntilItEnds(env);
    expect(code).toBe(1);
    expect(said).toContain(name);
  });
});
