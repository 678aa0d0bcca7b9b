import type { SessionOrders } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { chatOf } from '#libs/drivers/simulated/phone';
import { NO_FAULTS } from '#libs/drivers/simulated/faults';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import type { MusterEvent } from '#libs/contracts/events';
import { RETIRE_MS_MAX } from '#libs/contracts/limits/runtime';
import { SHUTDOWN_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import type { DriverFact } from '#libs/contracts/session';
import { createVirtualClock, type VirtualClock } from '#test/support/virtual-clock';
import { AccountWatch, type Calm, isMoving, stateOf } from './account-watch.js';
import type { Bug } from './bug.js';
import { ConflictWatch } from './conflict-watch.js';
import { Disturbances } from './disturbances.js';
import { GUARDIAN_MS_MAX, wireTo } from './driver-wire.js';
import { Life } from './life.js';
import { MessageWatch, waitingToBeSent } from './message-watch.js';
import { RecycleWatch } from './recycle-watch.js';
import { RuntimeLife } from './runtime-life.js';
import { type SeededDice } from './seeded-dice.js';
import { StoreLink } from './store-link.js';
import { StoreTables } from './store-tables.js';
import { StoreWeather } from './store-weather.js';
import { nameOf, Story } from './story.js';
import { WishWatch } from './wish-watch.js';

/** A process manager waits before it starts a dead runtime again; the far ends of its sessions are closed by then. */
const RESTART_MS_MIN = GUARDIAN_MS_MAX + 100;
const STRAY_MS_MAX = 2_000;
/** An account retires while its store is away, then its session hangs; and the commit under way has its answer to wait for. */
const STOP_MS_MAX = SHUTDOWN_DEADLINE_MS + RETIRE_MS_MAX + 5_000;

export interface WorldOptions {
  readonly dice: SeededDice;
  readonly accounts: readonly Readonly<Record<string, unknown>>[];
  readonly wireDelayMsMax: number;
  readonly bug: Bug | null;
  /** The network as this world has it; it outlives the runtime. */
  readonly network?: (driver: Driver) => Driver;
}

/** What outlives the runtime: time, the store, the provider with its phones; and the one who starts it again. */
export class World {
  readonly time = inWholeMs(createVirtualClock());
  readonly story = new Story(this.time);
  readonly accountWatch = new AccountWatch(this.story);
  readonly messageWatch = new MessageWatch(this.story);
  readonly conflictWatch = new ConflictWatch(this.story);
  readonly recycleWatch = new RecycleWatch(this.story);
  readonly disturbances = new Disturbances(this.time);
  readonly wishWatch = new WishWatch(this.story);
  readonly tables = new StoreTables({
    onStep: (accountId, step) => {
      this.accountWatch.onStep(accountId, step);
      this.conflictWatch.onStep(accountId, step);
      this.wishWatch.onStep(accountId, step);
      this.recycleWatch.onStep(accountId, step, this.runtime?.isSending(accountId) ?? false);
    },
    onContradiction: (invariant, text) => this.story.accuse(invariant, text),
  });
  readonly weather: StoreWeather;
  readonly provider: SimulatedProvider;
  readonly accountIds: readonly string[];
  runtime: RuntimeLife | null = null;
  life: Life | null = null;
  autoRestore = true;
  crashes = 0;
  sent = 0;
  written = 0;
  quiescing = false;
  private readonly dice: SeededDice;

  constructor(private readonly options: WorldOptions) {
    this.dice = options.dice;
    this.weather = new StoreWeather(this.time, this.dice.fork());
    this.provider = new SimulatedProvider(this.time, this.dice.fork());
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
    if (this.provider.overlaps > 0) this.story.accuse('one session', 'two sessions of an account lived at once');
    if (this.runtime?.runningSince) this.accountWatch.check(this.tables, this.time.now(), this.calm(this.runtime));
    return stepped;
  }

  async advance(ms: number): Promise<void> {
    const until = this.time.now() + ms;
    while (await this.step(until)) if (this.story.violations.length > 0) return;
  }

  startRuntime(): void {
    const { time, tables, weather, dice, story, options } = this;
    const life = new Life(time, (how) => this.onDeath(how));
    const link = new StoreLink({ time, dice: dice.fork(), tables, weather, life });
    const driver = wireTo({
      time,
      dice: dice.fork(),
      life,
      driver: options.network?.(createSimulatedDriver(this.provider)) ?? createSimulatedDriver(this.provider),
      delayMsMax: options.wireDelayMsMax,
      onOpen: ({ accountId, incarnation }) => {
        story.tell(nameOf(accountId), `session ${incarnation} opens`);
        this.accountWatch.onOpen(tables.account(accountId), incarnation);
        this.conflictWatch.onOpen(accountId, time.now());
      },
      onFact: ({ accountId }, fact) => this.onFact(accountId, fact),
      onStrayText: ({ accountId }, order) => this.arriveLate(accountId, order, this.dice.between(1, STRAY_MS_MAX)),
    });
    this.life = life;
    this.accountWatch.onTakeover(tables);
    this.runtime = new RuntimeLife({
      life,
      link,
      messages: options.bug?.messages?.(link) ?? link,
      driver,
      dice: dice.fork(),
      story,
      onEvent: (event) => this.onEvent(event),
      onAccepted: (messageId) => tables.messages.promise(messageId),
      onAsked: (accountId, name) => this.wishWatch.onAsked(accountId, name, tables),
      onActorBroken: (accountId) => this.disturbances.actorFailed(accountId),
      onNote: (note) => {
        if (note.type === 'callback_failed') story.accuse('a bug shows itself', `${note.callback}: ${note.detail}`);
      },
    });
    options.bug?.infect?.(this.runtime, tables);
    story.tell('runtime', 'starts');
    void this.runtime.start(this.autoRestore);
  }

  /** A proper stop; the next start follows as after a crash. */
  async stopRuntime(): Promise<void> {
    const { runtime, life, story } = this;
    if (!runtime || !life || runtime.stopping) return;
    story.tell('runtime', 'is asked to stop');
    let stopped = false;
    void runtime.stop().then(() => {
      stopped = true;
      if (life.isAlive) story.tell('runtime', 'has stopped');
    });
    const until = this.time.now() + STOP_MS_MAX;
    while (!stopped && life.isAlive && (await this.step(Math.min(until, this.time.nextAt() ?? until))));
    if (!life.isAlive) return;
    if (!stopped) story.accuse('stop', `the stop did not end within ${STOP_MS_MAX} ms`);
    if (this.provider.liveSessions() > 0) story.accuse('stop', 'a session outlived a proper stop');
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

  /** No fault is left, none comes any more, and nobody dies. */
  quiesce(): void {
    this.quiescing = true;
    this.autoRestore = true;
    this.life?.survive();
    this.weather.calmDown();
    this.provider.setReachable(true);
    for (const id of this.accountIds) this.provider.setFaults(id, NO_FAULTS);
    this.disturbances.healAll(this.accountIds);
  }

  /** I11: an account that rests or is online holds no timer; one that shows a code has its deadline. */
  checkTimers(): void {
    const rows = [...this.tables.accounts.values()];
    if (!this.life || rows.some(isMoving) || waitingToBeSent(this.tables).length > 0) return;
    const waiting = rows.filter((row) => stateOf(row) === 'QR_READY').length;
    if (this.life.timersSet > waiting)
      this.story.accuse('I11', `${this.life.timersSet} timers are set, ${waiting} have a reason`);
  }

  /** The runtime runs, no actor is down, and the store has been well for long enough. */
  isUndisturbed(): boolean {
    const now = this.time.now();
    const actorsUp = this.accountIds.every((id) => this.disturbances.actorDownUntil(id) < now);
    return this.runtime?.runningSince != null && actorsUp && now > this.weather.disturbedUntil;
  }

  private calm(runtime: RuntimeLife): Calm {
    return {
      runtime: Math.max(runtime.runningSince ?? Infinity, this.weather.disturbedUntil),
      actor: (id) => this.disturbances.actorDownUntil(id),
      account: (id) => this.disturbances.calmSince(id),
    };
  }

  private onDeath(how: string): void {
    this.crashes += 1;
    this.story.tell('runtime', `dies ${how}`);
    this.gone();
  }

  private gone(): void {
    this.runtime = null;
    this.life = null;
    const pauseMs = this.dice.chance(0.1) ? this.dice.between(60_000, 600_000) : this.dice.between(0, 5_000);
    this.time.setTimeout(() => this.startRuntime(), RESTART_MS_MIN + pauseMs);
  }

  private onEvent(event: MusterEvent): void {
    if (event.event === 'account.changed') {
      this.accountWatch.onChanged(event, this.tables);
      this.recycleWatch.onChanged(event, this.tables);
    }
    if (event.event === 'message.changed' || event.event === 'message.received')
      this.messageWatch.onChanged(event.message, this.tables.messages);
  }

  private onFact(accountId: string, fact: DriverFact): void {
    if (fact.type === 'driver.received' || fact.type === 'driver.acknowledged') return;
    this.story.tell(nameOf(accountId), `session says ${fact.type}${'reason' in fact ? `: ${fact.reason}` : ''}`);
    if (fact.type === 'driver.dropped' || fact.type === 'driver.broken') this.disturbances.disturb(accountId);
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
      this.story.tell('provider', `gets ${text} late from ${nameOf(accountId)}`);
      this.provider.traffic.take(
        { providerMessageId, accountId, chatId, content, text, quoted: null, level: 'sent' },
        { deliveryMs: 50, readMs: null },
      );
    }, afterMs);
  }
}

/** As Node's timers: a whole number of milliseconds, at least one. */
const inWholeMs = (clock: VirtualClock): VirtualClock =>
  Object.assign(Object.create(clock) as VirtualClock, {
    setTimeout: (run: () => void, afterMs: number) => clock.setTimeout(run, Math.max(1, Math.trunc(afterMs) || 1)),
  });
