import { Inject, Injectable } from '@nestjs/common';
import { PROBE_REST_MS } from '#libs/contracts/limits/leasing';
import type { AccountRouter } from '#src/cluster/account-router';
import type { GrantedLease } from '#src/persistence/leasing/lease.repository';
import { ACCOUNT_ROUTER } from '../stores.js';
import { CONDITION_STORE, type ConditionStore, LEASE_STORE, type LeaseStore } from './lease-stores.js';

/** Asks an account that has rested one harmless thing, before anybody works with it again. */
@Injectable()
export class AccountProbe {
  constructor(
    @Inject(ACCOUNT_ROUTER) private readonly router: Pick<AccountRouter, 'ask'>,
    @Inject(CONDITION_STORE) private readonly conditions: ConditionStore,
    @Inject(LEASE_STORE) private readonly leases: LeaseStore,
  ) {}

  /**
   * Of an account that was just offered. When it does not answer, the offer is over, unless that is somebody else’s by now,
   * and it rests a while longer.
   */
  async passes({ accountId, leaseId }: Pick<GrantedLease, 'accountId' | 'leaseId'>): Promise<boolean> {
    const asked = await this.router.ask(accountId, 'listContacts', { offset: 0, limit: 1 }).catch(() => null);
    // What its provider can't be asked says nothing against the account.
    if (asked?.ok || asked?.why === 'not_supported') {
      await this.conditions.probed(accountId);
      return true;
    }
    const why = asked?.why ?? 'no answer';
    const origin = { leaseId, serviceName: null };
    await this.conditions.change(accountId, origin, ({ floods, floodAtMs, faults, score, isOfNow }) => ({
      class: 'probe_failed',
      decision: 'cooled',
      details: { why },
      saidBy: null,
      restMs: PROBE_REST_MS,
      ...{ floods, floodAtMs, faults, score, loginDead: false, disabled: false },
      endsLease: isOfNow ? 'probe_failed' : null,
      stops: null,
      refusal: null,
    }));
    return false;
  }
}
