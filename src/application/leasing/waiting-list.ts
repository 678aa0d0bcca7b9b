import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { WAITER_TURN_MS_MAX, WAITERS_LOOK_EVERY_MS, WAITERS_MAX } from '#libs/contracts/limits/leasing';
import { type Outcome, type Refusal, refused } from '#libs/contracts/refusals';
import { inTurn, type Waiter } from '#libs/leasing/turns';
import type { GrantedLease } from '#src/persistence/leasing/lease.repository';

export interface NewWaiter extends Omit<Waiter, 'sinceMs'> {
  readonly serviceName: string;
  readonly purpose: string;
  readonly waitMs: number;
  /** Who wants the same gets the same: when there is nothing for one, there is nothing for the other. */
  readonly wants: () => string;
  /** Aborted when nobody waits for the answer any more. */
  readonly left: AbortSignal;
  /** Asks, before a lease is more than an offer, whether this one still waits. */
  readonly grant: (isThere: () => boolean) => Promise<Outcome<GrantedLease>>;
  /** Asked when its time is over and its turn never came. */
  readonly whyNone: () => Promise<Refusal>;
  readonly giveBack: (lease: GrantedLease) => Promise<unknown>;
}
export type Waiting = Waiter & NewWaiter & { readonly untilMs: number };
interface Entry extends Waiting {
  /** What its last turn came to. */
  refusal: Refusal | null;
  readonly resolve: (outcome: Outcome<GrantedLease>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Who waits for an account, each with a call that is open: so the list is in memory, and ends with the process, as the calls
 * do. While somebody waits, everybody goes through it, also who does not want to wait: nobody overtakes.
 *
 * A grant has two phases: the account is offered, and leased if its waiter is still there. One that has left gets nothing,
 * and what was leased for it is given back at once, also when it leaves before the answer has gone out.
 */
@Injectable()
export class WaitingList implements OnModuleDestroy {
  private readonly entries = new Map<string, Entry>();
  /** When each tenant was served last; of those who wait. */
  private readonly served = new Map<string, number>();
  /** What is being done for a request: a grant, or the return of what it got. */
  private readonly busy = new Map<string, Promise<unknown>>();
  /** Those whose turns are to come in this round; null: since somebody came or was served, they have to be put in order. */
  private turns: Iterator<Entry, undefined> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private going = false;
  private again = false;

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  /** Somebody is being served, or nobody could be yet. */
  get isLooking(): boolean {
    return this.going;
  }

  /** Answers the lease or, when the time is over, why there is none. */
  enter(waiter: NewWaiter): Promise<Outcome<GrantedLease>> {
    // An abort that was before is told to no listener.
    if (waiter.left.aborted) return Promise.resolve(refused('waiter_left'));
    if (this.entries.has(waiter.id)) return Promise.resolve(refused('lease_over', 'Another waits under this id.'));
    if (this.entries.size >= WAITERS_MAX) return Promise.resolve(refused('waiting_list_full'));
    const sinceMs = Date.now();
    let settle!: Pick<Entry, 'resolve' | 'reject'>;
    const answer = new Promise<Outcome<GrantedLease>>((resolve, reject) => (settle = { resolve, reject }));
    const entry: Entry = { ...waiter, sinceMs, untilMs: sinceMs + waiter.waitMs, refusal: null, ...settle };
    this.entries.set(waiter.id, entry);
    const end = setTimeout(() => void this.end(entry), Math.max(waiter.waitMs, WAITER_TURN_MS_MAX));
    const stop = (): void => clearTimeout(end);
    answer.then(stop, stop);
    this.turns = null;
    waiter.left.addEventListener('abort', () => this.leave(waiter.id), { once: true });
    this.look();
    return answer;
  }

  /** In the order of their turns. */
  list(): readonly Waiting[] {
    return this.inTurn();
  }

  /** It waits no more, and its call is answered. False: it did not wait. */
  leave(id: string): boolean {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    entry?.resolve(refused('waiter_left'));
    return entry !== undefined;
  }

  /** Resolves when nothing is being granted to one who has left, or taken back from it, under this id. */
  async closed(id: string): Promise<void> {
    await this.busy.get(id);
  }

  /** An account may be free now. Never waits. */
  look(): void {
    this.again = true;
    if (!this.going) void this.goRound();
  }

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
    for (const { id, resolve } of [...this.entries.values()]) {
      this.entries.delete(id);
      resolve(refused('shutting_down'));
    }
  }

  /** Never rejects: what fails, fails for the one it was done for. */
  private async goRound(): Promise<void> {
    this.going = true;
    while (this.again) {
      this.again = false;
      await this.serveAll();
    }
    this.going = false;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.isEmpty) return this.served.clear();
    this.timer = setTimeout(() => this.look(), WAITERS_LOOK_EVERY_MS); // leases run out, accounts come back
  }

  private async serveAll(): Promise<void> {
    const tried = new Set<Entry>();
    const nothingFor = new Map<string, Refusal>();
    this.turns = null;
    for (let next = this.nextOf(tried); next; next = this.nextOf(tried)) {
      tried.add(next);
      const nothing = nothingFor.get(next.wants());
      if (nothing) this.endIfOver(next, nothing);
      else await this.during(next.id, this.serve(next, nothingFor));
    }
  }

  /** Who has left meanwhile has no turn. */
  private nextOf(tried: ReadonlySet<Entry>): Entry | undefined {
    for (;;) {
      this.turns ??= this.inTurn().values();
      const { value: entry } = this.turns.next();
      if (!entry || (!tried.has(entry) && this.entries.get(entry.id) === entry)) return entry;
    }
  }

  private inTurn(): readonly Entry[] {
    return inTurn([...this.entries.values()], this.served, Date.now());
  }

  private async serve(entry: Entry, nothingFor: Map<string, Refusal>): Promise<void> {
    try {
      const outcome = await entry.grant(() => this.entries.get(entry.id) === entry);
      if (outcome.ok) return await this.hand(entry, outcome.value);
      if (outcome.why === 'no_account_free') nothingFor.set(entry.wants(), outcome);
      this.endIfOver(entry, outcome);
    } catch (error) {
      this.entries.delete(entry.id);
      entry.reject(error);
    }
  }

  /** Its time is over, whoever is being served. Never rejects. */
  private async end(entry: Entry): Promise<void> {
    if (this.entries.get(entry.id) !== entry) return;
    this.entries.delete(entry.id);
    try {
      entry.resolve(entry.refusal ?? (await entry.whyNone()));
    } catch (error) {
      entry.reject(error);
    }
  }

  private endIfOver(entry: Entry, refusal: Refusal): void {
    entry.refusal = refusal;
    const isOver = refusal.why !== 'no_account_free' || Date.now() >= entry.untilMs;
    if (isOver && this.entries.delete(entry.id)) entry.resolve(refusal);
  }

  private async hand(entry: Entry, lease: GrantedLease): Promise<void> {
    this.served.set(entry.userId, Date.now());
    this.turns = null;
    if (!this.entries.delete(entry.id)) return void (await entry.giveBack(lease));
    // Its own failure is nobody’s to hear: the lease then ends by itself.
    const takeBack = (): void =>
      void this.during(
        entry.id,
        entry.giveBack(lease).catch(() => undefined),
      );
    entry.left.addEventListener('abort', takeBack, { once: true });
    entry.resolve({ ok: true, value: lease });
  }

  private async during(id: string, work: Promise<unknown>): Promise<void> {
    this.busy.set(id, work);
    await work;
    if (this.busy.get(id) === work) this.busy.delete(id);
  }
}
