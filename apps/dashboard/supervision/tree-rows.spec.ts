import { describe, expect, it } from 'vitest';
import { QUIET_NODE } from '#test/support/quiet-node';
import type { SupervisionView } from '#libs/contracts/supervision';
import { treeOf } from './supervision-tree.js';
import { closableKeys, moveBy, rowsOf } from './tree-rows.js';

const AT = '2026-01-01T00:00:00.000Z';
const browser = { pid: 12, memoryMb: 120, cpuPercent: 1, processes: 4 };
const troubled = (accountId: string, trouble: 'failed' | 'shaken') => ({
  ...{ accountId, trouble, provider: 'whatsapp' as const, detail: 'FAILED.idle', since: AT },
  ...{ incarnation: 1, restarts: 0, crashes: 1, actorCrashes: 0, nextAttemptAt: null, reason: null },
});
const branch = (id: 'sessions' | 'accounts') => ({
  ...{ id, strategy: 'one_for_one' as const, restart: 'transient' as const, shaken: 0 },
  intensity: { restartsMax: 5, windowMs: 600_000, used: 1 },
  backoff: { firstMs: 1, msMax: 2, resetAfterMs: 3 },
  children: { running: 1, stopping: 0, waiting: 0, down: 0 },
});
const VIEW: SupervisionView = {
  ...{ node: 'n', pid: 1, at: AT, since: AT, phase: 'running', ...QUIET_NODE },
  branches: [branch('sessions'), branch('accounts')],
  engines: {
    ...QUIET_NODE.engines,
    hosts: [{ pid: 11, state: 'running', since: AT, memoryMb: 70, accounts: [{ accountId: 'alice', browser }] }],
    hostsLeftOut: 2,
  },
  accounts: {
    ...QUIET_NODE.accounts,
    troubled: [troubled('bob', 'failed'), troubled('eve', 'shaken')],
    troubledLeftOut: 9,
  },
};
const keys = (closed: readonly string[] = []) => rowsOf(treeOf(VIEW), new Set(closed)).map(({ key }) => key);

describe('the tree of supervisors', () => {
  it('has each account below the supervisor that has to do with its trouble, and says what it leaves out', () => {
    expect(keys()).toEqual([
      'node',
      'engines',
      'host 11',
      'browser 11 alice',
      'more hosts',
      'launches',
      'branch sessions',
      'account sessions eve',
      'branch accounts',
      'account accounts bob',
      'more accounts',
    ]);
  });

  it('shows nothing below what is closed', () => {
    expect(keys(closableKeys(treeOf(VIEW)))).toEqual([
      'node',
      'engines',
      'launches',
      'branch sessions',
      'branch accounts',
    ]);
    expect(keys(['node'])).toEqual(['node']);
  });

  it('tells each row its place among its siblings', () => {
    const rows = rowsOf(treeOf(VIEW), new Set(['engines']));
    expect(rows.map(({ level, place, siblings, open }) => [level, place, siblings, open])).toEqual([
      [1, 1, 1, true],
      [2, 1, 4, false],
      [2, 2, 4, null],
      [2, 3, 4, true],
      [3, 1, 1, null],
      [2, 4, 4, true],
      [3, 1, 2, null],
      [3, 2, 2, null],
    ]);
  });
});

describe('a key in the tree', () => {
  const move = (key: string, at: string, closed: readonly string[] = []) =>
    moveBy(key, at, rowsOf(treeOf(VIEW), new Set(closed)));

  it('goes up and down, and to the ends', () => {
    expect(move('ArrowDown', 'node')).toEqual({ focus: 'engines' });
    expect(move('ArrowUp', 'engines')).toEqual({ focus: 'node' });
    expect(move('ArrowUp', 'node')).toBeNull();
    expect(move('End', 'node')).toEqual({ focus: 'more accounts' });
    expect(move('Home', 'more accounts')).toEqual({ focus: 'node' });
  });

  it('opens and enters, closes and leaves', () => {
    expect(move('ArrowRight', 'engines', ['engines'])).toEqual({ open: 'engines' });
    expect(move('ArrowRight', 'engines')).toEqual({ focus: 'host 11' });
    expect(move('ArrowLeft', 'engines')).toEqual({ close: 'engines' });
    expect(move('ArrowLeft', 'browser 11 alice')).toEqual({ focus: 'host 11' });
    expect(move('ArrowLeft', 'node', ['node'])).toBeNull();
  });

  it('means nothing where there is no such row', () => expect(move('ArrowDown', 'gone')).toBeNull());
});
