import { describe, expect, it } from 'vitest';
import { SUPERVISION_HOSTS_MAX } from '#libs/contracts/limits/runtime';
import type { BrowserLook } from '#src/observability/browser-figures';
import type { HostReport } from './engine-host.js';
import { reportEngines } from './engines-report.js';

const MB = 1_048_576;
const cost = (memoryMb: number) => ({ memoryBytes: memoryMb * MB, cpuPercent: 1.26, cpuSeconds: 3, processes: 4 });
const host = (pid: number, since: number, accounts: readonly string[] = []): HostReport => ({
  ...{ pid, since, accounts },
  state: 'running',
});
const LOOK: BrowserLook = {
  at: 5_000,
  browsers: new Map([['alice', { ...cost(120), pid: 77 }]]),
  hosts: new Map([[10, cost(70)]]),
  browsersCpuSeconds: 3,
};
const hosts = (...all: HostReport[]) => ({ accountsMax: 8, hosts: all, lost: 0, lastLost: null });

describe('the engine hosts, looked at', () => {
  it('have their accounts, each with what its browser took when it was looked at', () => {
    const { measuredAt, hosts: shown } = reportEngines(hosts(host(10, 1_000, ['alice', 'bob'])), LOOK, 1_200);
    expect(measuredAt).toBe('1970-01-01T00:00:05.000Z');
    expect(shown).toEqual([
      {
        ...{ pid: 10, state: 'running', since: '1970-01-01T00:00:01.000Z', memoryMb: 70 },
        accounts: [
          { accountId: 'alice', browser: { pid: 77, memoryMb: 120, cpuPercent: 1.3, processes: 4 } },
          { accountId: 'bob', browser: null },
        ],
      },
    ]);
  });

  it('claim nothing that was seen before they were there, or that nobody has looked at', () => {
    const young = host(10, 5_001, ['alice']);
    for (const look of [LOOK, null])
      expect(reportEngines(hosts(young), look, 1_200).hosts).toMatchObject([
        { memoryMb: null, accounts: [{ browser: null }] },
      ]);
  });

  it('are left out beyond a number, which is said', () => {
    const many = Array.from({ length: SUPERVISION_HOSTS_MAX + 3 }, (_, pid) => host(pid + 1, 0));
    expect(reportEngines(hosts(...many), null, 1_200)).toMatchObject({ hostsLeftOut: 3, hosts: { length: 100 } });
  });
});
