import type { MusterEvent } from '#libs/contracts/events';
import type { SessionOpening } from '#libs/contracts/session';
import type { SupervisorNote } from '#libs/supervisor/supervisor-note';
import type { Life } from '../life.js';
import type { StoredStep, StoreTables, TableWatch } from '../store-tables.js';
import { nameOf, type Story } from '../story.js';
import { AccountWatch, type Calm, isMoving, stateOf } from './account-watch.js';
import { BoundsWatch } from './bounds-watch.js';
import { ConflictWatch } from './conflict-watch.js';
import { checkInbox } from './inbox-watch.js';
import { IsolationWatch, type Peace } from './isolation-watch.js';
import { LogWatch } from './log-watch.js';
import { MessageWatch, waitingToBeSent } from './message-watch.js';
import { RecycleWatch } from './recycle-watch.js';
import { RestartWatch } from './restart-watch.js';
import { SessionWatch, type SessionSight } from './session-watch.js';
import { WishWatch } from './wish-watch.js';

/** Everybody who looks whether the invariants hold, told of what happens; I10 and I12 are looked at by the tables, too. */
export class Watches implements TableWatch {
  readonly account: AccountWatch;
  readonly message: MessageWatch;
  readonly conflict: ConflictWatch;
  readonly recycle: RecycleWatch;
  readonly wish: WishWatch;
  readonly restart: RestartWatch;
  readonly session: SessionWatch;
  readonly isolation: IsolationWatch;
  readonly bounds: BoundsWatch;
  readonly log: LogWatch;

  constructor(
    private readonly story: Story,
    peace: Peace,
    private readonly isSending: (accountId: string) => boolean,
    private readonly now: () => number,
  ) {
    this.account = new AccountWatch(story);
    this.message = new MessageWatch(story);
    this.conflict = new ConflictWatch(story);
    this.recycle = new RecycleWatch(story);
    this.wish = new WishWatch(story);
    this.restart = new RestartWatch(story);
    this.session = new SessionWatch(story);
    this.isolation = new IsolationWatch(story, peace);
    this.bounds = new BoundsWatch(story);
    this.log = new LogWatch(story);
  }

  follow({ log }: StoreTables): void {
    log.onAdded = (news) => {
      this.log.onLogged(news);
      if (news.name === 'message') this.message.onLogged(news.message);
    };
  }

  onStep(accountId: string, step: StoredStep): void {
    this.account.onStep(accountId, step);
    this.conflict.onStep(accountId, step);
    this.wish.onStep(accountId, step);
    this.restart.onStep(accountId, step);
    this.isolation.onStep(accountId, step);
    this.recycle.onStep(accountId, step, this.isSending(accountId));
  }

  onKept(row: Parameters<TableWatch['onKept']>[0]): void {
    this.restart.onKept(row);
  }

  onContradiction(invariant: 'I10' | 'I12', text: string): void {
    this.story.accuse(invariant, text);
  }

  onOpen(opening: SessionOpening, tables: StoreTables, now: number): void {
    const { accountId, incarnation } = opening;
    this.account.onOpen(tables.account(accountId), incarnation);
    this.session.onOpen(opening, tables);
    this.conflict.onOpen(accountId, now);
  }

  onNote(note: SupervisorNote): void {
    this.restart.onNote(note);
    if (note.type === 'callback_failed') this.story.accuse('a bug shows itself', `${note.callback}: ${note.detail}`);
  }

  onEvent(event: MusterEvent, tables: StoreTables): void {
    this.log.onTold(event);
    if (event.event === 'account.changed') {
      this.account.onChanged(event, tables, this.now());
      this.recycle.onChanged(event, tables);
    }
    if (event.event === 'message.changed' || event.event === 'message.received')
      this.message.onChanged(event.message, tables.messages);
  }

  /** After every step of time. */
  check(sight: SessionSight, calm: Calm | null): void {
    this.session.check(sight);
    const { runtime, tables, now } = sight;
    if (!runtime || !calm) return;
    this.account.check(tables, now, calm);
    this.bounds.check(runtime, [...tables.accounts.keys()]);
  }

  /** After quiesce. */
  checkEnd({ tables, provider }: SessionSight): void {
    this.account.checkEnd(tables, provider);
    this.wish.checkEnd(tables, provider);
    this.message.checkEnd(tables);
    this.log.checkEnd(tables);
    checkInbox(this.story, provider, tables);
  }

  /** I11, when nothing moves any more: an account that rests or is online holds no timer; one that shows a code has its deadline. */
  checkRest({ runtime, tables }: SessionSight, life: Life | null): void {
    const rows = [...tables.accounts.values()];
    if (!runtime || !life || rows.some(isMoving) || waitingToBeSent(tables).length > 0) return;
    this.bounds.checkRest(runtime, life, rows.filter((row) => stateOf(row) === 'QR_READY').length);
  }

  checkStopped({ provider, tables, isStuck }: SessionSight, life: Life): void {
    this.bounds.checkStopped(life);
    for (const accountId of tables.accounts.keys())
      if (provider.isLive(accountId) && !isStuck(accountId))
        this.story.accuse('I5', `the session of ${nameOf(accountId)} outlived a proper stop`);
  }
}
