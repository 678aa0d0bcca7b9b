import { holdsArguments, readProcess } from '#libs/processes/process-table';
import type { Pace } from './pace.js';
import type { ProcStat } from './proc-stat.js';
import type { ProcessTree } from './process-costs.js';

/** One browser: the process that was started on a profile, and all that it has started. */
export interface BrowserTree {
  readonly accountId: string;
  readonly processes: ProcessTree;
}

/**
 * The browsers below these engine hosts. One is known by the exact profile it was told, never by its name; what stands
 * below it belongs to it. Only the command lines between a host and its browsers are read.
 */
export async function findBrowsers(
  hosts: readonly ProcStat[],
  stats: ReadonlyMap<number, ProcStat>,
  sessionsDir: string,
  pace: Pace,
): Promise<readonly BrowserTree[]> {
  const children = childrenOf(stats);
  const browsers: BrowserTree[] = [];
  const toAsk = hosts.flatMap(({ pid }) => children.get(pid) ?? []);
  for (const stat of toAsk) {
    const accountId = accountOf(readProcess(stat.pid)?.arguments() ?? [], sessionsDir);
    if (accountId === null)
      toAsk.push(...(children.get(stat.pid) ?? [])); // a wrapper; the loop goes on over them
    else browsers.push({ accountId, processes: treeOf(stat, children) });
    await pace();
  }
  return browsers;
}

/** The account whose profile stands in a command line, whole; also in a title that the process gave itself. */
export function accountOf(line: readonly string[], sessionsDir: string): string | null {
  const text = line.join(' ');
  const beginning = `--user-data-dir=${sessionsDir}/session-`;
  const at = text.indexOf(beginning);
  if (at < 0) return null;
  const accountId = text.slice(at + beginning.length).slice(0, UUID_CHARS);
  return accountId.length === UUID_CHARS && holdsArguments(line, [beginning + accountId]) ? accountId : null;
}

const UUID_CHARS = 36;

function childrenOf(stats: ReadonlyMap<number, ProcStat>): ReadonlyMap<number, readonly ProcStat[]> {
  const children = new Map<number, ProcStat[]>();
  for (const stat of stats.values()) {
    const siblings = children.get(stat.parentPid);
    if (siblings) siblings.push(stat);
    else children.set(stat.parentPid, [stat]);
  }
  return children;
}

function treeOf(root: ProcStat, children: ReadonlyMap<number, readonly ProcStat[]>): ProcessTree {
  const tree: [ProcStat, ...ProcStat[]] = [root];
  for (const { pid } of tree) tree.push(...(children.get(pid) ?? [])); // the loop goes on over what is added
  return tree;
}
