import { Inject, Injectable } from '@nestjs/common';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import { LEASE_STORE, type LeaseStore } from './lease-stores.js';

/** Lets through who may act in the name of an account: the holder of its lease, or anybody while it has none. */
@Injectable()
export class FenceGate {
  constructor(@Inject(LEASE_STORE) private readonly leases: Pick<LeaseStore, 'liveFence'>) {}

  async pass(accountId: string, fence: number | null): Promise<Outcome<null>> {
    const live = await this.leases.liveFence(accountId);
    return fence === live ? accepted(null) : refusedAtFence(fence);
  }
}

/** With a fence it is a stale one; without, the account is somebody’s. */
export const refusedAtFence = (fence: number | null) => refused(fence === null ? 'leased' : 'lease_over');
