import type { Provider } from '#libs/contracts/account';
import { sessionKey } from '#libs/contracts/engine-ipc';
import type { ReasonCode } from '#libs/contracts/reasons';
import {
  type DriverFact,
  isLastFact,
  type SessionAnswer,
  type SessionOpening,
  type SessionOrderName,
  type SessionOrders,
} from '#libs/contracts/session';
import type { DriverCapability } from '#libs/contracts/capabilities';
import type { Driver, DriverSession } from '#libs/drivers/driver';
import type { EngineHost } from './engine-host.js';
import type { EngineHosts } from './engine-hosts.js';

export interface RemoteDriverOptions {
  /** Why no session can be opened on this machine now; null when nothing stands in the way. Asked before each. */
  readonly obstacle?: () => { readonly reason: ReasonCode; readonly detail: string } | null;
  readonly provider: Provider;
  readonly can: ReadonlySet<DriverCapability>;
  readonly hosts: EngineHosts;
  /**
   * Ends whatever a session of this account has left outside its host (its browser, its lock), giving it `askMs` to leave
   * properly, less when it is hurried. True when the system says that nothing is left.
   */
  readonly endRemains: (accountId: string, askMs: number, hurry: AbortSignal) => Promise<boolean>;
}

/** A driver whose sessions run in engine hosts. To its accounts it looks like one in this process. */
export function createRemoteDriver(options: RemoteDriverOptions): Driver {
  const { provider, can, hosts } = options;
  return {
    provider,
    can,
    open: (opening, report) => new RemoteSession(options, opening, report),
    async discardLogin(accountId) {
      const host = hosts.any();
      const answer = await host.discardLogin(provider, accountId);
      hosts.released(host);
      if (!answer.ok) throw new Error(`the login of ${accountId} was not moved aside: ${answer.detail}`);
    },
    close: () => hosts.close(),
  };
}

class RemoteSession implements DriverSession {
  private readonly key: string;
  private host: EngineHost | null = null;
  private over = false;
  private killing: Promise<void> | null = null;

  constructor(
    private readonly options: RemoteDriverOptions,
    private readonly opening: SessionOpening,
    private readonly report: (fact: DriverFact) => void,
  ) {
    this.key = sessionKey(opening.accountId, opening.incarnation);
    this.open();
  }

  async ask<Name extends SessionOrderName>(
    name: Name,
    ask: SessionOrders[Name]['ask'],
  ): Promise<SessionAnswer<SessionOrders[Name]['answer']>> {
    if (this.over || !this.host) return GONE;
    // The host runs the same port, so its answer has the shape that `name` promises.
    const answer = (await this.host.ask(this.key, name, ask)) as SessionAnswer<SessionOrders[Name]['answer']>;
    return this.over && !answer.ok ? GONE : answer;
  }

  kill(): Promise<void> {
    return (this.killing ??= this.killOnce().finally(() => (this.killing = null)));
  }

  private open(): void {
    try {
      const obstacle = this.options.obstacle?.() ?? null;
      if (obstacle) return queueMicrotask(() => this.hear({ type: 'driver.dropped', ...obstacle }));
      this.host = this.options.hosts.withRoom();
      this.host.open(
        this.options.provider,
        this.opening,
        (fact) => this.hear(fact),
        (why, gone) => void this.lost(why, gone),
      );
    } catch (error) {
      queueMicrotask(() => this.hear({ type: 'driver.dropped', reason: 'engine_gone', detail: String(error) }));
    }
  }

  private hear(fact: DriverFact): void {
    if (this.over) return;
    if (isLastFact(fact)) {
      this.over = true;
      if (this.host) this.options.hosts.released(this.host);
    }
    this.report(fact);
  }

  /** The host has died: its browsers notice by their pipe and are given time to store what they hold. */
  private async lost(why: string, gone: Promise<void>): Promise<void> {
    if (this.over) return;
    this.hear({ type: 'driver.broken', reason: 'engine_gone', detail: why });
    // Without an answer the promise of a last fact can't be kept: the account's own deadline asks for a kill, which tries
    // again. The system also refuses one, at times: too many open files, a disk that can't be read.
    const isGone = await gone
      .then(() => this.endRemains(this.options.hosts.limits.orphanCloseMsMax))
      .catch(() => false);
    if (isGone) this.hear({ type: 'driver.dropped', reason: 'engine_gone', detail: why });
  }

  private endRemains(askMs: number): Promise<boolean> {
    return this.options.endRemains(this.opening.accountId, askMs, this.options.hosts.hurried);
  }

  private async killOnce(): Promise<void> {
    if (this.over) return;
    const wasRefused = await this.killInHost();
    if (this.over) return;
    if (!(await this.endRemains(0))) throw new Error(`the session ${this.key} could not be ended, even by force`);
    // What kept the host from it may be gone now. As long as it has the session, it has its lock, which the next one needs.
    if (wasRefused) await this.killInHost();
    if (this.over) return;
    this.host?.forget(this.key);
    this.hear({ type: 'driver.closed' });
  }

  /** Whether the host answered that it can't. Its session tells by itself when it is over. */
  private async killInHost(): Promise<boolean> {
    if (!this.host || this.host.over) return false;
    const answer = await within(this.options.hosts.limits.sessionKillMsMax, this.host.kill(this.key));
    return answer !== null && !answer.ok;
  }
}

const GONE = { ok: false, why: 'gone', detail: 'the session is over' } as const;

/** Null when it is late: a hanging host must not hang its accounts. */
async function within<T>(limitMs: number, done: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), limitMs)));
  const first = await Promise.race([done, late]);
  clearTimeout(timer);
  return first;
}
