import { BROWSER_LOOK_EVERY_MS, BROWSER_LOOK_SLICE_MS_MAX } from '#libs/contracts/limits/machines';
import { isAlive } from '#libs/processes/process-identity';
import type { BrowserCost, BrowserFigures, BrowserLook, ProcessCost } from '#src/observability/browser-figures';
import type { SupervisionLog } from '#src/supervision/ports';
import { findBrowsers } from './browser-trees.js';
import { recordedEngines } from './engine-records.js';
import { createPace } from './pace.js';
import { type ProcStat, readProcStats, secondsSinceBoot } from './proc-stat.js';
import { ProcessCosts } from './process-costs.js';

export interface BrowserWatchOptions {
  /** Profiles lie here, as `session-{accountId}`. */
  readonly sessionsDir: string;
  /** Running engine hosts are recorded here. */
  readonly recordsDir: string;
  readonly log: Pick<SupervisionLog, 'warn'>;
  readonly everyMs?: number;
}

/**
 * Looks at what the browsers of this node cost, each BROWSER_LOOK_EVERY_MS: the one source of views, metrics, the log's
 * minute line and the recycler. Linux only. Without engine hosts, as in a fleet of simulated accounts, a look reads nothing
 * but the folder of their records.
 */
export class BrowserWatch implements BrowserFigures {
  last: BrowserLook | null = null;
  private readonly costs = new ProcessCosts();
  private browsersCpuSeconds = 0;
  private looking = false;

  constructor(private readonly options: BrowserWatchOptions) {}

  /** Answers the function that ends it; a look that is under way then is told to nobody. */
  start(onLook: (look: BrowserLook) => void): () => void {
    if (process.platform !== 'linux') return () => undefined;
    let ended = false;
    const timer = setInterval(() => {
      if (this.looking) return;
      this.look().then(
        (look) => ended || onLook(look),
        (err: unknown) => this.options.log.warn({ err }, 'the browsers could not be measured'),
      );
    }, this.options.everyMs ?? BROWSER_LOOK_EVERY_MS);
    timer.unref();
    return () => {
      ended = true;
      clearInterval(timer);
    };
  }

  /** One at a time. */
  async look(): Promise<BrowserLook> {
    this.looking = true;
    try {
      this.last = await this.measure();
      return this.last;
    } finally {
      this.looking = false;
    }
  }

  private async measure(): Promise<BrowserLook> {
    const { sessionsDir, recordsDir } = this.options;
    const pace = createPace(BROWSER_LOOK_SLICE_MS_MAX);
    const engines = recordedEngines(recordsDir);
    this.costs.beginLook(secondsSinceBoot());
    const stats = engines.length > 0 ? await readProcStats(pace) : new Map<number, ProcStat>();
    // A record may name a number that is another process's by now.
    const living = engines.filter(isAlive).flatMap(({ pid }) => stats.get(pid) ?? []);
    const hosts = new Map<number, ProcessCost>();
    for (const stat of living) hosts.set(stat.pid, await this.costs.measure([stat]));
    const browsers = new Map<string, BrowserCost>();
    for (const { accountId, processes } of await findBrowsers(living, stats, sessionsDir, pace)) {
      const cost = await this.costs.measure(processes);
      this.browsersCpuSeconds += cost.newCpuSeconds;
      browsers.set(accountId, { ...cost, pid: processes[0].pid });
      await pace();
    }
    return { at: Date.now(), browsers, hosts, browsersCpuSeconds: this.browsersCpuSeconds };
  }
}
