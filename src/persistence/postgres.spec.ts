import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freeLoopbackPort } from './postgres-port.js';
import { RESTART_PAUSE_MS_MAX, RESTARTS_MAX, RESTARTS_WINDOW_MS, restartPauseMs } from './postgres-restarts.js';
import { startServer, troubleOf } from './postgres-server.js';
import { postgresArguments } from './postgres-settings.js';
import { assertReachable, closedFolder, type ServerUser } from './postgres-user.js';

const nobody: ServerUser = { name: 'nobody', uid: 65534, gid: 65534 };

describe('the way to the data', () => {
  const modes: Record<string, [mode: number, uid: number, gid: number]> = {
    '/': [0o755, 0, 0],
    '/root': [0o700, 0, 0],
    '/root/app': [0o755, 0, 0],
    '/srv': [0o710, 0, 65534],
    '/srv/app': [0o701, 0, 0],
    '/srv/app/own': [0o700, 65534, 65534],
  };
  const statOf = (path: string): { mode: number; uid: number; gid: number } => {
    const [mode, uid, gid] = modes[path] ?? [0, 0, 0];
    return { mode, uid, gid };
  };

  it('is closed at the first folder that the user may not enter', () => {
    expect(closedFolder('/root/app', nobody, statOf)).toBe('/root');
    expect(closedFolder('/srv/app/own', nobody, statOf)).toBeUndefined();
    expect(closedFolder('/srv/app/own', { ...nobody, gid: 1 }, statOf)).toBe('/srv');
  });

  it('is no matter when we are not root', () => {
    expect(() => assertReachable('/root', undefined, 'its data')).not.toThrow();
  });
});

describe('restarts of a server that keeps dying', () => {
  it('come at once up to the limit, then with pauses until the oldest has left the window', () => {
    const times = Array.from({ length: RESTARTS_MAX }, (_, i) => i * 1_000);
    expect(restartPauseMs(times.slice(1), 5_000)).toBe(0);
    expect(restartPauseMs(times, 5_000)).toBe(RESTART_PAUSE_MS_MAX);
    expect(restartPauseMs(times, RESTARTS_WINDOW_MS - 1)).toBe(1);
    expect(restartPauseMs(times, RESTARTS_WINDOW_MS)).toBe(0);
  });
});

describe('what the server says when it does not start', () => {
  it.each([
    ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'port_taken'],
    ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'still_in_use'],
    ['FATAL:  lock file "postmaster.pid" already exists', 'still_in_use'],
    ['PANIC:  could not locate a valid checkpoint record', 'did_not_start'],
  ])('%s', (said, why) => {
    expect(troubleOf(said)).toBe(why);
  });
});

it('a server that ends as soon as it is started is told at once', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'muster-server-'));
  const binaries = { initdb: 'none', postgres: join(dir, 'none'), major: '17' };
  const folder = { data: join(dir, 'data'), log: join(dir, 'log'), password: 'none' };
  const { signal } = new AbortController();
  await expect(startServer({ folder, binaries, user: undefined }, undefined, signal)).rejects.toThrow('ENOENT');
  await rm(dir, { recursive: true });
});

it('the server listens on loopback alone and writes through to the disk', () => {
  const line = postgresArguments('/d', 20_001).join(' ');
  expect(line).toMatch(/^-D \/d -p 20001 /);
  for (const setting of [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories= ',
    'fsync=on',
    'synchronous_commit=on',
  ]) {
    expect(line).toContain(setting);
  }
});

it('a free port is below those of outgoing connections', async () => {
  const port = await freeLoopbackPort();
  expect(port).toBeGreaterThanOrEqual(20_000);
  expect(port).toBeLessThan(32_000);
});
