import { CLOSE_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import type { SessionOpening } from '#libs/contracts/session';
import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { GUARDIAN_MS_MAX } from '../driver-wire.js';
import type { RuntimeLife } from '../runtime-life.js';
import type { StoreTables } from '../store-tables.js';
import { nameOf, type Story } from '../story.js';
import { stateOf } from './account-watch.js';

/** By the promises of account.machine.ts. */
const WITHOUT_SESSION: readonly string[] = [
  'DISCONNECTED.idle',
  'FAILED.idle',
  'CONNECTING.queued',
  'CONNECTING.backingOff',
];

/** The order goes out when the answer to its commit is there, and both travel; nothing else may shorten its time. */
const LATE_ANSWER_MS_MAX = 1_000;

export interface SessionSight {
  readonly provider: SimulatedProvider;
  readonly tables: StoreTables;
  readonly runtime: RuntimeLife | null;
  readonly now: number;
  /** Even force does not end its session now, or did not a moment ago. */
  readonly isStuck: (accountId: string) => boolean;
}

/** I1, I5 and S9: one session of an account at a time, none without an owner, none ended by force before it was asked. */
export class SessionWatch {
  /** By account: when its present session was asked to close. */
  private readonly askedAt = new Map<string, number>();
  private ownerlessSince: number | null = null;
  /** A person is in a hurry: force is what was asked for. */
  hurried = false;

  constructor(private readonly story: Story) {}

  onOpen({ accountId, epoch }: SessionOpening, tables: StoreTables): void {
    this.askedAt.delete(accountId);
    const committed = tables.account(accountId).kept?.epoch;
    if (committed !== epoch)
      this.story.accuse('I10', `${nameOf(accountId)} opens a session under epoch ${epoch}, not ${committed}`);
  }

  onAsked(accountId: string, order: string, now: number): void {
    if (order === 'close' || order === 'logout')
      this.askedAt.set(accountId, Math.min(now, this.askedAt.get(accountId) ?? now));
  }

  onKill(accountId: string, now: number, provider: SimulatedProvider): void {
    if (this.hurried || !provider.isLive(accountId)) return;
    const givenMs = now - (this.askedAt.get(accountId) ?? now);
    if (givenMs < CLOSE_DEADLINE_MS - LATE_ANSWER_MS_MAX)
      this.story.accuse('S9', `${nameOf(accountId)} is ended by force, with ${givenMs} ms to close by itself`);
  }

  /** After every step of time. */
  check({ provider, tables, runtime, now, isStuck }: SessionSight): void {
    if (provider.overlaps > 0) this.story.accuse('I1', 'two sessions of an account lived at once');
    this.checkOwner(provider, runtime, now);
    for (const row of tables.accounts.values()) {
      const state = stateOf(row);
      if (WITHOUT_SESSION.includes(state) && provider.isLive(row.id) && !isStuck(row.id))
        this.story.accuse('I5', `${nameOf(row.id)} is ${state}, and has a session`);
    }
  }

  /** A dead runtime's guardians close what it leaves behind. */
  private checkOwner(provider: SimulatedProvider, runtime: RuntimeLife | null, now: number): void {
    if (runtime || provider.liveSessions() === 0) {
      this.ownerlessSince = null;
      return;
    }
    this.ownerlessSince ??= now;
    if (now - this.ownerlessSince > GUARDIAN_MS_MAX)
      this.story.accuse('I5', `a session outlived its runtime by ${now - this.ownerlessSince} ms`);
  }
}
