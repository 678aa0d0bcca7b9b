import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endProcessTree } from '#libs/processes/process-ending';
import { identify, isAlive, type ProcessIdentity } from '#libs/processes/process-identity';
import { listTree, readProcess } from '#libs/processes/process-table';
import { layOutSources } from '#test/support/plain-sources';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';

const SECONDS = { timeout: 60_000, interval: 20 }; // a second alone; beside ten programs a Postgres came back after 17
let root: string;
let dir: string;
let running: EmbeddedPostgres[];
let said: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  await chmod(root, 0o755); // the server's user must get in
  dir = join(root, 'postgres');
  [running, said] = [[], []];
});
afterEach(async () => {
  await Promise.all(running.map((postgres) => postgres.stop()));
  await rm(root, { recursive: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const log = { info: (text: string) => said.push(text), warn: (text: string) => said.push(text) };
  const postgres = await startEmbeddedPostgres({ dir, log, ...options });
  running.push(postgres);
  return postgres;
}

async function ask<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // the server may be killed under it
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

function treeOf(pid: number): readonly ProcessIdentity[] {
  return listTree([pid]).map((entry) => ({ pid: entry.pid, startTime: entry.startTime }));
}

async function kill(identity: ProcessIdentity): Promise<void> {
  process.kill(identity.pid, 'SIGKILL');
  await vi.waitFor(() => expect(isAlive(identity)).toBe(false), SECONDS);
}

function identityOf(pid: number): ProcessIdentity {
  const identity = identify(pid);
  if (identity === undefined) throw new Error(`no process ${pid}`);
  return identity;
}

describe('our own Postgres', () => {
  it('starts on nothing, keeps what it is told, and leaves nothing running when stopped', async () => {
    const first = await start();
    await ask(first.url, 'CREATE TABLE t AS SELECT 1 AS n');
    const processes = treeOf(first.pid);
    expect(processes.length).toBeGreaterThan(1);
    expect((await stat(join(dir, 'password'))).mode & 0o777).toBe(0o600);
    expect(await ask(first.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    await first.stop();
    expect(processes.filter(isAlive)).toEqual([]);
    await expect(stat(join(dir, 'data', 'postmaster.pid'))).rejects.toThrow('ENOENT');

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await ask(second.url, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
    expect(said.join('\n')).not.toContain((await readFile(join(dir, 'password'), 'utf8')).trim());
  });

  it('starts over a first start that was killed half-way, and beside a pid file whose pid is used again', async () => {
    await mkdir(join(dir, 'data.draft'), { recursive: true });
    await writeFile(join(dir, 'data.draft', 'PG_VERSION'), '17\n');
    const first = await start();
    await first.stop();
    await writeFile(join(dir, 'data', 'postmaster.pid'), `${process.pid}\n${dir}/data\n1\n1\n\n127.0.0.1\n\nready\n`);
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(second.pid).not.toBe(process.pid);
  });

  it('is back under the same url after a kill, with every acknowledged row', async () => {
    const [onDown, onUp] = [vi.fn(), vi.fn()];
    const postgres = await start({ onDown, onUp });
    await ask(postgres.url, 'CREATE TABLE t AS SELECT 1 AS n');
    for (const round of [1, 2]) {
      const killed = identityOf(postgres.pid);
      await kill(killed);
      await vi.waitFor(() => expect(onUp).toHaveBeenCalledTimes(round), SECONDS);
      expect(await ask(postgres.url, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
      expect(postgres.pid).not.toBe(killed.pid);
    }
    expect(onDown).toHaveBeenNthCalledWith(1, 'ended by SIGKILL');
  });

  it('is back when somebody asked it to stop, though connections are open that never leave', async () => {
    const postgres = await start();
    const client = new Client({ connectionString: postgres.url });
    client.on('error', () => undefined); // it ends with the server
    await client.connect();
    const { pid } = postgres;
    process.kill(pid, 'SIGTERM');
    await vi.waitFor(() => expect(postgres.pid).not.toBe(pid), SECONDS);
    expect(await ask(postgres.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    expect(said).toContain('embedded Postgres was asked to stop by somebody else; its connections are ended');
  });

  it('leaves nothing running when broken off while its database is made, and starts anew', async () => {
    const broken = new AbortController();
    const starting = expect(start({ signal: broken.signal })).rejects.toThrow('broken off');
    await vi.waitFor(() => stat(join(dir, 'data.draft', 'PG_VERSION')), SECONDS);
    broken.abort();
    await starting;
    expect(treeOf(process.pid).filter(({ pid }) => readProcess(pid)?.arguments().join(' ').includes(dir))).toEqual([]);
    expect((await start()).adopted).toBe(false);
  });

  it('leaves nothing when stopped in the middle of a restart', async () => {
    const down = new Promise<void>(
      (resolve) => void start({ onDown: () => resolve() }).then((p) => kill(identityOf(p.pid))),
    );
    await down;
    const [postgres] = running;
    await postgres?.stop();
    await expect(ask(postgres?.url ?? '', 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('is killed when it does not stop in time, and recovers at the next start', async () => {
    const frozen = await start();
    await ask(frozen.url, 'CREATE TABLE t AS SELECT 1 AS n');
    const processes = treeOf(frozen.pid);
    process.kill(frozen.pid, 'SIGSTOP');
    await frozen.stop({ askMs: 200 });
    expect(processes.filter(isAlive)).toEqual([]);
    expect(await ask((await start()).url, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
  });

  // only root starts it as another user
  it.runIf(process.getuid?.() === 0)('names the folder that its user cannot enter', async () => {
    await chmod(root, 0o700);
    await expect(start()).rejects.toThrow(`cannot enter ${root} `);
  });

  it('says so when the data is of another version', async () => {
    await mkdir(join(dir, 'data'), { recursive: true });
    await writeFile(join(dir, 'data', 'PG_VERSION'), '16\n');
    await expect(start()).rejects.toMatchObject({ why: 'other_version' });
  });
});

describe('after a kill of the runtime', () => {
  const OWNER = `
    import { startEmbeddedPostgres } from '#src/persistence/embedded-postgres';
    const quiet = { info() {}, warn() {} };
    const postgres = await startEmbeddedPostgres({ dir: process.argv[2], log: quiet });
    console.log(postgres.pid);
    setInterval(() => {}, 1_000);`;

  /** Starts a runtime of its own on the folder and kills it; gives the Postgres that it leaves. */
  async function orphan(): Promise<ProcessIdentity> {
    const code = join(root, 'code');
    await mkdir(code);
    await layOutSources(code, ['libs/processes', 'src/persistence']);
    await writeFile(join(code, 'owner.js'), OWNER);
    const owner = spawn(process.execPath, [join(code, 'owner.js'), dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = (await once(owner.stdout, 'data')) as [Buffer];
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    return identityOf(Number(pid.toString()));
  }

  it('it lives on, is adopted, restarted when it dies, and stopped in the end', async () => {
    const left = await orphan();
    const onUp = vi.fn();
    const postgres = await start({ onUp });
    expect(postgres).toMatchObject({ adopted: true, pid: left.pid });
    await ask(postgres.url, 'CREATE TABLE t AS SELECT 1 AS n');
    await kill(left);
    await vi.waitFor(() => expect(onUp).toHaveBeenCalledTimes(1), SECONDS);
    expect(await ask(postgres.url, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
    const processes = treeOf(postgres.pid);
    await postgres.stop();
    expect(processes.filter(isAlive)).toEqual([]);
  });

  it('and of Postgres with it, the next start recovers', async () => {
    const left = await orphan();
    await endProcessTree(left, { askMs: 0, killMs: 5_000 });
    const postgres = await start();
    expect(postgres.adopted).toBe(false);
    expect(await ask(postgres.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});
