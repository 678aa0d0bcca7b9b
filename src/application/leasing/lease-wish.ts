import { v7 as uuidV7 } from 'uuid';
import type { allocateSchema } from '#libs/contracts/account-manager/lease';
import type { LeaseLimits, LimitRule } from '#libs/contracts/account-manager/lease-limits';
import type { OutputOf } from '#libs/contracts/parse';
import { type Refusal, refused } from '#libs/contracts/refusals';
import { limitsOf } from '#libs/leasing/limits';
import type { WantedLease } from '#src/persistence/leasing/lease.repository';
import type { DriverCapabilities } from '../stores.js';
import { fullInChannel } from './channel-room.js';
import type { ConditionStore, LimitRuleStore, UsageStore } from './lease-stores.js';

export type AllocateAsk = OutputOf<typeof allocateSchema>;
export interface WishWorld {
  readonly usage: Pick<UsageStore, 'inChannel'>;
  readonly conditions: Pick<ConditionStore, 'stop'>;
  readonly rules: Pick<LimitRuleStore, 'list'>;
  readonly can: DriverCapabilities;
}
const MINUTE_MS = 60_000;

/**
 * What a call wants, as its channel stood when it was looked at last: while a call waits, the channel may be stopped, and
 * accounts may come to have done all they may there.
 */
export class LeaseWish {
  #wanted: WantedLease;

  constructor(
    private readonly world: WishWorld,
    private readonly ask: AllocateAsk,
  ) {
    this.#wanted = wantedOf(ask, world.can);
  }

  get wanted(): WantedLease {
    return this.#wanted;
  }

  /** Null: it may be had. Refusals: `channel_stopped`, `channel_limit`. */
  async look(): Promise<Refusal | null> {
    const { userId, purpose, channel } = this.#wanted;
    if (channel === null) return null;
    const { conditions, usage, rules } = this.world;
    const stop = await conditions.stop(userId, purpose, channel);
    if (stop) return refused('channel_stopped', `It was stopped at ${stop.since.toISOString()}.`);
    const [used, known] = await Promise.all([usage.inChannel(channel, userId), rules.list()]);
    const full = fullInChannel(used, (id) => limitsFor(known, this.ask, id), this.ask.on_channel_limit);
    this.#wanted = { ...this.#wanted, without: full.map(({ accountId }) => accountId) };
    const mine = full.find((one) => one.isMine);
    return mine && mine.whenFull === 'pause' ? refused('channel_limit', mine.detail) : null;
  }
}

export const limitsFor = (rules: readonly LimitRule[], ask: AllocateAsk, accountId: string | null): LeaseLimits =>
  limitsOf(rules, { user_id: ask.user_id, purpose: ask.purpose, account_id: accountId });

function wantedOf(ask: AllocateAsk, can: DriverCapabilities): WantedLease {
  const { provider, capabilities = [], account_ids: accountIds = null } = ask.require ?? {};
  const isAble = [...can].filter(([, has]) => capabilities.every((one) => has.has(one))).map(([name]) => name);
  const named = isAble.filter((name) => provider === undefined || name === provider);
  const under = ask.sticky_key ?? ask.target_channel_id;
  return {
    id: ask.request_id ?? uuidV7(),
    userId: ask.user_id,
    serviceName: ask.service_name,
    purpose: ask.purpose,
    channel: ask.target_channel_id ?? null,
    sticky: under ? JSON.stringify([ask.user_id, under]) : null,
    forMs: ask.timeout_minutes * MINUTE_MS,
    without: [],
    providers: provider === undefined && capabilities.length === 0 ? null : named,
    accountIds,
  };
}
