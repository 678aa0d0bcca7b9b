import { describe, expect, it } from 'vitest';
import { accountOf } from './browser-trees.js';
import { parseProcStat } from './proc-stat.js';

const sessions = '/data/sessions';
const id = '019ab2c4-0000-7000-8000-000000000001';
const told = `--user-data-dir=${sessions}/session-${id}`;

describe('a browser', () => {
  it.each([
    ['was told the profile', ['/usr/bin/chromium', told, '--headless'], id],
    ['wrote its title anew', [`/usr/bin/chromium --headless ${told} --mute-audio`], id],
    ['has the profile as its last option', [`/usr/bin/chromium ${told}`], id],
    ['has a longer path', ['/usr/bin/chromium', `${told}-copy`], null],
    ['has a longer path in its title', [`/usr/bin/chromium ${told} copy --headless`], null],
    [
      'belongs to another folder of data',
      ['/usr/bin/chromium', `--user-data-dir=/other${sessions}/session-${id}`],
      null,
    ],
    ['is only named like one', ['/usr/bin/chromium'], null],
    ['has gone', [], null],
  ])('that %s is known by its profile alone', (_, line, account) => {
    expect(accountOf(line, sessions)).toBe(account);
  });
});

describe('a process’s line in /proc', () => {
  const line = (state: string): string =>
    `77 (a (b) c) ${state} 7 70 70 0 -1 4194560 100 0 0 0 250 50 9 9 20 0 12 0 123456 1000000 2048 18446744073709551615`;

  it('tells parent, start, CPU and size, whatever its name', () => {
    expect(parseProcStat(77, line('S'))).toEqual({
      pid: 77,
      parentPid: 7,
      startTicks: 123_456,
      cpuTicks: 300,
      residentPages: 2_048,
    });
  });

  it('is nothing when it has ended already', () => {
    expect(parseProcStat(77, line('Z'))).toBeNull();
  });
});
