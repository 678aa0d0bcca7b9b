import type { CommittedState, MusterEvent } from '#libs/contracts/events';
import {
  RECYCLE_AGAIN_AFTER_MS,
  RECYCLE_BACK_MS_MAX,
  RECYCLE_BUSY_PAUSE_MS,
  RECYCLE_IDLE_WAIT_MS_MAX,
  RECYCLE_LOOKS_MIN,
} from '#libs/contracts/limits/machines';
import type { RecycleOutcome } from './drained-recycle.js';
import type { Clock, SupervisionLog } from '../ports.js';

/** An account, as far as the recycler needs it. */
export interface RecyclableAccount {
  readonly state: CommittedState;
  /** Lets what is under way be acknowledged, keeps back what waits, and has the session replaced by a new one. */
  recycle(): Promise<RecycleOutcome>;
}

export interface RecyclerWorld {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: SupervisionLog;
  readonly memoryMbMax: number;
  readonly idleMs: number;
  readonly find: (accountId: string) => RecyclableAccount | null;
}

/** An account whose browser is over its budget. */
interface OverBudget {
  readonly accountId: string;
  readonly since: number;
  memoryMb: number;
  /** In a row. */
  looks: number;
  /** The last sign of a message, or `since`. */
  quietSince: number;
  /** Not asked before. */
  pausedUntil: number;
}

/** The account whose turn it is: first it is `asked` and finishes what is under way, then it is `away` until it is back. */
interface Turn {
  readonly accountId: string;
  readonly step: 'asked' | 'away';
  readonly since: number;
}

/**
 * Replaces browsers that have grown over their budget by fresh ones, before the machine's memory ends and kills one in the
 * middle of its work.
 *
 * - Who is over it in RECYCLE_LOOKS_MIN looks in a row is asked as soon as nothing was sent or received for `idleMs`.
 *   Idleness is only a courtesy: the account itself finishes what is under way, and what waits stays in its outbox. So
 *   one that is never idle is replaced all the same after RECYCLE_IDLE_WAIT_MS_MAX.
 * - One at a time, the largest first; the next when the last is connected again, or after RECYCLE_BACK_MS_MAX.
 * - Nobody twice within RECYCLE_AGAIN_AFTER_MS. An account that needs more than its budget would be replaced for ever: it is
 *   left alone then, and the log says what to do.
 *
 * Only accounts over their budget are remembered here, and nothing runs between two looks.
 */
export class Recycler {
  private readonly over = new Map<string, OverBudget>();
  /** When, and whether it was told that it did not help. */
  private readonly recycled = new Map<string, { readonly at: number; told: boolean }>();
  private current: Turn | null = null;
  /** Those that have not answered yet; nobody is asked twice at once. */
  private readonly asked = new Set<string>();
  private stopped = false;

  constructor(private readonly world: RecyclerWorld) {}

  /** Memory of the browsers by account, as just measured. */
  look(memoryMb: ReadonlyMap<string, number>): void {
    if (this.stopped) return;
    const now = this.world.clock.now();
    for (const [accountId, { at }] of this.recycled)
      if (now - at >= RECYCLE_AGAIN_AFTER_MS) this.recycled.delete(accountId);
    for (const accountId of this.over.keys()) if (!this.isOver(memoryMb.get(accountId))) this.over.delete(accountId);
    for (const [accountId, mb] of memoryMb) if (this.isOver(mb)) this.note(accountId, mb, now);
    if (this.current && this.isPast(this.current, now)) this.current = null;
    if (this.current) return;
    const next = this.due(now);
    if (next) void this.recycle(next, now);
  }

  /** News of messages: their account is not idle. */
  hear({ event, accountId, at }: MusterEvent): void {
    if (this.over.size === 0 || accountId === null || !event.startsWith('message.')) return;
    const entry = this.over.get(accountId);
    if (entry) entry.quietSince = at;
  }

  /** Nobody is asked any more. */
  stop(): void {
    this.stopped = true;
  }

  private isOver(memoryMb: number | undefined): boolean {
    return memoryMb !== undefined && memoryMb > this.world.memoryMbMax;
  }

  private note(accountId: string, memoryMb: number, now: number): void {
    const entry = this.over.get(accountId);
    if (entry) {
      entry.looks += 1;
      entry.memoryMb = memoryMb;
    } else this.over.set(accountId, { accountId, since: now, memoryMb, looks: 1, quietSince: now, pausedUntil: now });
  }

  /** Whoever rests instead of coming back, or is gone, is not waited for. */
  private isPast({ accountId, step, since }: Turn, now: number): boolean {
    if (now - since >= RECYCLE_BACK_MS_MAX) return true;
    const status = this.world.find(accountId)?.state.status ?? 'DISCONNECTED';
    return step === 'away' && (status === 'CONNECTED' || status === 'DISCONNECTED' || status === 'FAILED');
  }

  private due(now: number): OverBudget | null {
    const due = [...this.over.values()].filter((entry) => this.isDue(entry, now) && !this.wasJustRecycled(entry));
    return due.sort((a, b) => b.memoryMb - a.memoryMb)[0] ?? null;
  }

  private isDue({ accountId, looks, since, quietSince, pausedUntil }: OverBudget, now: number): boolean {
    if (looks < RECYCLE_LOOKS_MIN || now < pausedUntil || this.asked.has(accountId)) return false;
    if (this.world.find(accountId)?.state.detail !== 'CONNECTED.online') return false;
    return now - quietSince >= this.world.idleMs || now - since >= RECYCLE_IDLE_WAIT_MS_MAX;
  }

  private wasJustRecycled({ accountId, memoryMb }: OverBudget): boolean {
    const last = this.recycled.get(accountId);
    if (!last) return false;
    if (!last.told) {
      last.told = true;
      this.world.log.warn({ accountId, memoryMb, memoryMbMax: this.world.memoryMbMax }, NOT_ENOUGH);
    }
    return true;
  }

  private async recycle(entry: OverBudget, since: number): Promise<void> {
    const { accountId, memoryMb } = entry;
    const { log, memoryMbMax, clock } = this.world;
    const turn: Turn = { accountId, step: 'asked', since };
    this.current = turn;
    const outcome = await this.ask(accountId);
    const now = clock.now();
    if (outcome === 'recycled') {
      log.info({ accountId, memoryMb, memoryMbMax }, 'a browser over its memory budget is replaced');
      this.over.delete(accountId);
      this.recycled.set(accountId, { at: now, told: false });
    } else entry.pausedUntil = now + RECYCLE_BUSY_PAUSE_MS;
    if (this.current !== turn) return; // its turn is past, its answer came too late
    this.current = outcome === 'recycled' ? { accountId, step: 'away', since: now } : null;
  }

  private async ask(accountId: string): Promise<RecycleOutcome | 'failed'> {
    this.asked.add(accountId);
    try {
      return (await this.world.find(accountId)?.recycle()) ?? 'not_connected';
    } catch (err) {
      this.world.log.error({ err, accountId }, 'an account could not be recycled; it is tried again');
      return 'failed';
    } finally {
      this.asked.delete(accountId);
    }
  }
}

const NOT_ENOUGH =
  'a browser is over its memory budget again soon after it was replaced; it is left alone. If this account needs so much, ' +
  'raise BROWSER_MEMORY_MB_MAX; if it grows without end, report it';
