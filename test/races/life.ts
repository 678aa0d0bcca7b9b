import type { DataSource } from 'typeorm';
import { ACCOUNT_DEADLINES } from '#libs/account/account.context';
import {
  BACKOFF_FIRST_MS,
  BACKOFF_MS_MAX,
  BACKOFF_RESET_AFTER_MS,
  RESTART_WINDOW_MS,
  RESTARTS_MAX,
} from '#libs/contracts/limits/sessions';
import { OUTBOX_STALE_AFTER_MS } from '#libs/contracts/limits/messages';
import type { MusterEvent } from '#libs/contracts/events';
import type { Driver } from '#libs/drivers/driver';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { createLocalRouter, type LocalRouter } from '#src/cluster/local-router';
import { createLocalEventBus } from '#src/events/local-event-bus';
import { AccountRepository } from '#src/persistence/account.repository';
import { InboxRepository } from '#src/persistence/inbox.repository';
import { MessageRepository } from '#src/persistence/message.repository';
import { OutboxRepository } from '#src/persistence/outbox.repository';
import { OwnershipRepository } from '#src/persistence/ownership.repository';
import { createSnapshotRecorder, type SnapshotRecorder } from '#src/persistence/snapshot-recorder';
import { SnapshotRepository } from '#src/persistence/snapshot.repository';
import { TransitionRepository } from '#src/persistence/transition.repository';
import { createAccountLogic } from '#src/supervision/actor/account-logic';
import { Accounts } from '#src/supervision/accounts';
import type { Clock, SupervisionLog } from '#src/supervision/ports';
import { NO_MEDIA } from '#test/support/no-media';
import { holdDriver, type Opened } from './held-driver.js';
import { holdStore, type Stumble } from './held-store.js';
import type { Turns } from './turns.js';

/** Milliseconds to make, and without memory: one for all lives. */
const logic = createAccountLogic(ACCOUNT_DEADLINES);

/** What outlives a runtime. */
export interface World {
  readonly store: DataSource;
  readonly turns: Turns;
  readonly provider: SimulatedProvider;
  readonly nodeId: string;
  /** Of all lives. */
  readonly opened: Opened[];
  readonly news: MusterEvent[];
}

const NEVER = new Promise<never>(() => undefined);

/**
 * One life of a runtime: its parts as the composition root wires them, on the held store, the held driver and virtual time.
 * Its end is a crash: whatever it still waits for never comes.
 */
export class Life {
  readonly store: DataSource;
  readonly accounts: Accounts;
  readonly recorder: SnapshotRecorder;
  readonly router: LocalRouter;
  readonly bus;
  readonly accountStore: AccountRepository;
  readonly ownership: OwnershipRepository;
  readonly snapshots: SnapshotRepository;
  readonly transitions: TransitionRepository;
  readonly messages: MessageRepository;
  readonly outboxes: OutboxRepository;
  /** Settles when it crashes. */
  readonly over: Promise<void>;
  /** What becomes of its next statements. */
  readonly stumbles: Stumble[] = [];
  private tellOver: () => void = () => undefined;
  private alive = true;
  private stragglersArrive = false;

  constructor(
    readonly name: string,
    readonly world: World,
    readonly log: SupervisionLog,
  ) {
    const { turns, provider, news, opened } = world;
    this.over = new Promise((resolve) => (this.tellOver = resolve));
    this.store = holdStore(world.store, (what, ask) => this.hold(what, ask));
    this.bus = createLocalEventBus((err, event) => log.error({ err, event: event.event }, 'a listener failed'));
    this.bus.subscribe((event) => news.push(event));
    this.accountStore = new AccountRepository(this.store);
    this.ownership = new OwnershipRepository(this.store);
    this.snapshots = new SnapshotRepository(this.store);
    this.transitions = new TransitionRepository(this.store);
    this.messages = new MessageRepository(this.store);
    this.outboxes = new OutboxRepository(this.store);
    const clock = this.ownClock(turns.clock);
    const write = this.snapshots.write.bind(this.snapshots);
    this.recorder = createSnapshotRecorder({ write, clock, bus: this.bus, log });
    const line = { take: (what: string) => this.turn(what), moment: () => turns.moment };
    const driver = holdDriver(createSimulatedDriver(provider), line, opened);
    this.accounts = this.assemble(clock, driver);
    this.router = createLocalRouter(this.accounts, this.ownership, world.nodeId);
  }

