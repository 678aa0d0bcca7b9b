import { SUPERVISION_HOSTS_MAX } from '#libs/contracts/limits/runtime';
import type { EngineHostView, EnginesView } from '#libs/contracts/supervision';
import type { BrowserLook } from '#src/observability/browser-figures';
import type { HostReport } from './engine-host.js';
import type { HostsReport } from './engine-hosts.js';

/** The hosts with their accounts, each with what the last look saw of its browser; the oldest hosts, if there are too many. */
export function reportEngines(
  { accountsMax, hosts, lost, lastLost }: HostsReport,
  look: BrowserLook | null,
  browserMbMax: number,
): EnginesView {
  return {
    accountsMax,
    restart: 'temporary',
    browserMbMax,
    measuredAt: look && timeOf(look.at),
    hosts: hosts.slice(0, SUPERVISION_HOSTS_MAX).map((host) => hostOf(host, look)),
    hostsLeftOut: Math.max(0, hosts.length - SUPERVISION_HOSTS_MAX),
    lost,
    lastLost: lastLost && { ...lastLost, at: timeOf(lastLost.at) },
  };
}

/** What was seen before a host was started belongs to another one. */
function hostOf({ pid, state, since, accounts }: HostReport, look: BrowserLook | null): EngineHostView {
  const seen = look && look.at >= since ? look : null;
  const own = seen?.hosts.get(pid);
  return {
    pid,
    state,
    since: timeOf(since),
    memoryMb: own ? toMb(own.memoryBytes) : null,
    accounts: accounts.map((accountId) => ({ accountId, browser: browserOf(accountId, seen) })),
  };
}

function browserOf(accountId: string, look: BrowserLook | null): EngineHostView['accounts'][number]['browser'] {
  const cost = look?.browsers.get(accountId);
  if (!cost) return null;
  const { pid, memoryBytes, cpuPercent, processes } = cost;
  return { pid, memoryMb: toMb(memoryBytes), cpuPercent: Math.round(cpuPercent * 10) / 10, processes };
}

const toMb = (bytes: number): number => Math.round(bytes / 1_048_576);
const timeOf = (ms: number): string => new Date(ms).toISOString();
