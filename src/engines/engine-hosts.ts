import type { SupervisionLog } from '#src/supervision/ports';
import { EngineHost, type HostReport } from './engine-host.js';
import { ENGINE_LIMITS, type EngineLimits } from './engine-limits.js';
import type { EngineProcess } from './engine-process.js';

export interface EngineHostsOptions {
  /** Starts a host; throws when that isn't possible. */
  readonly start: () => EngineProcess;
  readonly accountsMax: number;
  readonly log: SupervisionLog;
  readonly limits?: Partial<EngineLimits>;
}

/** All hosts at this moment, for people to look at. */
export interface HostsReport {
  readonly accountsMax: number;
  /** In the order of their starts. */
  readonly hosts: readonly HostReport[];
  /** Hosts that broke since the start of the runtime. */
  readonly lost: number;
  /** `at` is milliseconds since 1970. */
  readonly lastLost: { readonly pid: number; readonly at: number; readonly reason: string } | null;
}

/** All hosts of this runtime. A session goes to a host with room; the fullest first, so that few hosts run. */
export class EngineHosts {
  readonly limits: EngineLimits;
  private readonly hosts = new Set<EngineHost>();
  private readonly hurrying = new AbortController();
  private readonly idle = new Map<EngineHost, NodeJS.Timeout>();
  private closed = false;
  private lost = 0;
  private lastLost: HostsReport['lastLost'] = null;

  constructor(private readonly options: EngineHostsOptions) {
    this.limits = { ...ENGINE_LIMITS, ...options.limits };
  }

  /** Those that still run, also when they are leaving. */
  get count(): number {
    return this.hosts.size;
  }

  get report(): HostsReport {
    const { lost, lastLost, options } = this;
    return { accountsMax: options.accountsMax, hosts: [...this.hosts].map((host) => host.report), lost, lastLost };
  }

  /** Aborted as soon as nothing is waited for any more. */
  get hurried(): AbortSignal {
    return this.hurrying.signal;
  }

  /** A host with room for one more, started when there is none. Throws when none can be started. */
  withRoom(): EngineHost {
    const open = [...this.hosts].filter((host) => !host.leaving && host.load < this.options.accountsMax);
    const fullest = open.sort((a, b) => b.load - a.load)[0];
    return fullest ? this.keep(fullest) : this.startHost();
  }

  /**
   * Starts a host for sessions that are about to be opened: it loads while others of the start still work. Without any it
   * leaves after a while. What stands in the way of one is told to whoever opens a session.
   */
  warm(): void {
    if (this.closed || this.hosts.size > 0) return;
    try {
      this.released(this.startHost());
    } catch {
      return;
    }
  }

  /** Any living host, for what is not about a session. */
  any(): EngineHost {
    const living = [...this.hosts].find((host) => !host.leaving);
    return living ? this.keep(living) : this.startHost();
  }

  /** Tells that a session of this host is over: a host without sessions leaves after a while. */
  released(host: EngineHost): void {
    if (host.load > 0 || host.leaving || this.closed || this.idle.has(host)) return;
    this.idle.set(
      host,
      setTimeout(() => void this.letGo(host), this.limits.idleMsMax),
    );
  }

  /** The runtime has begun to stop: sessions are closed by their owners, and a host that freezes now is ended sooner. */
  stopping(): void {
    for (const host of this.hosts) host.stopping();
  }

  /** Ends every host and waits until each is gone. */
  async close(): Promise<void> {
    this.closed = true;
    this.stopping();
    await Promise.all([...this.hosts].map((host) => this.letGo(host)));
  }

  /** Ends every host with its browsers by force. Resolves when they are gone, or would not go; no other is started. */
  async hurry(): Promise<void> {
    this.closed = true;
    this.hurrying.abort();
    await Promise.all([...this.hosts].map((host) => host.hurry()));
  }

  private startHost(): EngineHost {
    if (this.closed) throw new Error('the engine hosts are closed');
    const { start, log } = this.options;
    const host: EngineHost = new EngineHost(start(), this.limits, log, () => {
      this.keep(host);
      this.hosts.delete(host);
      this.noteLoss(host);
    });
    this.hosts.add(host);
    return host; // whoever asked for it tells when it is `released`
  }

  private noteLoss({ brokeBy, report }: EngineHost): void {
    if (brokeBy === null) return;
    this.lost += 1;
    this.lastLost = { pid: report.pid, at: Date.now(), reason: brokeBy };
  }

  private keep(host: EngineHost): EngineHost {
    clearTimeout(this.idle.get(host));
    this.idle.delete(host);
    return host;
  }

  private letGo(host: EngineHost): Promise<void> {
    this.keep(host);
    return host.leave();
  }
}
