import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { OFFER_PROBE_MS_MAX, PROBE_REST_MS } from '#libs/contracts/limits/leasing';
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
    @Optional() private readonly answerMsMax: number = OFFER_PROBE_MS_MAX,
  ) {}

  /**
   * Of an account that was just offered. When it does not answer, the offer is over, unless that is somebody else’s by now,
   * and it rests a while longer.
   */
  async passes({ accountId, leaseId }: Pick<GrantedLease, 'accountId' | 'leaseId'>): Promise<boolean> {
    const asked = await this.ask(accountId);
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

  /** Null: no answer while the offer lasts. */
  private async ask(accountId: string) {
    const answered = new AbortController();
    const late = delay(this.answerMsMax, null, { signal: answered.signal }).catch(() => null);
    const asked = this.router.ask(accountId, 'listContacts', { offset: 0, limit: 1 }).catch(() => null);
    const answer = await Promise.race([asked, late]);
    answered.abort();
    return answer;
  }
}
