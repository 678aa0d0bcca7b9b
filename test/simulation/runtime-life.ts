import { ACCOUNT_DEADLINES } from '#libs/account/account.context';
import type { AccountCommandName } from '#libs/contracts/account';
import { OUTBOX_STALE_AFTER_MS } from '#libs/contracts/limits/messages';
import {
  BACKOFF_FIRST_MS,
  BACKOFF_JITTER_MAX,
  BACKOFF_MS_MAX,
  BACKOFF_RESET_AFTER_MS,
  RESTART_WINDOW_MS,
  RESTARTS_MAX,
  SHUTDOWN_DEADLINE_MS,
} from '#libs/contracts/limits/sessions';
import type { MusterEvent } from '#libs/contracts/events';
import type { Driver } from '#libs/drivers/driver';
import type { RestartPolicy } from '#libs/supervisor/restart-policy';
import type { SupervisorNote } from '#libs/supervisor/supervisor-note';
import { createSnapshotRecorder, type SnapshotRecorder } from '#src/persistence/snapshot-recorder';
import { createAccountLogic } from '#src/supervision/actor/account-logic';
import { Accounts } from '#src/supervision/accounts';
import type { Clock, MessageStore, Recorder } from '#src/supervision/ports';
import { createSignal, type Signal } from '#src/supervision/signal';
import { NO_MEDIA } from '#test/support/no-media';
import type { Coverage } from './coverage.js';
import type { Life } from './life.js';
import type { SeededDice } from './seeded-dice.js';
import type { StoreLink } from './store-link.js';
import { Poison } from './poison.js';
import { nameOf, type Story } from './story.js';

export const RESTART_POLICY: RestartPolicy = {
  restartsMax: RESTARTS_MAX,
  windowMs: RESTART_WINDOW_MS,
  backoffFirstMs: BACKOFF_FIRST_MS,
  backoffMsMax: BACKOFF_MS_MAX,
  jitterMax: BACKOFF_JITTER_MAX,
  resetAfterMs: BACKOFF_RESET_AFTER_MS,
};
/** Few, so that accounts wait for each other. */
export const LAUNCH_PARALLEL_MAX = 2;
/** For all lives: a machine is made in milliseconds, and there are thousands of lives. */
const LOGIC = createAccountLogic(ACCOUNT_DEADLINES);
/** The store's share of SHUTDOWN_DEADLINE_MS. */
const FLUSH_MS_MAX = 0.3 * SHUTDOWN_DEADLINE_MS;
/** Between two tries to take the accounts over while the store is away. */
const OWN_RETRY_MS = 1_000;

export interface RuntimeParts {
  readonly life: Life;
  readonly link: StoreLink;
  /** The link, or what a test has put in its place. */
  readonly messages: MessageStore;
  readonly driver: Driver;
  readonly dice: SeededDice;
  readonly story: Story;
  readonly coverage: Coverage | undefined;
  readonly onEvent: (event: MusterEvent) => void;
  readonly onAccepted: (messageId: string) => void;
  readonly onAsked: (accountId: string, name: AccountCommandName) => (ok: boolean) => void;
  readonly onActorBroken: (accountId: string) => void;
  readonly onNote: (note: SupervisorNote) => void;
}

/** One run of the runtime's process, made of the real parts: recorder, accounts, machine, supervisor, outbox. */
export class RuntimeLife {
  readonly clock: Clock;
  readonly recorder: SnapshotRecorder;
  readonly accounts: Accounts;
  /** Since when every account stands where the start has put it; null until then. */
  runningSince: number | null = null;
  stopping = false;
  /** Before it tries once more to take the accounts over. */
  private again: Signal<never> | null = null;
  private readonly toBreak = new Set<string>();
  private readonly poison: Poison;

  constructor(private readonly parts: RuntimeParts) {
    const { life, link, messages, driver, dice } = parts;
    this.clock = life.clock;
    const log = this.log();
    const publish = (event: MusterEvent): void => void (life.pass(event.event) && parts.onEvent(event));
    this.recorder = createSnapshotRecorder({
      write: (entries) => link.write(entries),
      clock: life.clock,
      bus: { publish },
      log,
    });
    this.accounts = new Accounts({
      clock: life.clock,
      dice,
      recorder: this.breakable(),
      messages,
      inbox: link.inbox,
      receivesMedia: false,
      log,
      drivers: new Map([['simulated', driver]]),
      launchParallelMax: { whatsapp: 1, telegram: 1, simulated: LAUNCH_PARALLEL_MAX },
      deadlines: ACCOUNT_DEADLINES,
      logic: LOGIC,
      restart: RESTART_POLICY,
      note: (note) => life.isAlive && parts.onNote(note),
      noteBrake: (note) => life.isAlive && parts.story.tell('runtime', note.type),
      pace: { gapMsMin: 0, gapMsMax: 0, perMinuteMax: 0 },
      staleAfterMs: OUTBOX_STALE_AFTER_MS,
      media: NO_MEDIA,
      onStaleOutbox: () => undefined,
      onMessage: (event, message) => publish({ event, accountId: message.accountId, at: life.clock.now(), message }),
    });
    const onStep = (state: string, event: string): void => parts.coverage?.step(state, event);
    this.poison = new Poison(this.accounts, PLANTED, parts.story, parts.onActorBroken, onStep);
  }