  /** In the order of start.ts. `served`: from now on the API answers. */
  async start(served: () => void): Promise<void> {
    const { nodeId } = this.world;
    this.accounts.adopt(await this.ownership.ownAll(nodeId));
    await this.accounts.settle(true);
    await this.accounts.restore(true);
    served();
    const deleted = await this.ownership.ownDeleted(nodeId);
    this.accounts.adopt(deleted);
    await Promise.all(deleted.map(async ({ accountId }) => this.accounts.find(accountId)?.begin('settle')));
    for (const { accountId } of deleted)
      this.router
        .release(accountId)
        .catch((err: unknown) => this.log.error({ err, accountId }, 'a deleted account was not released'));
  }

  get isAlive(): boolean {
    return this.alive;
  }

  /**
   * As by kill -9: its sessions go with it, as those of dead engine hosts do. What was on its way to the store is lost, or
   * arrives there before anything of the next runtime, which takes a while to start; nobody hears the answer.
   */
  crash(stragglersArrive: boolean): void {
    this.alive = false;
    this.stragglersArrive = stragglersArrive;
    for (const { opening, over } of this.world.opened)
      if (!over) this.world.provider.drop(opening.accountId, 'engine_gone');
    this.tellOver();
  }

  /** Resolves when it is its turn; never, once this life is over. */
  private async turn(what: string): Promise<void> {
    if (this.alive) await this.world.turns.take(`${this.name} ${what}`, () => !this.alive);
    if (!this.alive) await NEVER;
  }

  private async hold<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const { turns } = this.world;
    await Promise.race([turns.take(`${this.name} ${what} …`, () => !this.alive), this.over]);
    if (!this.alive && !this.stragglersArrive) await NEVER;
    if (!this.alive) turns.tell(`${this.name} is dead, its ${what} arrives all the same`);
    const stumble = this.alive ? this.stumbleAt(what) : null;
    let answer: Answer<T> = BROKEN;
    if (stumble?.loses !== 'a statement') answer = await turns.work(outcomeOf(ask()));
    if (stumble?.loses === 'an answer') answer = BROKEN;
    await this.turn(`… ${what}${'error' in answer ? ` fails: ${String(answer.error)}` : ''}`);
    if ('error' in answer) throw answer.error;
    return answer.value;
  }

  private stumbleAt(what: string): Stumble | null {
    const at = this.stumbles.findIndex(({ of }) => of === null || of === what);
    return at < 0 ? null : this.stumbles.splice(at, 1)[0]!;
  }

  private ownClock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      setTimeout: (run, ms) => clock.setTimeout(() => this.alive && run(), ms),
      clearTimeout: (timer) => clock.clearTimeout(timer),
    };
  }

  private assemble(clock: Clock, driver: Driver): Accounts {
    const { log, bus } = this;
    return new Accounts({
      clock,
      log,
      logic,
      recorder: this.recorder,
      messages: this.messages,
      inbox: new InboxRepository(this.store),
      media: NO_MEDIA,
      receivesMedia: false,
      dice: { next: () => 0 },
      drivers: new Map([['simulated', driver]]),
      launchParallelMax: { whatsapp: 1, telegram: 1, simulated: 1 },
      deadlines: ACCOUNT_DEADLINES,
      restart: {
        restartsMax: RESTARTS_MAX,
        windowMs: RESTART_WINDOW_MS,
        backoffFirstMs: BACKOFF_FIRST_MS,
        backoffMsMax: BACKOFF_MS_MAX,
        jitterMax: 0,
        resetAfterMs: BACKOFF_RESET_AFTER_MS,
      },
      pace: { gapMsMin: 0, gapMsMax: 0, perMinuteMax: 0 },
      staleAfterMs: OUTBOX_STALE_AFTER_MS,
      onStaleOutbox: (accountId) => bus.publish({ event: 'outbox.paused', accountId, at: clock.now(), by: 'stale' }),
      onMessage: (event, message) => bus.publish({ event, accountId: message.accountId, at: clock.now(), message }),
      note: () => undefined,
      noteBrake: () => undefined,
    });
  }
}

const BROKEN = { error: new Error('Connection terminated unexpectedly') };

type Answer<T> = { readonly value: T } | { readonly error: Error };

const outcomeOf = <T>(answer: Promise<T>): Promise<Answer<T>> =>
  answer.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error as Error }),
  );
