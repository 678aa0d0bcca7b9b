import { type AccountSnapshot, describeAccount, planRestore, revive, stateOf } from '#libs/account/account.snapshot';
import type { AccountCommandName, CommandOutcome, Provider } from '#libs/contracts/account';
import type { MessageAction } from '#libs/contracts/content';
import type { CommittedState } from '#libs/contracts/events';
import { COMMAND_ANSWER_MS_MAX, RETIRE_MS_MAX } from '#libs/contracts/limits/runtime';
import type { MessageView } from '#libs/contracts/message';
import type { PairingCodeView, QrView } from '#libs/contracts/pairing';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { SessionOrders } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { isRest, RestWaits } from './account-rest.js';
import type { AccountWorld } from './account-world.js';
import type { IssuedOrder } from './actor/account-logic.js';
import type { AccountSession } from './session/account-session.js';
import { toAnswer } from './actor/command-answer.js';
import type { Inspection } from './actor/inspections.js';
import { CommitLoop } from './actor/commit-loop.js';
import type { LaunchGate } from './launch/launch-gate.js';
import { warnIfLoginWasLeft } from './left-login.js';
import { Inbox } from './messages/inbox.js';
import type { MessageFact } from './messages/message-desk.js';
import { Outbox, type ReceiptFact } from './messages/outbox.js';
import type { OutboxSender } from './messages/outbox-sender.js';
import { recycleDrained, type RecycleOutcome } from './recycle/drained-recycle.js';
import type { OwnedAccount } from './ports.js';
import { askSession, type ChatQuestion } from './session/chat-questions.js';
import { SessionKeeper } from './session/session-keeper.js';
import { createSignal, waitAtMost } from './signal.js';
import { StoreRetry } from './messages/store-retry.js';

/** Why an account's actor ended by itself: another owner, or a bug of ours. */
export type AccountEnd = { readonly why: 'lost' } | { readonly why: 'crashed'; readonly error: unknown };
export type RestorePlan = 'restore' | 'settle' | 'rest';

/** One account on this node, from its adoption until its release or the end of the process. */
export class AccountChild {
  /** Resolves when it ended by itself. */
  readonly ended: Promise<AccountEnd>;
  private tellEnd: (end: AccountEnd) => void = () => undefined;
  /** How it was found. Not the snapshot itself, which would be kept for as long as the account. */
  private readonly wanted: boolean;
  private readonly rested: boolean;
  private readonly can: Driver['can'];
  private readonly store: StoreRetry;
  private readonly sender: OutboxSender;
  private readonly outbox: Outbox;
  private readonly inbox: Inbox;
  private readonly keeper: SessionKeeper;
  private readonly loop: CommitLoop;
  private readonly restWaits = new RestWaits();

  constructor(
    owned: OwnedAccount,
    driver: Driver,
    launches: Pick<LaunchGate, 'join' | 'leave' | 'connected'>,
    private readonly world: AccountWorld,
  ) {
    const { accountId, epoch } = owned;
    this.can = driver.can;
    const { clock, log } = world;
    this.ended = new Promise((resolve) => (this.tellEnd = resolve));
    const revived = revive(owned.snapshot, clock.now());
    this.wanted = planRestore(revived.snapshot, true) === 'restore';
    this.rested = isRest(revived.snapshot) && revived.ok;
    if (!revived.ok) log.error({ accountId, why: revived.why }, 'stored state unreadable; the account rests');

    const onLost = (): void => this.tellEnd({ why: 'lost' });
    const onChanged = (message: MessageView): void => world.onMessage('message.changed', message);
    this.store = new StoreRetry(clock, log, onLost);
    // Field by field: a spread gives each account's object a shape of its own, and ten thousand shapes are 20 MB.
    const { store } = this;
    const settings = (): OwnedAccount['settings'] => this.keeper.settings;
    const phone = (): string | null => this.loop.context.phone;
    this.inbox = new Inbox(world, { accountId, epoch, store, can: driver.can, phone });
    const { outboxEmpty } = owned;
    const onActed = (action: MessageAction): Promise<void> => this.inbox.acted(action);
    const { can } = driver;
    this.outbox = new Outbox(world, { accountId, epoch, outboxEmpty, store, can, settings, onChanged, onActed });
    this.sender = this.outbox.sender;
    this.keeper = new SessionKeeper({
      clock,
      log,
      sessions: world.sessions,
      closeMs: world.closeMs,
      killMs: world.killMs,
      owned: { accountId, epoch, settings: owned.settings },
      driver,
      launches,
      context: () => this.loop.context,
      post: (mail) => void this.loop.post(mail),
      onMessageFact: (fact) => this.takeDown(fact, accountId),
      onLoading: (percent) => world.onLoading?.(accountId, percent),
    });
    this.loop = new CommitLoop(owned, revived, {
      clock,
      logic: world.logic,
      recorder: world.recorder,
      deadLetters: world.deadLetters,
      quarantine: world.quarantine,
      inspections: world.inspections,
      onCommitted: (snapshot, orders, before) => {
        warnIfLoginWasLeft(log, accountId, before, snapshot);
        this.onCommitted(snapshot, orders);
      },
      onLost,
      onCrash: (error) => this.tellEnd({ why: 'crashed', error }),
    });
  }

  /** Its present session, if any. */
  get session(): AccountSession | null {
    return this.keeper.session;
  }

  get provider(): Provider {
    return this.loop.asStored.provider;
  }

  get committed(): AccountSnapshot {
    return this.loop.committed;
  }

  /** As it is committed. */
  get state(): CommittedState {
    return describeAccount(this.loop.committed);
  }

