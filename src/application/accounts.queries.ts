import { Inject, Injectable } from '@nestjs/common';
import type { AccountView } from '#libs/contracts/account';
import type { Page } from '#libs/contracts/page';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { AccountSnapshotView } from '#libs/contracts/snapshot';
import type { TransitionView } from '#libs/contracts/transition';
import {
  ACCOUNT_STORE,
  type AccountQuery,
  type AccountStore,
  SNAPSHOT_STORE,
  type SnapshotStore,
  TRANSITION_STORE,
  type TransitionStore,
} from './stores.js';

@Injectable()
export class AccountsQueries {
  constructor(
    @Inject(ACCOUNT_STORE) private readonly accounts: AccountStore,
    @Inject(TRANSITION_STORE) private readonly history: TransitionStore,
    @Inject(SNAPSHOT_STORE) private readonly snapshots: SnapshotStore,
  ) {}

  list(query: AccountQuery): Promise<Page<AccountView>> {
    return this.accounts.list(query);
  }

  async show(id: string): Promise<Outcome<AccountView>> {
    const account = await this.accounts.find(id);
    return account === null ? refused('account_not_found') : accepted(account);
  }

  /** `nextCursor` is the seq to go on after. */
  async transitions(id: string, query: { after: number; limit: number }): Promise<Outcome<Page<TransitionView>>> {
    if ((await this.accounts.find(id)) === null) return refused('account_not_found');
    const items = await this.history.list(id, query.after, query.limit);
    const last = items.at(-1);
    return accepted({ items, nextCursor: last && items.length === query.limit ? String(last.seq) : null });
  }

  async snapshot(id: string): Promise<Outcome<AccountSnapshotView>> {
    if ((await this.accounts.find(id)) === null) return refused('account_not_found');
    const stored = await this.snapshots.find(id);
    return accepted({
      accountId: id,
      epoch: stored?.epoch ?? null,
      writtenAt: stored?.writtenAt ?? null,
      snapshot: (stored?.snapshot ?? null) as AccountSnapshotView['snapshot'],
    });
  }
}
