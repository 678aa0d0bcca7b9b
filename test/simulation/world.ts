import type { SessionOrders } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { chatOf } from '#libs/drivers/simulated/phone';
import { NO_FAULTS } from '#libs/drivers/simulated/faults';
import { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { RETIRE_MS_MAX } from '#libs/contracts/limits/runtime';
import { SHUTDOWN_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import { createVirtualClock, type VirtualClock } from '#test/support/virtual-clock';
import type { Bug } from './bug.js';
import { bearRuntime } from './birth.js';
import type { Coverage } from './coverage.js';
import { Disturbances } from './disturbances.js';
import { GUARDIAN_MS_MAX } from './driver-wire.js';
import type { Life } from './life.js';
import type { RuntimeLife } from './runtime-life.js';
import type { SeededDice } from './seeded-dice.js';
import { StoreTables } from './store-tables.js';
import { StoreWeather } from './store-weather.js';
import { nameOf, Story } from './story.js';
import type { Calm } from './watches/account-watch.js';
import type { SessionSight } from './watches/session-watch.js';
import { Watches } from './watches/watches.js';

/** A process manager waits before it starts a dead runtime again; the far ends of its sessions are closed by then. */
const RESTART_MS_MIN = GUARDIAN_MS_MAX + 100;
/** An account retires while its store is away, then its session hangs; and the commit under way has its answer to wait for. */
const STOP_MS_MAX = SHUTDOWN_DEADLINE_MS + RETIRE_MS_MAX + 5_000;

export interface WorldOptions {
  readonly dice: SeededDice;
  readonly accounts: readonly Readonly<Record<string, unknown>>[];
  readonly wireDelayMsMax: number;
  readonly bug: Bug | null;
  /** The network as this world has it; it outlives the runtime. */
  readonly network?: (driver: Driver) => Driver;
  readonly coverage?: Coverage;
}

/** What outlives the runtime: time, the store, the provider with its phones; and the one who starts it again. */
export class World {
  readonly time = inWholeMs(createVirtualClock());
  readonly story = new Story(this.time);
  readonly disturbances = new Disturbances(this.time);
  readonly watches: Watches;
  readonly tables: StoreTables;
  readonly weather: StoreWeather;
  readonly provider: SimulatedProvider;
  readonly accountIds: readonly string[];
  readonly dice: SeededDice;
  runtime: RuntimeLife | null = null;
  life: Life | null = null;
  autoRestore = true;
  crashes = 0;
  sent = 0;
  written = 0;
  quiescing = false;
  private startedAt = -Infinity;

  constructor(readonly options: WorldOptions) {
    this.dice = options.dice;
    this.weather = new StoreWeather(this.time, this.dice.fork());
    this.provider = new SimulatedProvider(this.time, this.dice.fork());
    const peace = {
      account: (id: string) => this.disturbances.calmSince(id),
      all: () => Math.max(this.startedAt, this.weather.disturbedUntil),
    };
    this.watches = new Watches(
      this.story,
      peace,
      (id) => this.runtime?.isSending(id) ?? false,
      () => this.time.now(),
    );
    this.tables = new StoreTables(this.watches);
    this.watches.follow(this.tables);
    this.watchArrivals();
    this.accountIds = options.accounts.map((settings, i) => {
      const id = `00000000-0000-7000-8000-${String(i + 1).padStart(12, '0')}`;
      this.tables.create(id, settings, this.time.now());
      return id;
    });
  }

  /** One step of time, and a look at what must hold. False when there was nothing to do until then. */
  async step(until: number): Promise<boolean> {
    const next = this.time.nextAt();
    const stepped = next !== null && next <= until;
    await this.time.advance((stepped ? next : until) - this.time.now());
    this.watches.check(this.sight(), this.calm());
    return stepped;
  }

  async advance(ms: number): Promise<void> {
    const until = this.time.now() + ms;
    while (await this.step(until)) if (this.story.violations.length > 0) return;
  }

  startRuntime(): void {
    this.watches.account.onTakeover(this.tables);
    this.watches.session.hurried = false;
    this.disturbances.findAll();
    this.startedAt = Infinity;
    const { life, runtime } = bearRuntime(this, (how, point) => this.onDeath(how, point));
    this.life = life;
    this.runtime = runtime;
    this.options.bug?.infect?.(runtime, this.tables);
    this.story.tell('runtime', 'starts');
    void runtime.start(this.autoRestore).then(() => (this.startedAt = this.time.now()));
  }

  /** A proper stop; the next start follows as after a crash. */
  async stopRuntime(hurryAfterMs: number | null = null): Promise<void> {
    const { runtime, life, story } = this;
    if (!runtime || !life || runtime.stopping) return;
    story.tell('runtime', 'is asked to stop');
    let stopped = false;
    void runtime.stop().then(() => {
      stopped = true;
      if (life.isAlive) story.tell('runtime', 'has stopped');
    });
    const hurry =
      hurryAfterMs === null ? null : this.time.setTimeout(() => life.isAlive && this.hurry(runtime), hurryAfterMs);
    const until = this.time.now() + STOP_MS_MAX;
    while (!stopped && life.isAlive && (await this.step(Math.min(until, this.time.nextAt() ?? until))));
    this.time.clearTimeout(hurry);
    if (!life.isAlive) return;
    if (!stopped) story.accuse('stop', `the stop did not end within ${STOP_MS_MAX} ms`);
    this.watches.checkStopped(this.sight(), life);
    life.end();
    this.gone();
  }

  /** A bug of ours ends the account's actor at its next step; not more often than it is started again. */
  breakActor(accountId: string): void {
    if (this.mayBreakActor(accountId)) this.runtime?.breakActor(accountId);
  }

  mayBreakActor(accountId: string): boolean {
    return this.time.now() >= this.disturbances.actorDownUntil(accountId);
  }

  /** No fault is left, none comes any more, and nobody dies; what another node took is ours again. */
  async quiesce(): Promise<void> {
    this.quiescing = true;
    this.autoRestore = true;
    this.life?.survive();
    this.weather.calmDown();
    this.provider.setReachable(true);
    for (const id of this.accountIds) this.provider.setFaults(id, NO_FAULTS);
    this.disturbances.healAll(this.accountIds);
    if (this.accountIds.some((id) => this.disturbances.isElsewhere(id))) await this.stopRuntime();
  }

  /** The runtime runs, no actor is down, and the store has been well for long enough. */
  isUndisturbed(): boolean {
    const now = this.time.now();
    const actorsUp = this.accountIds.every((id) => this.disturbances.actorDownUntil(id) < now);
    return this.runtime?.runningSince != null && actorsUp && now > this.weather.disturbedUntil;
  }

  /** A text that has left its session, and gets to the provider whatever becomes of that. */
  arriveLate(
    accountId: string,
    { providerMessageId, to, content }: SessionOrders['send']['ask'],
    afterMs: number,
  ): void {
    const chatId = chatOf(to);
    if (chatId === null || content.kind !== 'text') return;
    const { text } = content;
    this.story.tell(nameOf(accountId), `${text} is still on its way`);
    this.time.setTimeout(() => {
      // What it has refused once it refuses again, under the same id.
      if (this.provider.messages.find(providerMessageId)?.level === 'refused') return;
      this.story.tell('provider', `gets ${text} late from ${nameOf(accountId)}`);
      this.provider.traffic.take(
        { providerMessageId, accountId, chatId, content, text, quoted: null, level: 'sent' },
        { deliveryMs: 50, readMs: null },
      );
    }, afterMs);
  }

  sight(): SessionSight {
    const { provider, tables, runtime, time, disturbances } = this;
    return { provider, tables, runtime, now: time.now(), isStuck: (id) => disturbances.isStuck(id) };
  }

  private calm(): Calm | null {
    if (!this.runtime?.runningSince) return null;
    return {
      runtime: Math.max(this.runtime.runningSince, this.weather.disturbedUntil),
      actor: (id) => this.disturbances.actorDownUntil(id),
      account: (id) => this.disturbances.calmSince(id),
    };
  }

  private watchArrivals(): void {
    const { messages } = this.provider;
    const arrive = messages.arrive.bind(messages);
    messages.arrive = (message) => {
      const isNew = arrive(message);
      if (isNew) this.watches.message.onArrival(message, this.tables.messages);
      return isNew;
    };
  }

  /** The second signal. */
  private hurry(runtime: RuntimeLife): void {
    this.story.tell('runtime', 'is hurried');
    this.watches.session.hurried = true;
    runtime.accounts.hurry();
  }

  private onDeath(how: string, point: string): void {
    this.crashes += 1;
    this.options.coverage?.crash(point);
    this.story.tell('runtime', `dies ${how}`);
    this.gone();
  }

  private gone(): void {
    this.runtime = null;
    this.life = null;
    const pauseMs = this.dice.chance(0.1) ? this.dice.between(60_000, 600_000) : this.dice.between(0, 5_000);
    this.time.setTimeout(() => this.startRuntime(), RESTART_MS_MIN + pauseMs);
  }
}

/** As Node's timers: a whole number of milliseconds, at least one. */
const inWholeMs = (clock: VirtualClock): VirtualClock =>
  Object.assign(Object.create(clock) as VirtualClock, {
    setTimeout: (run: () => void, afterMs: number) => clock.setTimeout(run, Math.max(1, Math.trunc(afterMs) || 1)),
  });
