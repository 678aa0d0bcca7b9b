import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidV7 } from 'uuid';
import { ALLOCATE_PAUSE_MS_MAX, ALLOCATE_PAUSE_MS_MIN, ALLOCATE_TRIES_MAX } from '#libs/contracts/limits/leasing';
import { accepted, type Outcome, type Refusal, refused } from '#libs/contracts/refusals';
import type { GrantedLease, LeaseParty } from '#src/persistence/leasing/lease.repository';
import type { AccountProbe } from './account-probe.js';
import type { LeaseStore } from './lease-stores.js';
import type { LeaseWish } from './lease-wish.js';
import { noAccountFree } from './unfree-accounts.js';

/** Who wants a lease, as it stands when there is one for them. */
export interface Caller {
  /** Has waited for it, and may leave at any moment: what comes is offered first. */
  readonly hasWaited: boolean;
  /** Somebody still waits for the answer. */
  readonly isThere: () => boolean;
  /** A lease of this request that is over was given back since nobody heard of it; then it is given another. */
  readonly isAgain: boolean;
}

/** `known`: there was a lease under this id · `lapsed`: it was offered, and came to nothing · `left`: nobody waits for it. */
type Tried = GrantedLease | Refusal | 'known' | 'lapsed' | 'left' | null;

/** Leases an account, in one step or in two. */
export class Grants {
  constructor(
    private readonly leases: LeaseStore,
    private readonly probe: AccountProbe,
  ) {}

  /** Refusals: `no_account_free`, `lease_over` (of its request), `waiter_left`, and those of the wish. */
  async grant(wish: LeaseWish, caller: Caller): Promise<Outcome<GrantedLease>> {
    let { id } = wish.wanted;
    for (let tries = 1; ; tries += 1) {
      const tried = await this.attempt(wish, id, caller);
      if (tried === 'left') return refused('waiter_left');
      if (tried === 'known') {
        const earlier = await this.earlier(wish.wanted);
        if (earlier.ok || !caller.isAgain || id !== wish.wanted.id) return earlier;
        id = uuidV7();
        continue;
      }
      if (tried !== null && tried !== 'lapsed') return 'ok' in tried ? tried : accepted(tried);
      if (tried === 'lapsed' && !caller.isThere()) return refused('waiter_left');
      const isLast = tries >= ALLOCATE_TRIES_MAX;
      const refusal = tried === 'lapsed' && !isLast ? null : await noAccountFree(this.leases, wish.wanted, isLast);
      if (refusal) return refusal;
      await delay(ALLOCATE_PAUSE_MS_MIN + Math.random() * (ALLOCATE_PAUSE_MS_MAX - ALLOCATE_PAUSE_MS_MIN));
    }
  }

  /** Why there is none, for who was never tried. */
  async whyNone({ wanted }: LeaseWish): Promise<Refusal> {
    return (await noAccountFree(this.leases, wanted, true)) ?? refused('no_account_free');
  }

  /** The same call came before: its lease, while it lives. Somebody else’s call under the same id gets nothing of it. */
  async earlier(party: LeaseParty): Promise<Outcome<GrantedLease>> {
    const lease = await this.leases.live(party);
    return lease ? accepted(lease) : refused('lease_over', 'It was given for this request_id before.');
  }

  private async attempt(wish: LeaseWish, id: string, caller: Caller): Promise<Tried> {
    const wanted = { ...wish.wanted, id };
    const lease = await (caller.hasWaited ? this.leases.offer(wanted) : this.leases.grant(wanted));
    return lease === null || lease === 'known' || !lease.offered ? lease : this.conclude(lease, wish, caller);
  }

  /**
   * Its account is asked while it is offered, so that nobody else asks it at the same time. Time has gone by since the call
   * came, so that its channel is looked at once more.
   */
  private async conclude(offer: GrantedLease, wish: LeaseWish, caller: Caller): Promise<Tried> {
    if (offer.needsProbe && !(await this.probe.passes(offer))) return 'lapsed';
    if (!caller.isThere()) return this.withdraw(offer, 'waiter_left', 'left');
    const refusal = await wish.look();
    if (refusal) return this.withdraw(offer, refusal.why, refusal);
    if (wish.wanted.without.includes(offer.accountId)) return this.withdraw(offer, 'channel_limit', 'lapsed');
    const lease = await this.leases.accept(offer, wish.wanted);
    if (lease === 'known') await this.leases.withdraw(offer, 'lease_over');
    return lease ?? 'lapsed';
  }

  private async withdraw(offer: GrantedLease, why: string, tried: Tried): Promise<Tried> {
    await this.leases.withdraw(offer, why);
    return tried;
  }
}
