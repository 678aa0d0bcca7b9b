import type { InboxStore } from '#src/supervision/inbox-ports';
import { inboxOver } from '#test/support/memory-inbox';
import type {
  AccountEntry,
  Acknowledgement,
  MessageClaim,
  MessageStore,
  OwnedAccount,
  Postponement,
  SendOutcome,
} from '#src/supervision/ports';
import type { VirtualClock } from '#test/support/virtual-clock';
import type { Coverage } from './coverage.js';
import type { Life } from './life.js';
import type { MessageRow } from './message-table.js';
import type { SeededDice } from './seeded-dice.js';
import type { StoreTables } from './store-tables.js';
import type { StoreWeather } from './store-weather.js';

export interface LinkWorld {
  readonly time: VirtualClock;
  readonly dice: SeededDice;
  readonly tables: StoreTables;
  readonly weather: StoreWeather;
  readonly life: Life;
  readonly coverage: Coverage | undefined;
}

/** The database may hold a statement of a dead connection this long, on a lock or on a slow disk. */
const STRAGGLER_MS_MAX = 10_000;

/**
 * One life's connection to the store. A call travels, is carried out, and its answer travels back; on either way it may be
 * lost. When the caller dies in between, what is on its way is carried out or not, perhaps after the next life has begun.
 */
export class StoreLink implements MessageStore {
  readonly inbox: InboxStore = inboxOver(this.world.tables.inbox, (what, _, work) => this.call(what, work));
  private lastOrder = 0;

  constructor(private readonly world: LinkWorld) {}

  ownAll(): Promise<readonly OwnedAccount[]> {
    // Answered or not, it is carried out before that: one life at a time talks to the store, and a start gives up at an error.
    return this.call('own all', () => this.world.tables.ownAll(), { straggles: false });
  }

  write(entries: readonly AccountEntry[]): Promise<ReadonlySet<string>> {
    const order = (this.lastOrder = Math.max(this.lastOrder + 1, this.world.time.now() * 1_000));
    return this.call('write', () => this.world.tables.write(entries, order));
  }

  accept(message: Pick<MessageRow, 'id' | 'accountId' | 'to' | 'chatId' | 'text'>): Promise<void> {
    return this.call('accept', () => this.world.tables.messages.accept(message, this.world.time.now()));
  }

  pending(accountId: string, limit: number, heldChats: readonly string[]): ReturnType<MessageStore['pending']> {
    return this.call('pending', () => this.world.tables.messages.pending(accountId, limit, heldChats));
  }

  claim(accountId: string, epoch: number, claims: readonly MessageClaim[]): ReturnType<MessageStore['claim']> {
    return this.call('claim', () => this.world.tables.messages.claim(accountId, epoch, claims));
  }

  postpone(accountId: string, epoch: number, id: string, until: Postponement): ReturnType<MessageStore['postpone']> {
    return this.call('postpone', () => this.world.tables.messages.postpone(accountId, epoch, id, until));
  }

  /** What was read is no part of what a simulation holds true. */
  unreadSince(): ReturnType<MessageStore['unreadSince']> {
    return Promise.resolve([]);
  }

  /** No account of a simulation has a pace. */
  sentSince(): Promise<readonly number[]> {
    return Promise.resolve([]);
  }

  pauseIfStale(accountId: string, epoch: number): Promise<boolean> {
    return this.call('pause if stale', () => this.world.tables.messages.pauseIfStale(accountId, epoch));
  }

  settle(accountId: string, epoch: number, id: string, outcome: SendOutcome): ReturnType<MessageStore['settle']> {
    return this.call('settle', () => this.world.tables.messages.settle(accountId, epoch, id, outcome));
  }

  acknowledge(
    accountId: string,
    epoch: number,
    acks: readonly Acknowledgement[],
  ): ReturnType<MessageStore['acknowledge']> {
    return this.call('acknowledge', () => this.world.tables.messages.acknowledge(accountId, epoch, acks));
  }

  private call<T>(what: string, work: () => T, { straggles } = { straggles: true }): Promise<T> {
    const { life, time, weather, dice } = this.world;
    if (!life.pass(what)) return life.never();
    const fate = weather.decide();
    this.world.coverage?.call(what, fate.kind);
    return new Promise<T>((resolve, reject) => {
      let done: { readonly value: T } | { readonly error: unknown } | null = null;
      const answer = (): void => {
        if (!life.pass(`${what} answered`)) return;
        if (fate.answered && done && 'value' in done) resolve(done.value);
        else reject(fate.answered && done ? (done as { error: Error }).error : new Error(`${what}: connection lost`));
      };
      // Not by the life's own clock: what has left the process happens without it.
      const carryOut = (): void => {
        try {
          done = { value: work() };
        } catch (error) {
          done = { error };
        }
      };
      // Not by the life's own clock: what has left the process happens without it.
      const arrive = (): void => {
        if (life.isAlive || dice.chance(0.4)) carryOut();
        else if (straggles && dice.chance(0.5)) time.setTimeout(carryOut, dice.between(1, STRAGGLER_MS_MAX));
      };
      if (fate.applied) time.setTimeout(arrive, straggles ? fate.appliedAfterMs : 1);
      time.setTimeout(answer, fate.answerAfterMs);
    });
  }
}
