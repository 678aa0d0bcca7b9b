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
import { settingsFaultsOf } from '#libs/contracts/provider-settings';
import { accepted, type Outcome, type Refusal, type RefusalCode, refused } from '#libs/contracts/refusals';
import type { AccountRouter } from '#src/cluster/account-router';
import type { EventBus } from '#src/events/event-bus';
import { LOGGER, type Logger } from '#src/observability/logger';
import { OneAtATime } from './one-at-a-time.js';
import { isStoreAway } from './store-away.js';
import { ACCOUNT_ROUTER, ACCOUNT_STORE, type AccountStore, AVAILABLE_PROVIDERS, EVENT_BUS, NODE_ID } from './stores.js';

/** Creates, changes, commands and deletes accounts. The store is written first, then the account's actor is told. */
@Injectable()
export class AccountsService {
  /** What is stored last must be what the account's actor is told last. */
  private readonly reconfiguring = new OneAtATime();

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
    const refusal = refusalOf(provider, settings);
    if (refusal) return refusal;
    const account = await this.store.create({ id: newId(), label, provider, settings, nodeId: this.nodeId });
    this.announce('account.created', account.id);
    // The account exists by now: a caller who heard an error would create it twice. The first command adopts it.
    const adoption = await this.adopt(account.id);
    if (!adoption.ok) this.logger.warn({ accountId: account.id, why: adoption.why }, 'a new account has no actor yet');
    return accepted(account);
  }

  async patch(id: string, patch: PatchAccount): Promise<Outcome<AccountView>> {
    const { settings } = patch;
    const outcome = settings
      ? await this.reconfiguring.within(id, () => this.reconfigure(id, { ...patch, settings }))
      : await this.store.patch(id, patch).then(found);
    if (outcome.ok) this.announce('account.updated', id);
    return outcome;
  }

  /** What is stored already may be unreadable (older versions took anything); it is only replaced by what is not. */
  private async reconfigure(
    id: string,
    patch: PatchAccount & Required<Pick<PatchAccount, 'settings'>>,
  ): Promise<Outcome<AccountView>> {
    const before = await this.store.find(id);
    const refusal = before && refusalOf(before.provider, patch.settings);
    if (refusal) return refusal;
    const account = await this.store.patch(id, patch);
    if (account) this.router.reconfigure(id, patch.settings);
    return found(account);
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
    // Asked first, since the actor of a deleted account lives until its session is closed, and would obey.
    const before = await this.store.find(id);
    if (before === null) return refused('account_not_found');
    const outcome = await this.commandAdopted(before, name);
    if (!outcome.ok) return outcome;
    const account = await this.store.find(id);
    return account === null ? refused('account_not_found') : accepted({ ...account, did: outcome.value });
  }

  async qr(id: string): Promise<Outcome<QrView>> {
    const outcome = await this.router.qr(id);
    return hasActor(outcome) ? outcome : refused(await this.whyNoActor(id, 'qr_not_ready'));
  }

  async pairingCode(id: string, phone: string): Promise<Outcome<PairingCodeView>> {
    const outcome = await this.router.pairingCode(id, phone);
    return hasActor(outcome) ? outcome : refused(await this.whyNoActor(id, 'pairing_code_not_ready'));
  }

  /** An account that is in the store without an actor (its adoption was refused) gets one now. */
  private async commandAdopted(
    { id, provider }: AccountView,
    name: AccountCommandName,
  ): Promise<Outcome<CommandOutcome>> {
    if (!this.available.has(provider)) return refused('provider_unavailable');
    const outcome = await this.router.command(id, name);
    if (hasActor(outcome)) return outcome;
    const adoption = await this.adopt(id);
    return adoption.ok ? this.router.command(id, name) : adoption;
  }

  /** A router knows only of actors; whether there is such an account, the store knows. */
  private async whyNoActor(id: string, notNow: 'qr_not_ready' | 'pairing_code_not_ready'): Promise<RefusalCode> {
    return (await this.store.find(id)) === null ? 'account_not_found' : notNow;
  }

  private async adopt(id: string): Promise<Outcome<null>> {
    try {
      return await this.router.adopt(id);
    } catch (error) {
      if (isStoreAway(error)) return refused('store_unavailable');
      throw error;
    }
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

const found = (account: AccountView | null): Outcome<AccountView> =>
  account === null ? refused('account_not_found') : accepted(account);

/** A session that can’t read its settings falls, again and again: they are refused while somebody hears it. */
function refusalOf(provider: Provider, settings: CreateAccount['settings']): Refusal | null {
  const errors = settingsFaultsOf(provider, settings);
  return errors.length > 0 ? { ok: false, why: 'invalid_request', errors } : null;
}

/** False when the router found nobody to ask. */
function hasActor<T>(outcome: Outcome<T>): boolean {
  return outcome.ok || (outcome.why !== 'account_not_found' && outcome.why !== 'provider_unavailable');
}
