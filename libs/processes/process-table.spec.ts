import { describe, expect, it } from 'vitest';
import { parseStat } from './proc-table.js';
import type { ProcessEntry } from './process-entry.js';
import { holdsArguments, listGroup, listTree, listUsersOfProfile } from './process-table.js';
import { parsePsLine } from './ps-table.js';

function entry(pid: number, parentPid: number, groupId: number, line: readonly string[] = []): ProcessEntry {
  return { pid, parentPid, groupId, startTime: `boot.${pid}`, zombie: false, arguments: () => line };
}

describe('a line of the process table', () => {
  it('is read from /proc, also when the name holds brackets and spaces', () => {
    const stat = '5017 (a) (b c) S 5012 5013 3996 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 1 0 144853 3133440';
    expect(parseStat(5017, stat, 'boot')).toMatchObject({
      pid: 5017,
      parentPid: 5012,
      groupId: 5013,
      startTime: 'boot.144853',
      zombie: false,
    });
    expect(parseStat(1, stat.replace(') S', ') Z'), 'boot').zombie).toBe(true);
    expect(() => parseStat(1, '1 (x) S 0', 'boot')).toThrow(/proc\(5\)/);
  });

  it('is read from ps where there is no /proc', () => {
    const read = parsePsLine('  501     1   500 Ss   Sat Nov  7 05:19:46 2026     /usr/bin/thing --and arguments');
    expect(read).toMatchObject({ pid: 501, parentPid: 1, groupId: 500, zombie: false });
    expect(read?.startTime).toMatch(/^\d+$/);
    expect(read?.arguments()).toEqual(['/usr/bin/thing --and arguments']);
    expect(parsePsLine('')).toBeUndefined();
  });
});

describe('a profile named on a command line', () => {
  const held = (path: string, line: readonly string[]): boolean => holdsArguments(line, [`--user-data-dir=${path}`]);

  it('is found as a whole argument only', () => {
    expect(held('/p/a', ['chromium', '--user-data-dir=/p/a', '--x'])).toBe(true);
    expect(held('/p/a', ['chromium', '--user-data-dir=/p/ab'])).toBe(false);
    expect(held('/p/a', ['less', '--user-data-dir=/p/a.log'])).toBe(false);
    expect(held('/p/a', ['sh', '-c', 'chromium --user-data-dir=/p/a'])).toBe(false);
  });

  it('is found in a rewritten title between its own ends only', () => {
    expect(held('/p/a', ['chromium --type=zygote --user-data-dir=/p/a --x'])).toBe(true);
    expect(held('/p/a', ['chromium --type=zygote --user-data-dir=/p/a'])).toBe(true);
    expect(held('/p/a', ['chromium --user-data-dir=/p/ab --x'])).toBe(false);
    expect(held('/p/a', ['chromium --user-data-dir=/p/a b --x'])).toBe(false);
  });
});

describe('looking in the table', () => {
  const table = [
    entry(12, 11, 11),
    entry(10, 1, 10, ['x', '--user-data-dir=/p']),
    entry(11, 10, 11),
    entry(20, 1, 20, ['x', '--user-data-dir=/p/q']),
  ];
  const pids = (entries: readonly ProcessEntry[]): number[] => entries.map(({ pid }) => pid);

  it('finds a tree across groups, a group, the users of a profile', () => {
    expect(pids(listTree([10], table))).toEqual([10, 11, 12]);
    expect(pids(listTree([99], table))).toEqual([]);
    expect(pids(listGroup(11, table))).toEqual([12, 11]);
    expect(pids(listUsersOfProfile('/p', table))).toEqual([10]);
  });
});
