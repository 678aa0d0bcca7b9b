import { Inject, Injectable } from '@nestjs/common';
import { accepted, type Outcome, type RefusalCode, refused } from '#libs/contracts/refusals';
import { LEASE_STORE, type LeaseStore, LEDGER_STORE, type LedgerStore } from './lease-stores.js';

export interface FencedCall {
  /** As the table of operations names it. */
  readonly operation: string;
  readonly fence: number | null;
  /** Who acts although another has the account. */
  readonly override: string | null;
}

/**
 * Lets through who may act in the name of an account: the holder of its lease, a person in charge who says so, or anybody
 * while it has none. Whom it turns away, and who went past it, is in the ledger.
 */
@Injectable()
export class FenceGate {
  constructor(
    @Inject(LEASE_STORE) private readonly leases: Pick<LeaseStore, 'liveFence'>,
    @Inject(LEDGER_STORE) private readonly ledger: Pick<LedgerStore, 'noteAtFence'>,
  ) {}

  async pass(accountId: string, { operation, fence, override }: FencedCall): Promise<Outcome<null>> {
    if (fence === (await this.leases.liveFence(accountId))) return accepted(null);
    if (fence !== null || override === null) return this.turnAway(accountId, whyAtFence(fence), { operation, fence });
    await this.ledger.noteAtFence(accountId, 'overridden', override, { operation });
    return accepted(null);
  }

  async turnAway(accountId: string, why: RefusalCode, details: Omit<FencedCall, 'override'>): Promise<Outcome<never>> {
    await this.ledger.noteAtFence(accountId, 'turned_away', why, details);
    return refused(why);
  }
}

/** With a fence it is a stale one; without, the account is somebody’s. */
export const whyAtFence = (fence: number | null): RefusalCode => (fence === null ? 'leased' : 'lease_over');
