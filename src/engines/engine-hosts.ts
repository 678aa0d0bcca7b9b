import type { SupervisionLog } from '#src/supervision/ports';
import { EngineHost } from './engine-host.js';
import { ENGINE_LIMITS, type EngineLimits } from './engine-limits.js';
import type { EngineProcess } from './engine-process.js';

export interface EngineHostsOptions {
  /** Starts a host; throws when that isn't possible. */
  readonly start: () => EngineProcess;
  readonly accountsMax: number;
  readonly log: SupervisionLog;
  readonly limits?: Partial<EngineLimits>;
}

/** All hosts of this runtime. A session goes to a host with room; the fullest first, so that few hosts run. */
export class EngineHosts {
  readonly limits: EngineLimits;
  private readonly hosts = new Set<EngineHost>();
  private readonly leaving = new Set<Promise<void>>();
  private readonly idle = new Map<EngineHost, NodeJS.Timeout>();
  private closed = false;

  constructor(private readonly options: EngineHostsOptions) {
    this.limits = { ...ENGINE_LIMITS, ...options.limits };
  }

  get count(): number {
    return this.hosts.size;
  }

  /** A host with room for one more, started when there is none. Throws when none can be started. */
  withRoom(): EngineHost {
    const open = [...this.hosts].filter((host) => !host.over && host.load < this.options.accountsMax);
    const fullest = open.sort((a, b) => b.load - a.load)[0];
    return fullest ? this.keep(fullest) : this.startHost();
  }

  /** Any living host, for what is not about a session. */
  any(): EngineHost {
    const living = [...this.hosts].find((host) => !host.over);
    return living ? this.keep(living) : this.startHost();
  }

  /** Tells that a session of this host is over: a host without sessions leaves after a while. */
  released(host: EngineHost): void {
    if (host.load > 0 || host.over || this.closed || this.idle.has(host)) return;
    this.idle.set(
      host,
      setTimeout(() => this.letGo(host), this.limits.idleMsMax),
    );
  }

  /** Ends every host and waits until each is gone. */
  async close(): Promise<void> {
    this.closed = true;
    for (const host of [...this.hosts]) this.letGo(host);
    await Promise.all(this.leaving);
  }

  private startHost(): EngineHost {
    if (this.closed) throw new Error('the engine hosts are closed');
    const { start, log } = this.options;
    const host: EngineHost = new EngineHost(start(), this.limits, log, () => {
      this.keep(host);
      this.hosts.delete(host);
    });
    this.hosts.add(host);
    this.released(host);
    return host;
  }

  private keep(host: EngineHost): EngineHost {
    clearTimeout(this.idle.get(host));
    this.idle.delete(host);
    return host;
  }

  private letGo(host: EngineHost): void {
    this.keep(host);
    this.hosts.delete(host);
    const left = host.leave().finally(() => this.leaving.delete(left));
    this.leaving.add(left);
  }
}
