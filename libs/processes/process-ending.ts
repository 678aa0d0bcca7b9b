import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessEntry } from './process-entry.js';
import { isAlive, type ProcessIdentity } from './process-identity.js';
import { listGroup, listTree, listUsersOfProfile, readProcess } from './process-table.js';

export interface EndLimits {
  /** How long they may take to leave properly; 0 kills at once. */
  readonly askMs: number;
  /** How long the system may take to clear away what was killed. */
  readonly killMs: number;
  /** What asking means to them; SIGTERM unless said. */
  readonly askSignal?: NodeJS.Signals;
  /** Cuts the asking short (a second Ctrl-C). */
  readonly hurry?: AbortSignal;
}

/** `left`: they went when asked. `survived`: killed and yet there, for instance stuck in the kernel or another user's. */
export type Ending =
  | { readonly ok: true; readonly how: 'was_gone' | 'left' | 'killed' }
  | { readonly ok: false; readonly why: 'survived'; readonly survivors: readonly ProcessIdentity[] };

/** Looks for what must be gone; `known` is what earlier looks found and still lives. */
type Look = (known: readonly ProcessIdentity[]) => readonly ProcessEntry[];

// Looks begin close together, since most leave at once, and get rarer, since each reads the whole table (2 to 3 ms).
const LOOK_EVERY_MS_MIN = 10;
const LOOK_EVERY_MS_MAX = 200;

/**
 * Ends the process group led by this process, also when the leader itself is dead and has left members behind.
 * A group whose number belongs to a newer process is not ours and isn't touched.
 */
export function endProcessGroup(leader: ProcessIdentity, limits: EndLimits): Promise<Ending> {
  return end(() => {
    const now = readProcess(leader.pid);
    return now !== undefined && now.startTime !== leader.startTime ? [] : listGroup(leader.pid);
  }, limits);
}

/** Ends a process with all its descendants, whatever groups they made for themselves. Those who lost their parent before the first look aren't found. */
export function endProcessTree(root: ProcessIdentity, limits: EndLimits): Promise<Ending> {
  return end((known) => listTree([root, ...known].filter(isAlive).map(({ pid }) => pid)), limits);
}

/** Ends the browser that was started on this profile, and its helpers. */
export function endUsersOfProfile(path: string, limits: EndLimits): Promise<Ending> {
  return end(() => listUsersOfProfile(path), limits);
}

async function end(look: Look, limits: EndLimits): Promise<Ending> {
  const living = remember(look);
  const first = living();
  if (first.length === 0) return { ok: true, how: 'was_gone' };

  if (limits.askMs > 0) {
    for (const entry of rootsOf(first)) signal(entry, limits.askSignal ?? 'SIGTERM');
    const gone = await until(() => living().length === 0, limits.askMs, limits.hurry);
    if (gone) return { ok: true, how: 'left' };
  }
  const kill = (): boolean => {
    const rest = living();
    for (const entry of rest) signal(entry, 'SIGKILL'); // at every look: one may have forked between look and signal
    return rest.length === 0;
  };
  if (await until(kill, limits.killMs)) return { ok: true, how: 'killed' };
  return { ok: false, why: 'survived', survivors: living().map(({ pid, startTime }) => ({ pid, startTime })) };
}

/** What was found once stays ours until it is gone, also when it loses its parent or changes its group. */
function remember(look: Look): () => readonly ProcessEntry[] {
  let known: readonly ProcessEntry[] = [];
  return () => {
    const still = known.filter(isAlive);
    const fresh = look(still).filter((entry) => !still.some(({ pid }) => pid === entry.pid));
    return (known = [...still, ...fresh]);
  };
}

/** Only those at the top are asked: a browser stores its login while its helpers still live. */
function rootsOf(entries: readonly ProcessEntry[]): readonly ProcessEntry[] {
  return entries.filter((entry) => !entries.some(({ pid }) => pid === entry.parentPid));
}

function signal({ pid }: ProcessIdentity, name: NodeJS.Signals): void {
  if (pid <= 1 || pid === process.pid) throw new Error(`pid ${pid} is never ours to end`);
  try {
    process.kill(pid, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error; // gone meanwhile, or not allowed: then it shows among the survivors
  }
}

async function until(done: () => boolean, limitMs: number, hurry?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (let waitMs = LOOK_EVERY_MS_MIN; !done(); waitMs = Math.min(waitMs * 2, LOOK_EVERY_MS_MAX)) {
    const restMs = deadline - performance.now();
    if (restMs <= 0 || hurry?.aborted) return false;
    await delay(Math.min(waitMs, restMs));
  }
  return true;
}