  /** Its session says what its actor breaks on, as by a bug of ours; not while that is to fail by another. */
  poisonActor(accountId: string): void {
    if (this.runningSince !== null && !this.toBreak.has(accountId)) this.poison.give(accountId);
  }

  /** As src/start.ts: take over, come to rest, restore in the background. */
  async start(autoRestore: boolean): Promise<void> {
    const { life, link, story } = this.parts;
    for (;;) {
      try {
        this.accounts.adopt(await link.ownAll());
        break;
      } catch {
        if (this.stopping) return;
        this.again = createSignal<never>(life.clock, OWN_RETRY_MS);
        await this.again.promise;
        if (this.stopping) return;
      }
    }
    const settled = await this.accounts.settle(autoRestore);
    const restoring = autoRestore ? await this.accounts.restore(true) : 0;
    if (!life.pass('running')) return;
    this.runningSince = life.clock.now();
    story.tell('runtime', `runs: ${settled} settled, ${restoring} to be restored`);
  }

  /** As src/stop.ts. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.runningSince = null;
    this.again?.cancel();
    await this.accounts.stop();
    const { clock } = this.parts.life;
    const late = createSignal<void>(clock, FLUSH_MS_MAX);
    await Promise.race([this.recorder.flush(), late.promise]);
    late.cancel();
    await this.recorder.close();
  }

  async command(accountId: string, name: AccountCommandName): Promise<void> {
    const { story, life } = this.parts;
    const child = this.accounts.find(accountId);
    if (this.runningSince === null || !child) return story.tell(nameOf(accountId), `${name}: the runtime isn’t there`);
    story.tell(nameOf(accountId), `a person asks: ${name}`);
    const answer = this.parts.onAsked(accountId, name);
    const outcome = await child.command(name);
    if (!life.isAlive) return;
    answer(outcome.ok);
    story.tell(nameOf(accountId), `${name}: ${outcome.ok ? outcome.value : outcome.why}`);
  }

  async send(accountId: string, message: { id: string; to: string; chatId: string; text: string }): Promise<void> {
    const { story, link, life } = this.parts;
    if (this.runningSince === null) return;
    try {
      await link.accept({ ...message, accountId });
      if (!life.isAlive) return;
      this.parts.onAccepted(message.id);
      story.tell(nameOf(accountId), `accepted ${message.id} to ${message.chatId}`);
      this.accounts.find(accountId)?.wakeOutbox();
    } catch {
      if (life.isAlive) story.tell(nameOf(accountId), `${message.id} was not accepted, as far as its sender knows`);
    }
  }

  async recycle(accountId: string): Promise<void> {
    const { story, life } = this.parts;
    const child = this.accounts.find(accountId);
    if (this.runningSince === null || !child) return;
    const outcome = await child.recycle();
    if (life.isAlive) story.tell(nameOf(accountId), `its browser has grown: ${outcome}`);
  }

  isSending(accountId: string): boolean {
    const child = this.accounts.find(accountId);
    return child !== null && Reflect.get(Reflect.get(child, 'sender') as object, 'running') === true;
  }

  /** The actor of this account will fail at its next step, as by a bug of ours. */
  breakActor(accountId: string): void {
    this.toBreak.add(accountId);
  }

  private breakable(): Recorder {
    const { recorder } = this;
    return {
      record: (entry) => {
        if (!this.toBreak.delete(entry.accountId)) return recorder.record(entry);
        this.parts.onActorBroken(entry.accountId);
        return Promise.reject(new Error(PLANTED));
      },
      accepting: () => recorder.accepting(),
      prime: (accountId, state) => recorder.prime(accountId, state),
      forget: (accountId) => recorder.forget(accountId),
    };
  }

  private log() {
    const { story, life } = this.parts;
    const tell = (level: string) => (data: object, text: string) => {
      if (life.isAlive) story.tell('log', `${level}: ${text}${whatOf(data)}`);
    };
    const error = (data: object, text: string): void => {
      tell('error')(data, text);
      if (life.isAlive && OUR_BUGS.includes(text) && !whatOf(data).includes(PLANTED))
        story.accuse('a bug shows itself', `${text}${whatOf(data)}`);
    };
    return { debug: () => undefined, info: () => undefined, warn: tell('warn'), error };
  }
}

const PLANTED = 'planted by the simulation';

/** Nothing that the world does may lead to these lines. */
const OUR_BUGS: readonly string[] = [
  'an account’s actor failed',
  'the outbox failed; it goes on in a moment',
  'a fact could not be written',
  'stored state unreadable; the account rests',
];

function whatOf(data: object): string {
  const error = 'err' in data ? data.err : undefined;
  if (!(error instanceof Error)) return '';
  return error.cause instanceof Error ? ` (${error.message}: ${error.cause.message})` : ` (${error.message})`;
}
