import { NOTHING_BUT_TEXT } from '#libs/contracts/content';
import { ACCOUNT_DEADLINES, type AccountDeadlines } from '#libs/account/account.context';
import type { AccountCommandName } from '#libs/contracts/account';
import {
  BACKOFF_FIRST_MS,
  BACKOFF_JITTER_MAX,
  BACKOFF_MS_MAX,
  BACKOFF_RESET_AFTER_MS,
  RESTART_WINDOW_MS,
  RESTARTS_MAX,
} from '#libs/contracts/limits/sessions';
import { OUTBOX_STALE_AFTER_MS } from '#libs/contracts/limits/messages';
import type { MessageView } from '#libs/contracts/message';
import type { DriverFact } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import type { FileCarrier } from '#libs/drivers/simulated/file-book';
import { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import type { RestartPolicy } from '#libs/supervisor/restart-policy';
import type { SupervisorNote } from '#libs/supervisor/supervisor-note';
import type { AccountChild } from '#src/supervision/account-child';
import { Accounts } from '#src/supervision/accounts';
import type { BrakeNote } from '#src/supervision/launch/launch-gate';
import type { MediaFiles, OwnedAccount } from '#src/supervision/ports';
import { NO_MEDIA } from './no-media.js';
import { MemoryMessages } from './memory-messages.js';
import { MemoryRecorder } from './memory-recorder.js';
import { createVirtualClock } from './virtual-clock.js';

const RESTART: RestartPolicy = {
  restartsMax: RESTARTS_MAX,
  windowMs: RESTART_WINDOW_MS,
  backoffFirstMs: BACKOFF_FIRST_MS,
  backoffMsMax: BACKOFF_MS_MAX,
  jitterMax: BACKOFF_JITTER_MAX,
  resetAfterMs: BACKOFF_RESET_AFTER_MS,
};

/** The phone that others write to. */
export const BOB = '+380441234567';

export interface StageOptions {
  readonly driver?: (driver: Driver) => Driver;
  readonly launchParallelMax?: number;
  readonly media?: MediaFiles;
  readonly carrier?: FileCarrier;
  readonly receivesMedia?: boolean;
  readonly deadlines?: Partial<AccountDeadlines>;
}

/**
 * A node in virtual time: the real accounts, machine, supervisors and simulated driver, over a store in memory. What
 * outlives the process (provider, store) stays; `restart` gives the next life.
 */
export class NodeStage {
  readonly clock = createVirtualClock();
  readonly provider: SimulatedProvider;
  readonly recorder = new MemoryRecorder();
  readonly messages = new MemoryMessages();
  readonly notes: SupervisorNote[] = [];
  readonly brakeNotes: BrakeNote[] = [];
  readonly logged: string[] = [];
  readonly told: MessageView[] = [];
  /** What was told of messages, by name. */
  readonly events: string[] = [];
  staleOutboxes = 0;
  accounts: Accounts;
  private life = { alive: true };
  private readonly reports = new Map<string, (fact: DriverFact) => void>();
  private settings: OwnedAccount['settings'] = {};

  constructor(private readonly options: StageOptions = {}) {
    this.provider = new SimulatedProvider(this.clock, { next: () => 0 }, null, options.carrier);
    this.accounts = this.start();
  }

  /** A new account, at rest; or, in a next life, as it was committed last. */
  adopt(accountId: string, settings: OwnedAccount['settings'] = this.settings): AccountChild {
    this.settings = settings;
    this.accounts.adopt([this.recorder.owned(accountId, settings)]);
    return this.child(accountId);
  }

  child(accountId: string): AccountChild {
    return this.accounts.find(accountId)!;
  }

  state(accountId: string): string | undefined {
    return this.recorder.states.get(accountId)?.detail;
  }

  async command(accountId: string, name: AccountCommandName): ReturnType<AccountChild['command']> {
    const answer = this.child(accountId).command(name);
    await this.clock.settle();
    return answer;
  }

  /** Paired by its phone and connected. */
  async connected(accountId: string, settings: OwnedAccount['settings'] = {}): Promise<AccountChild> {
    const child = this.adopt(accountId, settings);
    await this.command(accountId, 'connect');
    await this.clock.advance(2_000);
    if (this.state(accountId) !== 'CONNECTED.online') throw new Error(`${accountId} is ${this.state(accountId)}`);
    return child;
  }

  /** The way in which the present session of an account speaks. */
  reportOf(accountId: string): (fact: DriverFact) => void {
    return this.reports.get(accountId)!;
  }

  /** A session that is being closed still says that a message came in. */
  lastWords(accountId: string, providerMessageId: string): void {
    const message = {
      ...NOTHING_BUT_TEXT,
      kind: 'text' as const,
      providerMessageId,
      chatId: 'bob',
      from: BOB,
      text: null,
      sentAt: this.clock.now(),
    };
    this.reportOf(accountId)({ type: 'driver.received', message });
  }

  /** The process died, with all its sessions; another one takes over what was committed. */
  restart(): void {
    this.life.alive = false;
    for (const { accountId } of this.recorder.entries) this.provider.drop(accountId, 'engine_gone');
    this.accounts = this.start();
  }

  /** What belongs to a life ends with it: its timers don't fire, its writes are never answered. */
  private start(): Accounts {
    const life = (this.life = { alive: true });
    const log = (_: object, text: string): void => void this.logged.push(text);
    const simulated = createSimulatedDriver(this.provider);
    const driver: Driver = {
      ...simulated,
      open: (opening, report) => {
        this.reports.set(opening.accountId, report);
        return simulated.open(opening, report);
      },
    };
    return new Accounts({
      clock: {
        now: () => this.clock.now(),
        setTimeout: (run, ms) => this.clock.setTimeout(() => life.alive && run(), ms),
        clearTimeout: (timer) => this.clock.clearTimeout(timer),
      },
      dice: { next: () => 0 },
      recorder: {
        record: (entry) => (life.alive ? this.recorder.record(entry) : new Promise(() => undefined)),
        accepting: () => this.recorder.accepting(),
        prime: (id, state) => this.recorder.prime(id, state),
        forget: (id) => this.recorder.forget(id),
      },
      messages: this.messages,
      inbox: this.messages.inbox,
      receivesMedia: this.options.receivesMedia ?? true,
      log: { debug: () => undefined, info: () => undefined, warn: log, error: log },
      drivers: new Map([['simulated', this.options.driver?.(driver) ?? driver]]),
      launchParallelMax: { whatsapp: 1, telegram: 1, simulated: this.options.launchParallelMax ?? 100 },
      deadlines: { ...ACCOUNT_DEADLINES, ...this.options.deadlines },
      restart: RESTART,
      note: (note) => void (life.alive && this.notes.push(note)),
      noteBrake: (note) => void (life.alive && this.brakeNotes.push(note)),
      pace: { gapMsMin: 0, gapMsMax: 0, perMinuteMax: 0 },
      staleAfterMs: OUTBOX_STALE_AFTER_MS,
      media: this.options.media ?? NO_MEDIA,
      onStaleOutbox: () => void this.staleOutboxes++,
      onMessage: (event, message) => {
        this.events.push(event);
        this.told.push(message);
      },
    });
  }
}
