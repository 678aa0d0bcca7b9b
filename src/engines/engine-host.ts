import type { Provider } from '#libs/contracts/account';
import {
  accountOfSession,
  type FromEngine,
  fromEngineSchema,
  sessionKey,
  type ToEngine,
} from '#libs/contracts/engine-ipc';
import {
  type DriverFact,
  isLastFact,
  type SessionAnswer,
  type SessionOpening,
  type SessionOrderName,
} from '#libs/contracts/session';
import type { SupervisionLog } from '#src/supervision/ports';
import type { EngineLimits } from './engine-limits.js';
import type { EngineProcess } from './engine-process.js';

type Hear = (fact: DriverFact) => void;
/** Told once to each session that was open when its host went. `gone` resolves when the host has ended. */
type Lost = (why: string, gone: Promise<void>) => void;

/** A host at this moment, for people to look at. */
export interface HostReport {
  readonly pid: number;
  readonly state: 'starting' | 'running' | 'leaving' | 'ending';
  /** When it was started, milliseconds since 1970. */
  readonly since: number;
  /** Ids of accounts with a session in it. */
  readonly accounts: readonly string[];
}

/**
 * The runtime's side of one host: its sessions, the questions on their way, and the watch over it.
 * - `leaving`  it closes its sessions and takes no more
 * - `over`     its process has gone or has to be ended; each open session hears `lost`, exactly once, and each question
 *              is answered `gone`
 */
export class EngineHost {
  private readonly sessions = new Map<string, { readonly hear: Hear; readonly lost: Lost }>();
  private readonly questions = new Map<number, (answer: SessionAnswer<unknown>) => void>();
  private readonly watch: NodeJS.Timeout;
  private lastQuestion = 0;
  private saidHello = false;
  private lastWords: string | null = null;
  private isLeaving = false;
  private isStopping = false;
  private readonly hurried = new AbortController();
  private readonly startedAt = Date.now();
  private endedBy: string | null = null;
  private heardAt = performance.now();
  private lookedAt = performance.now();
  private ending: Promise<void> | null = null;
  private readonly whenOver: Promise<void>;
  private tellOver: () => void = () => undefined;

  constructor(
    private readonly process: EngineProcess,
    private readonly limits: EngineLimits,
    private readonly log: SupervisionLog,
    private readonly onGone: () => void,
  ) {
    process.onMessage((raw) => this.hearRaw(raw));
    this.whenOver = new Promise((resolve) => (this.tellOver = resolve));
    process.onExit((how) => void this.end(this.lastWords ?? `the engine host ended: ${how}`));
    this.watch = setInterval(() => this.look(), limits.heartbeatEveryMs);
  }

  get load(): number {
    return this.sessions.size;
  }

  get over(): boolean {
    return this.ending !== null;
  }

  get leaving(): boolean {
    return this.isLeaving || this.over;
  }

  /** Why it ended, though nobody had asked it to; null: it lives, or it left. */
  get brokeBy(): string | null {
    return this.endedBy;
  }

  get report(): HostReport {
    const calm = this.leaving ? 'leaving' : this.saidHello ? 'running' : 'starting';
    const accounts = [...new Set([...this.sessions.keys()].map(accountOfSession))];
    return { pid: this.process.pid, state: this.over ? 'ending' : calm, since: this.startedAt, accounts };
  }

  /** Shorter patience from here on: the runtime's own time is bounded. */
  stopping(): void {
    this.isStopping = true;
  }

  open(provider: Provider, opening: SessionOpening, hear: Hear, lost: Lost): void {
    const session = sessionKey(opening.accountId, opening.incarnation);
    this.sessions.set(session, { hear, lost });
    this.process.send({ kind: 'open', session, provider, opening });
  }

  ask(session: string, name: SessionOrderName, ask: unknown): Promise<SessionAnswer<unknown>> {
    return this.question((question) => ({ kind: 'ask', session, question, name, ask }));
  }

  kill(session: string): Promise<SessionAnswer<unknown>> {
    return this.question((question) => ({ kind: 'kill', session, question }));
  }

  discardLogin(provider: Provider, accountId: string): Promise<SessionAnswer<unknown>> {
    return this.question((question) => ({ kind: 'discard-login', provider, accountId, question }));
  }

  /** The session was ended from this side: whatever the host still says of it isn't heard any more. */
  forget(session: string): void {
    this.sessions.delete(session);
  }

