import type { AccountContext } from '#libs/account/account.context';
import type { AccountEvent } from '#libs/account/account.events';
import { StepRecord } from '#libs/account/account.record';
import {
  type AccountSnapshot,
  describeAccount,
  newlyLeftLogin,
  type Revived,
  stateOf,
  store,
} from '#libs/account/account.snapshot';
import { MAILBOX_CONTROL_MAX, MAILBOX_MAX } from '#libs/contracts/limits/runtime';
import type { DeadLetters } from '#libs/supervisor/dead-letters';
import { createMailbox } from '#libs/supervisor/mailbox';
import type { Quarantine } from '#libs/supervisor/quarantine';
import type { AccountActor, AccountLogic, AccountStep, IssuedOrder } from './account-logic.js';
import { type AccountMail, causeOf, nameOf, toEvent } from './account-mail.js';
import { DeadlineTimer } from './deadline-timer.js';
import type { InspectedStep, Inspection, Inspections } from './inspections.js';
import { MailReplies } from './mail-replies.js';
import { type Clock, type OwnedAccount, type Recorder, StaleEpochError, type TransitionEntry } from '../ports.js';

/** `quarantined`: it has broken the actor as often as it may, and is not given to it any more. */
export type DeadLetterReason = 'came_too_late' | 'mailbox_full' | 'actor_stopped' | 'broke_the_actor' | 'quarantined';

export interface CommitLoopWorld {
  readonly clock: Clock;
  readonly logic: AccountLogic;
  readonly recorder: Recorder;
  readonly deadLetters: DeadLetters<AccountMail, DeadLetterReason>;
  /** Outlives the actor, which comes back after each crash. */
  readonly quarantine: Quarantine;
  /** Who watches this account, if anybody. */
  readonly inspections: Pick<Inspections, 'of'>;
  /** After each commit: carry out the orders, in their order. `before` is the commit before it. */
  readonly onCommitted: (snapshot: AccountSnapshot, orders: readonly IssuedOrder[], before: AccountSnapshot) => void;
  /** Another owner has the account: nothing more may be done for it here. */
  readonly onLost: () => void;
  /** A throwing guard or action, or a broken recorder: a bug of ours, never the account's doing. */
  readonly onCrash: (error: unknown) => void;
}

/** What one piece of mail did to the machine, once committed; or why it is not known to have done anything. */
export type MailOutcome =
  | { readonly ok: true; readonly before: AccountSnapshot; readonly after: AccountSnapshot }
  | { readonly ok: false; readonly why: DeadLetterReason };

interface Step {
  readonly transitions: TransitionEntry[];
  readonly orders: IssuedOrder[];
  readonly answers: (() => void)[];
  /** Null: nobody watches. */
  readonly inspected: InspectedStep[] | null;
}

/**
 * The heart of an account: mail in, machine steps, one commit, then the effects; and again. While a commit is on its
 * way, mail waits: so nothing happens in the world, and nobody hears of anything, that a crash could undo.
 */
export class CommitLoop {
  private readonly actor: AccountActor;
  private readonly deadline: DeadlineTimer;
  private readonly record: StepRecord;
  private readonly replies = new MailReplies<MailOutcome>();
  private readonly mailbox = createMailbox<AccountMail>({
    max: MAILBOX_MAX,
    controlMax: MAILBOX_CONTROL_MAX,
    onMail: () => void (this.working ??= this.work()),
  });
  private last: AccountSnapshot;
  private stored: OwnedAccount;
  private seq: number;
  private enteredAt: number;
  private working: Promise<void> | null = null;
  private closed = false;

  constructor(
    owned: OwnedAccount,
    revived: Revived,
    private readonly world: CommitLoopWorld,
  ) {
    this.actor = world.logic.start(revived.snapshot);
    this.record = new StepRecord(revived.ok ? revived.pending : null, world.logic.limits);
    this.deadline = new DeadlineTimer(world.clock, (due) => this.post({ kind: 'deadline', ...due }));
    this.last = revived.snapshot;
    this.stored = owned;
    this.seq = owned.transitionSeq;
    this.enteredAt = owned.enteredAt;
    this.inspection?.stands(this.last, 0);
  }

  /** The machine as it is, perhaps ahead of the last commit by one step. */
  get context(): AccountContext {
    return this.actor.snapshot().context;
  }

  get committed(): AccountSnapshot {
    return this.last;
  }

  /** The account as the store has it now, for a successor. */
  get asStored(): OwnedAccount {
    return this.stored;
  }

  /** False when it could not be taken in; it is a dead letter then. Ends of sessions and deadlines get through a flood. */
  post(mail: AccountMail): boolean {
    const isIn = this.mailbox.post(mail).ok || (!MAY_WAIT.has(mail.kind) && this.mailbox.postControl(mail).ok);
    if (isIn) this.inspection?.mail(mail, this.mailbox.size);
    else this.bury(mail, this.closed ? 'actor_stopped' : 'mailbox_full');
    return isIn;
  }

  /** `post`, and the outcome once it is committed, or why there is none. */
  ask(mail: AccountMail): Promise<MailOutcome> {
    const outcome = this.replies.to(mail);
    this.post(mail);
    return outcome;
  }

  /** Tells whoever begins to watch how the account stands; what follows is told by itself. */
  present(to: Inspection): void {
    to.stands(this.last, this.mailbox.size);
  }

  /** Resolves when the commit that is on its way, if any, has ended. */
  async close(): Promise<void> {
    this.shut();
    await this.working;
  }

