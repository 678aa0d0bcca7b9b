import { Inject, Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import type {
  AccountCommandName,
  AccountView,
  CommandedAccount,
  CommandOutcome,
  CreateAccount,
  PatchAccount,
  Provider,
} from '#libs/contracts/account';
import type { PairingCodeView, QrView } from '#libs/contracts/pairing';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { AccountRouter } from '#src/cluster/account-router';
import type { EventBus } from '#src/events/event-bus';
import { LOGGER, type Logger } from '#src/observability/logger';
import { ACCOUNT_ROUTER, ACCOUNT_STORE, type AccountStore, AVAILABLE_PROVIDERS, EVENT_BUS, NODE_ID } from './stores.js';

/** Creates, changes, commands and deletes accounts. The store is written first, then the account's actor is told. */
@Injectable()
export class AccountsService {
  constructor(
    @Inject(ACCOUNT_STORE) private readonly store: AccountStore,
    @Inject(ACCOUNT_ROUTER) private readonly router: AccountRouter,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(AVAILABLE_PROVIDERS) private readonly available: ReadonlySet<Provider>,
    @Inject(NODE_ID) private readonly nodeId: string,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async create({ label, provider, settings = {} }: CreateAccount): Promise<Outcome<AccountView>> {
    if (!this.available.has(provider)) {
      return refused('provider_unavailable', `Available here: ${[...this.available].join(', ')}.`);
    }
    const account = await this.store.create({ id: newId(), label, provider, settings, nodeId: this.nodeId });
    this.announce('account.created', account.id);
    // The account exists by now: a caller who heard an error would create it twice. The first command adopts it.
    const adoption = await this.router.adopt(account.id);
    if (!adoption.ok) this.logger.warn({ accountId: account.id, why: adoption.why }, 'a new account has no actor yet');
    return accepted(account);
  }

  async patch(id: string, patch: PatchAccount): Promise<Outcome<AccountView>> {
    const account = await this.store.patch(id, patch);
    if (account === null) return refused('account_not_found');
    this.announce('account.updated', id);
    return accepted(account);
  }

  /** Answers once the account is marked; its login and session are ended after that. */
  async delete(id: string): Promise<Outcome<null>> {
    if (!(await this.store.markDeleted(id))) return refused('account_not_found');
    this.announce('account.deleted', id);
    this.release(id);
    return accepted(null);
  }

  /** The account as committed after the command, with what the command did. */
  async command(id: string, name: AccountCommandName): Promise<Outcome<CommandedAccount>> {
    const outcome = await this.commandAdopted(id, name);
    if (!outcome.ok) return outcome;
    const account = await this.store.find(id);
    return account === null ? refused('account_not_found') : accepted({ ...account, did: outcome.value });
  }

  qr(id: string): Promise<Outcome<QrView>> {
    return this.router.qr(id);
  }

  pairingCode(id: string, phone: string): Promise<Outcome<PairingCodeView>> {
    return this.router.pairingCode(id, phone);
  }

  /** An account that is in the store without an actor (its adoption was refused) gets one now. */
  private async commandAdopted(id: string, name: AccountCommandName): Promise<Outcome<CommandOutcome>> {
    const outcome = await this.router.command(id, name);
    if (outcome.ok || outcome.why !== 'account_not_found') return outcome;
    if ((await this.store.find(id)) === null) return outcome;
    const adoption = await this.router.adopt(id);
    return adoption.ok ? this.router.command(id, name) : adoption;
  }

  /**
   * Nobody waits for this: ending a login takes as long as the provider does. What is left undone by a crash is found
   * by the next start, since the mark is committed.
   */
  private release(id: string): void {
    this.router.release(id).then(
      (outcome) => {
        if (!outcome.ok) this.logger.warn({ accountId: id, why: outcome.why }, 'a deleted account was not released');
      },
      (error: unknown) => this.logger.error({ accountId: id, err: error }, 'a deleted account was not released'),
    );
  }

  private announce(event: 'account.created' | 'account.updated' | 'account.deleted', accountId: string): void {
    this.bus.publish({ event, accountId, at: Date.now() });
  }
}