  /** The account as the store has it now, for a successor. */
  get asStored(): OwnedAccount {
    return { ...this.loop.asStored, settings: this.keeper.settings };
  }

  /** Tells whoever begins to watch how it stands. */
  present(to: Inspection): void {
    this.loop.present(to);
  }

  /** The account's next session is opened with these settings. */
  reconfigure(settings: OwnedAccount['settings']): void {
    this.keeper.settings = settings;
    this.sender.outboxChanged(); // its pace may be another one
  }

  /** What the runtime's start has to do with it. At rest it needs nothing, unless something was left half done. */
  plan(autoRestore: boolean): RestorePlan {
    if (autoRestore && this.wanted) return 'restore';
    return this.rested ? 'rest' : 'settle';
  }

  /** Brings the stored state to life; resolves when that step is committed. */
  async begin(plan: RestorePlan): Promise<void> {
    if (plan === 'rest') return;
    await this.loop.ask({ kind: 'command', type: plan === 'restore' ? 'account.restore' : 'account.settle' });
  }

  /** Resolves when the command is committed. */
  async command(name: AccountCommandName): Promise<Outcome<CommandOutcome>> {
    if (!this.world.recorder.accepting()) return refused('store_unavailable');
    const answer = createSignal<Outcome<CommandOutcome>>(this.world.clock, COMMAND_ANSWER_MS_MAX);
    void this.loop
      .ask({ kind: 'command', type: `account.${name}` })
      .then((outcome) => answer.give(toAnswer(name, outcome)));
    return (
      (await answer.promise) ?? refused('store_unavailable', 'It may still be carried out when the database is back.')
    );
  }

  qr(): Outcome<QrView> {
    const shown = stateOf(this.loop.committed) === 'QR_READY' ? this.keeper.qr : null;
    return shown ? accepted(shown) : refused('qr_not_ready');
  }

  async pairingCode(phone: string): Promise<Outcome<PairingCodeView>> {
    if (stateOf(this.loop.committed) !== 'QR_READY') return refused('pairing_code_not_ready');
    return this.keeper.pairingCode(phone);
  }

  /** A question about chats, contacts and groups, to the session of a connected account. */
  async ask<Name extends ChatQuestion>(
    name: Name,
    ask: SessionOrders[Name]['ask'],
  ): Promise<Outcome<SessionOrders[Name]['answer']>> {
    const session = stateOf(this.loop.committed) === 'CONNECTED.online' ? this.keeper.session : null;
    return askSession(session, this.can, name, ask);
  }

  wakeOutbox(): void {
    this.sender.wake();
  }

  /** Its outbox was paused or resumed. */
  outboxChanged(): void {
    this.sender.outboxChanged();
  }

  /**
   * Has its session replaced by a fresh one, when nothing is under way: what is, gets its time, and what waits goes out
   * by the next session. Whatever comes between leaves the outbox as it should be then.
   */
  recycle(): Promise<RecycleOutcome> {
    const { recorder, clock } = this.world;
    const isOnline = (): boolean => stateOf(this.loop.committed) === 'CONNECTED.online';
    const session = isOnline() ? this.keeper.session : null;
    if (!session) return Promise.resolve('not_connected');
    if (!recorder.accepting() || this.sender.isPaused) return Promise.resolve('busy');
    return recycleDrained({
      clock,
      sender: this.sender,
      isStillThere: () => isOnline() && this.keeper.session === session,
      replace: () => this.loop.ask({ kind: 'recycle', incarnation: session.incarnation }),
    });
  }

  /** True once no session exists any more and the account rests; false when it does not come to that in time. */
  async atRest(waitMsMax: number): Promise<boolean> {
    return isRest(this.loop.committed) || this.restWaits.until(this.world.clock, waitMsMax);
  }

  /** The machine takes nothing more in; its last commit is waited for. The session is the supervisor's to stop. */
  async retire(): Promise<void> {
    this.keeper.retire();
    this.outbox.stop();
    this.inbox.use(null);
    this.restWaits.callOff();
    await waitAtMost(this.world.clock, RETIRE_MS_MAX, this.loop.close());
  }

  /** After the session: what it said of messages until its end is written, or abandoned because the store is away. */
  async finish(): Promise<void> {
    await waitAtMost(this.world.clock, RETIRE_MS_MAX, Promise.all([this.inbox.stop(), this.outbox.written()]));
    this.store.stop();
  }

  private onCommitted(snapshot: AccountSnapshot, orders: readonly IssuedOrder[]): void {
    const state = stateOf(snapshot);
    const isOnItsWay = state === 'CONNECTING.queued' || state === 'CONNECTING.launching';
    if (!isOnItsWay) this.keeper.releaseLaunch();
    if (state === 'CONNECTED.online') this.keeper.connected();
    // Who was to launch and changed its mind within this commit would be granted a slot, and keep it, for nothing.
    for (const order of orders) if (order.name !== 'requestLaunch' || isOnItsWay) this.keeper.carryOut(order);
    const online = state === 'CONNECTED.online' ? this.keeper.session : null;
    this.outbox.use(online);
    this.inbox.use(online);
    if (isRest(snapshot)) this.restWaits.reached();
  }

  private takeDown(fact: MessageFact | ReceiptFact, accountId: string): void {
    const isReceipt = fact.type === 'driver.acknowledged' || fact.type === 'driver.refused';
    if (isReceipt ? this.outbox.take(fact) : this.inbox.take(fact)) return;
    this.world.log.error(
      { accountId, fact: fact.type },
      'too much waits to be written; a fact about a message was lost',
    );
  }
}
