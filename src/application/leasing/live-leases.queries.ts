import { Inject, Injectable } from '@nestjs/common';
import type { listLeasesSchema, LiveLease } from '#libs/contracts/account-manager/lease';
import type { Page } from '#libs/contracts/page';
import type { OutputOf } from '#libs/contracts/parse';
import type { HeldLease } from '#src/persistence/leasing/lease.repository';
import { LEASE_STORE, type LeaseStore } from './lease-stores.js';

/** Who has which account now. */
@Injectable()
export class LiveLeasesQueries {
  constructor(@Inject(LEASE_STORE) private readonly leases: LeaseStore) {}

  /** In the order of the accounts’ ids. */
  async list({ cursor, limit }: OutputOf<typeof listLeasesSchema>): Promise<Page<LiveLease>> {
    const found = await this.leases.listLive(cursor ?? null, limit + 1);
    const items = found.slice(0, limit).map(viewOf);
    return { items, nextCursor: found.length > limit ? (items.at(-1)?.account_id ?? null) : null };
  }
}

const viewOf = (lease: HeldLease): LiveLease => ({
  account_id: lease.accountId,
  lease_id: lease.leaseId,
  fence: lease.fence,
  user_id: lease.userId,
  service_name: lease.serviceName,
  purpose: lease.purpose,
  target_channel_id: lease.channel,
  allocated_at: lease.allocatedAt.toISOString(),
  expires_at: lease.expiresAt.toISOString(),
  remaining_ms: Math.max(0, Math.ceil(lease.expiresAt.getTime() - lease.now.getTime())),
});
