import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listTree } from '#libs/processes/process-table';
import type { SeededDice } from '#test/simulation/seeded-dice';
import type { PlainFault } from './fault-names.js';
import type { SoakPerson, SoakScene } from './soak-scene.js';
import { type Blow, NO_SESSION_ENDS } from './strike.js';

/** Long enough that calls are refused, and a commit waits. */
const POSTGRES_FROZEN_MS = 6_000;
const WEBHOOK_SILENT_MS = 20_000;
const STREAM_BROKEN_MS = 5_000;
/** A tenth, and no more than this at once. */
const RESTARTED_MAX = 50;

/** Each does it, and answers what must come of it. */
export const PLAIN_STRIKES: Readonly<
  Record<PlainFault, (scene: SoakScene, who: SoakPerson, dice: SeededDice) => Promise<Blow>>
> = {
  async 'Postgres is killed'({ runtime }) {
    process.kill(await postmasterOf(runtime.dataDir), 'SIGKILL');
    return NO_SESSION_ENDS;
  },
  async 'Postgres is frozen'({ runtime }) {
    const pids = listTree([await postmasterOf(runtime.dataDir)]).map(({ pid }) => pid);
    signalAll(pids, 'SIGSTOP');
    return {
      newSessions: [],
      relief: { afterMs: POSTGRES_FROZEN_MS, give: async () => signalAll(pids, 'SIGCONT') },
    };
  },
  async 'the webhook says nothing'({ receiver }) {
    const { answer } = receiver;
    receiver.answer = () => null;
    return {
      newSessions: [],
      relief: { afterMs: WEBHOOK_SILENT_MS, give: async () => void (receiver.answer = answer) },
    };
  },
  async 'the stream breaks'({ line }) {
    await line.cut();
    return { newSessions: [], relief: { afterMs: STREAM_BROKEN_MS, give: () => line.restore() } };
  },
  async 'accounts are restarted'({ people, runtime }, who, dice) {
    const count = Math.min(RESTARTED_MAX, Math.max(1, Math.floor(people.length / 10)));
    const others = Array.from({ length: count - 1 }, () => dice.pick(people));
    const ids = [...new Set([who, ...others].map(({ id }) => id))];
    // Not all at once: connections that are kept alive would be what is measured for the next minute.
    for (const id of ids) await runtime.client.accounts.restart(id);
    return { newSessions: ids };
  },
};

async function postmasterOf(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n', 1)[0]);
}

/** A backend may have ended meanwhile. */
function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
}
