import { Inject, Injectable } from '@nestjs/common';
import type {
  ChannelTotals,
  extendSchema,
  Extended,
  LeaseView,
  Released,
  releaseSchema,
} from '#libs/contracts/account-manager/lease';
import type { LeaseLimits } from '#libs/contracts/account-manager/lease-limits';
import type { OutputOf } from '#libs/contracts/parse';
import { accepted, type Outcome, refused, type RefusalCode } from '#libs/contracts/refusals';
import type { GrantedLease, LeaseOwner } from '#src/persistence/leasing/lease.repository';
import { DRIVER_CAPABILITIES, type DriverCapabilities } from '../stores.js';
import { AccountProbe } from './account-probe.js';
import { totalsInChannel } from './channel-room.js';
import { type Caller, Grants } from './grants.js';
import {
  CONDITION_STORE,
  type ConditionStore,
  LEASE_STORE,
  type LeaseStore,
  LIMIT_RULE_STORE,
  type LimitRuleStore,
  USAGE_STORE,
  type UsageStore,
} from './lease-stores.js';
import { type AllocateAsk, LeaseWish, limitsFor, type WishWorld } from './lease-wish.js';
import { SharedRequests } from './shared-requests.js';
import { toldLimitsOf } from './told-limits.js';
import { WaitingList } from './waiting-list.js';

const MINUTE_MS = 60_000;
const WITH_CHANNEL: ReadonlySet<string> = new Set<RefusalCode>(['no_account_free', 'channel_limit']);

/** Who has which account, and until when. */
@Injectable()
export class LeasesService {
  private readonly grants: Grants;
  private readonly requests: SharedRequests;
  private readonly world: WishWorld;

  constructor(
    @Inject(LEASE_STORE) private readonly leases: LeaseStore,
    @Inject(USAGE_STORE) usage: UsageStore,
    @Inject(CONDITION_STORE) conditions: ConditionStore,
    @Inject(LIMIT_RULE_STORE) rules: LimitRuleStore,
    @Inject(DRIVER_CAPABILITIES) can: DriverCapabilities,
    probe: AccountProbe,
    private readonly waiting: WaitingList,
  ) {
    this.world = { usage, conditions, rules, can };
    this.grants = new Grants(leases, probe);
    this.requests = new SharedRequests({
      closed: (id) => waiting.closed(id),
      again: (lease) => this.grants.earlier(lease),
    });
  }

  /**
   * `left`: aborted when nobody waits for the answer any more. Refusals: `no_account_free`, `waiting_list_full`,
   * `waiter_left`, `channel_stopped`, `channel_limit`, `lease_over` (of its request_id). Each is in the ledger.
   */
  async allocate(ask: AllocateAsk, left: AbortSignal = new AbortController().signal): Promise<Outcome<LeaseView>> {
    const { request_id: id, user_id: userId, service_name: serviceName } = ask;
    const outcome = id
      ? await this.requests.share({ id, userId, serviceName }, left, (allLeft, again) =>
          this.grantTo(ask, allLeft, again),
        )
      : await this.grantTo(ask, left);
    const channel = await this.channelOf(ask, outcome);
    if (outcome.ok) {
      const limits = limitsFor(outcome.value.rules, ask, outcome.value.accountId);
      return accepted({ ...leaseViewOf(outcome.value, limits), channel });
    }
    const details = { purpose: ask.purpose, channel: ask.target_channel_id ?? null };
    await this.leases.noteRefused(userId, serviceName, outcome.why, details);
    return channel ? { ...outcome, more: { ...outcome.more, channel } } : outcome;
  }

  /** At least for so long from now. Refusals: `lease_over`, `lease_not_yours`. */
  async extend(accountId: string, ask: OutputOf<typeof extendSchema>): Promise<Outcome<Extended>> {
    const owner = ownerOf(accountId, ask);
    const extended = await this.leases.extend(owner, ask.timeout_minutes * MINUTE_MS);
    if (extended === null)
      return this.turnAway(owner, 'extend', (await this.leases.over(owner)) ? 'lease_over' : 'lease_not_yours');
    return accepted({
      account_id: accountId,
      lease_id: extended.leaseId,
      fence: extended.fence,
      allocated_at: extended.allocatedAt.toISOString(),
      expires_at: extended.expiresAt.toISOString(),
    });
  }