  private async work(): Promise<void> {
    await Promise.resolve(); // `onMail` is called inside `post`: reading starts after it
    let batch = this.mailbox.takeAll();
    try {
      for (; batch.length > 0; batch = this.mailbox.takeAll()) await this.commit(batch);
    } catch (error) {
      const wasClosed = this.closed;
      for (const mail of batch) this.bury(mail, 'actor_stopped');
      this.shut();
      if (error instanceof StaleEpochError) this.world.onLost();
      else if (!wasClosed) this.world.onCrash(error); // else the recorder was closed before this was written: a stop
    } finally {
      this.working = null;
    }
  }

  private async commit(batch: readonly AccountMail[]): Promise<void> {
    const steppedAt = this.world.clock.now();
    const { transitions, orders, answers, inspected } = this.step(batch);
    const snapshot = this.actor.snapshot();
    const before = this.last;
    if (transitions.length > 0 || differ(before, snapshot)) {
      const { accountId, epoch } = this.stored;
      const written = { snapshot: store(snapshot, this.record.pending), enteredAt: this.enteredAt };
      await this.world.recorder.record({ accountId, epoch, ...written, state: describeAccount(snapshot), transitions });
      this.last = snapshot;
      this.stored = { ...this.stored, ...written, transitionSeq: this.seq };
    }
    if (this.closed) return;
    // A clock that was set back meanwhile must not take anything away.
    const commitMs = Math.max(0, this.world.clock.now() - steppedAt);
    for (const step of inspected ?? []) this.inspection?.stepped(step, commitMs, this.mailbox.size);
    this.deadline.arm(snapshot.context.deadline, commitMs);
    this.world.onCommitted(snapshot, orders, before);
    for (const answer of answers) answer();
  }

  /** Takes a batch through the machine; what it did is not yet true for anybody else. */
  private step(batch: readonly AccountMail[]): Step {
    const step: Step = { transitions: [], orders: [], answers: [], inspected: this.inspection ? [] : null };
    for (const mail of batch) {
      const before = this.actor.snapshot();
      const event = toEvent(mail, before.context, this.world.clock.now());
      if (!event) {
        this.bury(mail, 'came_too_late');
        continue;
      }
      const after = this.take(mail, event);
      if (!after) continue;
      const { snapshot, orders } = after;
      step.orders.push(...orders);
      // What somebody asked for is in the history also when it changes only what comes next.
      const changed = differ(before, snapshot);
      const isHistory = mail.kind === 'command' ? changed : stateOf(before) !== stateOf(snapshot);
      const isStep = isHistory || orders.length > 0;
      if (isStep) step.transitions.push(this.describe(event, before, after));
      else this.record.pass(event, changed);
      const seq = isStep ? this.seq : null;
      step.inspected?.push({ event, before, after: snapshot, changed, orders, seq });
      // Until then `shut` still can: whoever asks is never left without a word, even if the commit fails.
      step.answers.push(() => this.replies.give(mail, { ok: true, before, after: snapshot }));
    }
    return step;
  }

  /** One event through the machine. Null: it has broken the actor so often that it is not tried any more. */
  private take(mail: AccountMail, event: AccountEvent): AccountStep | null {
    const { quarantine } = this.world;
    const name = nameOf(mail, event);
    const key = name && `${this.stored.accountId} ${name}`;
    if (key && quarantine.isQuarantined(key)) {
      this.bury(mail, 'quarantined');
      return null;
    }
    const step = this.actor.step(event);
    if (step.snapshot.status !== 'error') {
      if (key) quarantine.passed(key);
      return step;
    }
    const guilty = key !== null && quarantine.struck(key) === 'quarantined';
    this.bury(mail, guilty ? 'quarantined' : 'broke_the_actor');
    const what = `the machine failed at ${event.type}${guilty ? ', which is not given to it any more' : ''}`;
    throw new Error(what, { cause: step.snapshot.error });
  }

  private describe(event: AccountEvent, before: AccountSnapshot, { snapshot, orders }: AccountStep): TransitionEntry {
    const heldMs = Math.max(0, event.at - this.enteredAt);
    const [from, to] = [stateOf(before), stateOf(snapshot)];
    if (from !== to) this.enteredAt = event.at;
    this.seq += 1;
    const { incarnation } = snapshot.context;
    const cause = newlyLeftLogin(before, snapshot) ? 'login_left' : causeOf(event);
    const did = orders.map(({ name }) => name);
    const input = this.record.step(this.seq, event, before, did);
    return { seq: this.seq, at: event.at, from, to, event: event.type, cause, incarnation, heldMs, input };
  }

  private bury(mail: AccountMail, reason: DeadLetterReason): void {
    this.inspection?.buried(mail, reason, this.mailbox.size);
    this.world.deadLetters.record({ to: this.stored.accountId, message: mail, reason, at: this.world.clock.now() });
    this.replies.give(mail, { ok: false, why: reason });
  }

  private get inspection(): Inspection | null {
    return this.world.inspections.of(this.stored.accountId);
  }

  private shut(): void {
    if (this.closed) return;
    this.closed = true;
    this.deadline.arm(null);
    for (const mail of this.mailbox.close()) this.bury(mail, 'actor_stopped');
    this.replies.giveAll({ ok: false, why: 'actor_stopped' });
    this.actor.stop();
  }
}

/** All else (the end of a session, a deadline …) gets through a flood. */
const MAY_WAIT: ReadonlySet<AccountMail['kind']> = new Set(['command', 'fact', 'recycle']);

function differ(a: AccountSnapshot, b: AccountSnapshot): boolean {
  if (stateOf(a) !== stateOf(b)) return true;
  return (Object.keys(b.context) as (keyof AccountContext)[]).some((key) => a.context[key] !== b.context[key]);
}
