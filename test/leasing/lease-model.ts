import { FLOOD_EXTRA_MS, HOLD_MS_MAX } from '#libs/contracts/limits/leasing';

const DAY_MS = 86_400_000;

/** What the model holds every action to: so little that a few dozen commands reach each of them. */
export const MODEL_LIMITS = { daily: 3, channelDaily: 2, channelTotal: 3 } as const;

interface ModelHold {
  readonly id: string;
  readonly leaseId: string;
  readonly channel: string;
  readonly atMs: number;
  readonly untilMs: number;
  state: 'held' | 'done' | 'refunded' | 'assumed';
  told: boolean;
}
interface ModelAccount {
  readonly id: string;
  fence: number;
  leaseId: string | null;
  service: string | null;
  untilMs: number;
  coolingUntilMs: number;
  floods: number;
  floodAtMs: number;
  holds: ModelHold[];
}

/** The account manager as its promises say it, in the simplest way: one after the other, in memory, by a clock of its own. */
export class LeaseModel {
  nowMs = 0;
  readonly accounts: readonly ModelAccount[];

  constructor(ids: readonly string[]) {
    this.accounts = ids.map((id) => ({
      id,
      fence: 0,
      leaseId: null,
      service: null,
      untilMs: -Infinity,
      coolingUntilMs: -Infinity,
      floods: 0,
      floodAtMs: -Infinity,
      holds: [],
    }));
  }

  at(n: number): ModelAccount {
    return this.accounts[n % this.accounts.length]!;
  }
  isLive = (account: ModelAccount): boolean => account.untilMs > this.nowMs;
  isFree = (account: ModelAccount): boolean => !this.isLive(account) && account.coolingUntilMs <= this.nowMs;

  grant(accountId: string, leaseId: string, service: string, forMs: number): number {
    const account = this.accounts.find(({ id }) => id === accountId)!;
    Object.assign(account, { leaseId, service, untilMs: this.nowMs + forMs, fence: account.fence + 1 });
    return account.fence;
  }
  /** Answers whether it may be. */
  extend(account: ModelAccount, service: string, forMs: number): boolean {
    if (!this.isLive(account) || account.service !== service) return false;
    account.untilMs = Math.max(account.untilMs, this.nowMs + forMs);
    return true;
  }
  release(account: ModelAccount, service: string): boolean {
    if (!this.isLive(account) || account.service !== service) return false;
    account.untilMs = -Infinity;
    return true;
  }
  /** By what a check is denied; null: it is allowed. */
  denial(account: ModelAccount, channel: string): string | null {
    const counted = account.holds.filter(({ state }) => state !== 'refunded');
    const today = counted.filter(({ atMs }) => atMs > this.nowMs - DAY_MS);
    const here = (holds: readonly ModelHold[]): number => holds.filter((hold) => hold.channel === channel).length;
    if (!this.isLive(account)) return 'lease';
    if (account.coolingUntilMs > this.nowMs) return 'account';
    if (today.length >= MODEL_LIMITS.daily) return 'daily';
    if (here(today) >= MODEL_LIMITS.channelDaily) return 'per_channel';
    return here(counted) >= MODEL_LIMITS.channelTotal ? 'per_channel_total' : null;
  }
  hold(account: ModelAccount, id: string, channel: string): void {
    const untilMs = Math.min(this.nowMs + HOLD_MS_MAX, account.untilMs);
    const { leaseId } = account;
    account.holds.push({ id, leaseId: leaseId!, channel, atMs: this.nowMs, untilMs, state: 'held', told: false });
  }
  record(account: ModelAccount, channel: string, success: boolean, newId: string): string {
    this.assume(account);
    const mine = account.holds.filter((one) => one.leaseId === account.leaseId && one.channel === channel && !one.told);
    const target = mine.find(({ state }) => state === 'held') ?? mine.find(({ state }) => state === 'assumed');
    if (target) {
      if (target.state === 'held') target.state = success ? 'done' : 'refunded';
      target.told = true;
      return target.state;
    }
    if (!success) return 'nothing';
    const atMs = this.nowMs;
    account.holds.push({
      id: newId,
      leaseId: account.leaseId ?? '',
      channel,
      atMs,
      untilMs: atMs,
      state: 'done',
      told: true,
    });
    return 'unreserved';
  }
  flood(account: ModelAccount, seconds: number): void {
    account.floods = this.nowMs - account.floodAtMs < DAY_MS ? account.floods + 1 : 1;
    account.floodAtMs = this.nowMs;
    const restMs = seconds * 1_000 + FLOOD_EXTRA_MS * 2 ** (account.floods - 1);
    account.coolingUntilMs = Math.max(account.coolingUntilMs, this.nowMs + restMs);
  }
  private assume(account: ModelAccount): void {
    for (const hold of account.holds) {
      const isOver = hold.untilMs <= this.nowMs || !this.isLive(account) || hold.leaseId !== account.leaseId;
      if (hold.state === 'held' && isOver) hold.state = 'assumed';
    }
  }
}
