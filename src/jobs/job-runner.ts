import { setTimeout as delay } from 'node:timers/promises';
import { runTaskList, type Task, type WorkerPool } from 'graphile-worker';
import { WEBHOOK_PARALLEL_MAX } from '#libs/contracts/limits/news';
import { JOBS_AGAIN_MS, JOBS_LOOK_EVERY_MS, JOBS_STOP_MS_MAX } from '#libs/contracts/limits/runtime';
import type { Logger } from '#src/observability/logger';
import { codeOf, type PartWatch } from '#src/observability/part-watch';
import type { JobDatabase, Lead } from '#src/persistence/job-database';
import { jobLogger } from './job-logger.js';

export interface JobRunnerParts {
  readonly database: JobDatabase;
  /** By name. The signal: the end is near, give back what is under way. */
  readonly tasks: (stop: AbortSignal) => Readonly<Record<string, Task>>;
  /** Called whenever this program has got the lead, before the first job. */
  readonly begin: () => Promise<void>;
  readonly log: Logger;
  readonly parallelMax?: number;
  /** Told whether it has the lead. */
  readonly watch?: Pick<PartWatch, 'up' | 'down'>;
}
export interface JobRunner {
  /** Takes no new job, lets those under way finish for JOBS_STOP_MS_MAX, then has them give back what they do. */
  stop(): Promise<void>;
}

/**
 * Runs jobs for as long as it has the lead (job-database.ts), and tries to get it again for as long as it hasn't: after the
 * database was away, after another program has gone. graphile-worker ends its workers when the database stays away for some
 * minutes; they are begun anew, too.
 */
export function startJobs(parts: JobRunnerParts): JobRunner {
  const stopping = new AbortController();
  const giveBack = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await runOnce(parts, stopping.signal, giveBack.signal);
      await delay(JOBS_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined); // asked to stop
    }
  })();
  return {
    async stop() {
      stopping.abort();
      const timer = setTimeout(() => giveBack.abort(), JOBS_STOP_MS_MAX);
      await running.finally(() => clearTimeout(timer));
    },
  };
}

/** From getting the lead to losing it. Settles without any job of ours under way. */
async function runOnce(parts: JobRunnerParts, stopping: AbortSignal, giveBack: AbortSignal): Promise<void> {
  const { database, log } = parts;
  const lost = new AbortController();
  let lead: Lead | null = null;
  try {
    lead = await database.lead(() => lost.abort());
    if (lead === null) return;
    await parts.begin();
    if (stopping.aborted) return;
    parts.watch?.up();
    await workUntil(AbortSignal.any([stopping, lost.signal]), parts, AbortSignal.any([giveBack, lost.signal]));
  } catch (err) {
    parts.watch?.down(codeOf(err));
    log.warn({ err }, 'jobs can’t be run now; it is tried again');
  } finally {
    parts.watch?.down(lead ? 'lead_lost' : 'led_by_another');
    lead?.end();
  }
}

/** Rejects when the workers ended by themselves. */
async function workUntil(
  end: AbortSignal,
  { database, tasks, log, parallelMax = WEBHOOK_PARALLEL_MAX }: JobRunnerParts,
  giveBack: AbortSignal,
): Promise<void> {
  const options = {
    concurrency: parallelMax,
    logger: jobLogger(log),
    noHandleSignals: true,
    pollInterval: JOBS_LOOK_EVERY_MS,
    // One look for all workers; without it each looks by itself. And with a delay, even of nothing, the end of a job that
    // can't be written is tried again; without one it is a rejection that nobody hears, which ends the process.
    preset: { worker: { localQueue: { size: parallelMax }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  };
  const workers: WorkerPool = runTaskList(options, tasks(giveBack), database.pool);
  const ask = (): void => void Promise.resolve(workers.gracefulShutdown()).catch(() => undefined); // told by its promise
  end.addEventListener('abort', ask, { once: true });
  try {
    if (end.aborted) ask();
    await workers.promise;
  } finally {
    end.removeEventListener('abort', ask);
  }
}