  /** The same again is harmless; nobody else’s lease is touched. Refusal: `lease_not_yours`. */
  async release(accountId: string, ask: OutputOf<typeof releaseSchema>): Promise<Outcome<Released>> {
    const owner = ownerOf(accountId, ask);
    const ended = await this.leases.release(owner, ask.usage_stats ?? null);
    if (ended) this.waiting.look();
    const over = ended ?? (await this.leases.over(owner, ask.usage_stats ?? null));
    if (over === null) return this.turnAway(owner, 'release', 'lease_not_yours');
    // Somebody of the same service extended it in this very moment.
    if ('lives' in over && over.lives) return this.release(accountId, ask);
    return accepted({
      account_id: accountId,
      released: ended !== null,
      lease_id: over.leaseId,
      ended_at: over.endedAt.toISOString(),
      end_cause: over.endCause,
    });
  }

  private async turnAway(
    owner: LeaseOwner,
    operation: 'extend' | 'release',
    why: 'lease_over' | 'lease_not_yours',
  ): Promise<Outcome<never>> {
    await this.leases.noteTurnedAway(owner, operation, why);
    return refused(why);
  }

  /** Told with a refusal to which it may have led, and with a lease: which is not lost because nobody can count now. */
  private async channelOf(ask: AllocateAsk, outcome: Outcome<GrantedLease>): Promise<ChannelTotals | null> {
    const { target_channel_id: channel, user_id: userId } = ask;
    if (!channel || !(outcome.ok || WITH_CHANNEL.has(outcome.why))) return null;
    const { usage, rules } = this.world;
    const [accountId, known] = outcome.ok ? [outcome.value.accountId, outcome.value.rules] : [null, null];
    const asked = Promise.all([usage.inChannel(channel, userId), known ?? rules.list()]);
    const found = await (outcome.ok ? asked.catch(() => null) : asked);
    return found && totalsInChannel(channel, found[0], limitsFor(found[1], ask, accountId));
  }

  private async grantTo(ask: AllocateAsk, left: AbortSignal, isAgain = false): Promise<Outcome<GrantedLease>> {
    const { request_id: id, user_id: userId, service_name: serviceName } = ask;
    const earlier = id ? await this.leases.live({ id, userId, serviceName }) : null;
    if (earlier) return accepted(earlier);
    const wish = new LeaseWish(this.world, ask);
    return (await wish.look()) ?? this.grantInTurn(ask, wish, left, isAgain);
  }

  /** Nobody overtakes those who wait. */
  private async grantInTurn(
    ask: AllocateAsk,
    wish: LeaseWish,
    left: AbortSignal,
    isAgain: boolean,
  ): Promise<Outcome<GrantedLease>> {
    const grant = (caller: Omit<Caller, 'isAgain'>) => this.grants.grant(wish, { ...caller, isAgain });
    if (this.waiting.isEmpty) {
      const outcome = await grant({ hasWaited: false, isThere: () => !left.aborted });
      if (outcome.ok && !ask.request_id) return this.unlessUnheard(outcome.value, ask.service_name, left);
      if (outcome.ok || outcome.why !== 'no_account_free' || ask.wait_ms === 0) return outcome;
    }
    const { id, userId, serviceName, purpose } = wish.wanted;
    return this.waiting.enter({
      ...{ id, userId, serviceName, purpose, left, priority: ask.priority, waitMs: ask.wait_ms },
      wants: () => JSON.stringify([wish.wanted.without, wish.wanted.providers, wish.wanted.accountIds]),
      whyNone: () => this.grants.whyNone(wish),
      grant: (isThere) => grant({ hasWaited: true, isThere }),
      giveBack: ({ accountId, leaseId }) => this.leases.release({ accountId, serviceName, leaseId }, null),
    });
  }

  /** Without a request_id nobody can ask for this lease again: it is given back when its caller leaves before the answer. */
  private async unlessUnheard(
    lease: GrantedLease,
    serviceName: string,
    left: AbortSignal,
  ): Promise<Outcome<GrantedLease>> {
    const { accountId, leaseId } = lease;
    const giveBack = () => this.leases.release({ accountId, serviceName, leaseId }, null);
    if (left.aborted) {
      await giveBack();
      return refused('waiter_left');
    }
    // Its failure is nobody’s to hear: the lease then ends by itself.
    left.addEventListener('abort', () => void giveBack().catch(() => undefined), { once: true });
    return accepted(lease);
  }
}

const ownerOf = (
  accountId: string,
  ask: { readonly service_name: string; readonly lease_id?: string | null },
): LeaseOwner => ({ accountId, serviceName: ask.service_name, leaseId: ask.lease_id ?? null });

const leaseViewOf = (lease: GrantedLease, limits: LeaseLimits): LeaseView => ({
  account_id: lease.accountId,
  phone: lease.phone,
  lease_id: lease.leaseId,
  fence: lease.fence,
  allocated_at: lease.allocatedAt.toISOString(),
  expires_at: lease.expiresAt.toISOString(),
  limits: toldLimitsOf(limits, lease.allocatedAt.getTime()),
});