  /** Asks it to close everything and exit; ends it by force when it doesn't. Resolves when it is gone. */
  async leave(): Promise<void> {
    this.isLeaving = true;
    if (!this.over) {
      this.process.send({ kind: 'leave' });
      const timer = setTimeout(() => void this.end('the engine host did not leave'), this.limits.leaveMsMax);
      await this.whenOver;
      clearTimeout(timer);
    }
    await this.ending;
  }

  /** Ends it and its browsers by force, now. Resolves when they are gone, or would not go. */
  hurry(): Promise<void> {
    this.hurried.abort();
    return this.end('the engine host was ended by force: the stop was hurried');
  }

  private end(why: string): Promise<void> {
    if (this.ending) return this.ending;
    clearInterval(this.watch);
    if (!this.isLeaving && !this.isStopping) this.endedBy = why;
    this.ending = this.endProcess();
    this.tellOver();
    const orphans = [...this.sessions.values()];
    this.sessions.clear();
    if (orphans.length > 0) this.log.error({ engine: this.process.pid, sessions: orphans.length }, why);
    for (const answer of this.questions.values()) answer(GONE);
    this.questions.clear();
    for (const { lost } of orphans) lost(why, this.ending);
    return this.ending;
  }

  private async endProcess(): Promise<void> {
    const { orphanCloseMsMax, killMsMax } = this.limits;
    const { signal: hurry } = this.hurried;
    const limits = { askMs: hurry.aborted ? 0 : orphanCloseMsMax, killMs: killMsMax, hurry };
    // The system refuses the question itself, at times (too many open files): nobody else holds this promise.
    const gone = await this.process.end(limits).catch((err: unknown) => err);
    const { pid } = this.process;
    if (gone !== true)
      this.log.error({ engine: pid, err: gone || undefined }, 'an engine host could not be ended, even by force');
    this.onGone();
  }

  private question(order: (question: number) => ToEngine): Promise<SessionAnswer<unknown>> {
    if (this.over) return Promise.resolve(GONE);
    const question = (this.lastQuestion += 1);
    return new Promise((resolve) => {
      this.questions.set(question, resolve);
      this.process.send(order(question));
    });
  }

  private hearRaw(raw: unknown): void {
    if (this.over) return;
    this.heardAt = performance.now();
    const message = fromEngineSchema.safeParse(raw);
    if (!message.success) return void this.end(`the engine host said what isn’t understood: ${message.error.message}`);
    this.hear(message.data);
  }

  private hear(message: FromEngine): void {
    if (message.kind === 'hello') this.saidHello = true;
    else if (message.kind === 'leaving') this.isLeaving = true;
    else if (message.kind === 'last-words') this.lastWords = `the engine host failed: ${message.text}`;
    else if (message.kind === 'fact') this.hearFact(message.session, message.fact);
    else if (message.kind === 'log')
      this.log[message.level]({ engine: this.process.pid, ...message.data }, message.text);
    else if (message.kind === 'answer') {
      const { answer } = message;
      this.questions.get(message.question)?.(answer.ok ? { ok: true, value: answer.value } : answer);
      this.questions.delete(message.question);
    }
  }

  private hearFact(session: string, fact: DriverFact): void {
    const listener = this.sessions.get(session);
    if (isLastFact(fact)) this.sessions.delete(session);
    listener?.hear(fact);
  }

  /** Renews the host's deadline and checks ours. A runtime that was itself asleep first reads what came in meanwhile. */
  private look(): void {
    this.process.send({ kind: 'renew' });
    const now = performance.now();
    const wasAsleep = now - this.lookedAt > 2 * this.limits.heartbeatEveryMs;
    this.lookedAt = now;
    const silentMsMax = this.patienceMs();
    if (!wasAsleep && now - this.heardAt > silentMsMax)
      void this.end(`no word from the engine host for ${silentMsMax} ms`);
  }

  private patienceMs(): number {
    const { heartbeatMissingMsMax, heartbeatStoppingMsMax, startMsMax } = this.limits;
    const patienceMs = this.saidHello ? heartbeatMissingMsMax : startMsMax;
    return this.isStopping ? Math.min(patienceMs, heartbeatStoppingMsMax) : patienceMs;
  }
}

const GONE = { ok: false, why: 'gone', detail: 'the engine host is gone' } as const;
