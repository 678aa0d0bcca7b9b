import { Inject, Injectable } from '@nestjs/common';
import type { OutboxView, Pace } from '#libs/contracts/outbox';
import { paceOf } from '#libs/contracts/outbox';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { AccountRouter } from '#src/cluster/account-router';
import type { EventBus } from '#src/events/event-bus';
import { ACCOUNT_ROUTER, EVENT_BUS, NODE_PACE, OUTBOX_STORE, type OutboxStore } from './stores.js';
import { StoreSilentError } from './timely-store.js';

/** What waits to be sent, and whether it may go. The store is written first, then the account's sender is told to look. */
@Injectable()
export class OutboxService {
  constructor(
    @Inject(OUTBOX_STORE) private readonly outbox: OutboxStore,
    @Inject(ACCOUNT_ROUTER) private readonly router: AccountRouter,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(NODE_PACE) private readonly pace: Pace,
  ) {}

  async show(accountId: string): Promise<Outcome<OutboxView>> {
    const stored = await this.outbox.show(accountId);
    if (stored === null) return refused('account_not_found');
    const { settings, ...shown } = stored;
    const state = shown.pausedBy === null ? 'running' : 'paused';
    return accepted({ state, ...shown, pace: paceOf(this.pace, settings) });
  }

  async pause(accountId: string): Promise<Outcome<OutboxView>> {
    const at = Date.now();
    const isPaused = await this.changed(accountId, this.outbox.pause(accountId, at));
    if (isPaused) this.bus.publish({ event: 'outbox.paused', accountId, at, by: 'person' });
    return this.show(accountId);
  }

  /** With `fail`, all that waits as this begins is given up before the first of what comes after is sent. */
  async resume(accountId: string, waiting: 'send' | 'fail'): Promise<Outcome<OutboxView>> {
    const at = Date.now();
    if (waiting === 'fail') await this.giveUpWaiting(accountId, at);
    const by = await this.changed(accountId, this.outbox.resume(accountId, at));
    if (by) this.bus.publish({ event: 'outbox.resumed', accountId, at, by });
    return this.show(accountId);
  }

  /** Its sender looks also when there was no answer, which may have been lost after the commit. */
  private async changed<T>(accountId: string, change: Promise<T>): Promise<T> {
    try {
      return await change;
    } catch (error) {
      if (error instanceof StoreSilentError) void error.concluded.then(() => this.router.outboxChanged(accountId));
      throw error;
    } finally {
      this.router.outboxChanged(accountId);
    }
  }

  private async giveUpWaiting(accountId: string, at: number): Promise<void> {
    const newest = await this.outbox.newestWaiting(accountId);
    if (newest === null) return;
    for (;;) {
      const given = await this.outbox.giveUp(accountId, newest);
      if (given.length === 0) return;
      for (const message of given) this.bus.publish({ event: 'message.changed', accountId, at, message });
    }
  }
}
