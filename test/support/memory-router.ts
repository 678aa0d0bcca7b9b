import type { AccountCommandName, CommandOutcome } from '#libs/contracts/account';
import type { QrView } from '#libs/contracts/pairing';
import { accepted, type Outcome, type RefusalCode, refused } from '#libs/contracts/refusals';
import type { SessionOrders } from '#libs/contracts/session';
import type { Driver, DriverSession } from '#libs/drivers/driver';
import { SIMULATED_CAN } from '#libs/drivers/simulated/simulated.driver';
import type { AccountRouter } from '#src/cluster/account-router';
import { askSession, type ChatQuestion } from '#src/supervision/session/chat-questions';
import type { MemoryStores } from './memory-stores.js';

const did: Readonly<Record<AccountCommandName, CommandOutcome>> = {
  connect: 'connecting',
  disconnect: 'disconnecting',
  restart: 'restarting',
  logout: 'logging_out',
};

/** A router over actors that only show what they were told. `refusing` makes every command and question refused. */
export class MemoryRouter implements AccountRouter {
  readonly adopted = new Set<string>();
  readonly released: string[] = [];
  readonly woken: string[] = [];
  readonly commanded: string[] = [];
  readonly reconfigured: { readonly accountId: string; readonly settings: unknown }[] = [];
  refusing: RefusalCode | null = null;
  adopting: RefusalCode | null = null;
  shownQr: QrView | null = null;
  /** Of those that are connected. */
  readonly sessions = new Map<string, { readonly session: DriverSession; readonly can: Driver['can'] }>();

  constructor(private readonly stores: MemoryStores) {}

  async adopt(accountId: string) {
    if (this.adopting) return refused(this.adopting);
    this.adopted.add(accountId);
    return accepted(null);
  }

  async command(accountId: string, name: AccountCommandName) {
    const account = this.stores.accountRows.get(accountId);
    if (!this.adopted.has(accountId)) return refused('provider_unavailable');
    if (this.refusing) return refused(this.refusing);
    this.commanded.push(name);
    const status = name === 'connect' || name === 'restart' ? 'CONNECTING' : 'DISCONNECTED';
    if (account) this.stores.accountRows.set(accountId, { ...account, status, detail: status });
    return accepted(did[name]);
  }

  async qr(accountId: string) {
    if (!this.adopted.has(accountId)) return refused('provider_unavailable');
    return this.shownQr ? accepted(this.shownQr) : refused('qr_not_ready');
  }

  async pairingCode(accountId: string, _phone: string) {
    if (!this.adopted.has(accountId)) return refused('provider_unavailable');
    if (this.refusing) return refused(this.refusing);
    return accepted({ code: 'ABCD-1234', expiresAt: new Date().toISOString() });
  }

  async ask<Name extends ChatQuestion>(
    accountId: string,
    name: Name,
    ask: SessionOrders[Name]['ask'],
  ): Promise<Outcome<SessionOrders[Name]['answer']>> {
    if (!this.adopted.has(accountId)) return refused('provider_unavailable');
    if (this.refusing) return refused(this.refusing);
    const { session = null, can = SIMULATED_CAN } = this.sessions.get(accountId) ?? {};
    return askSession(session, can, name, ask);
  }

  wakeOutbox(accountId: string): void {
    this.woken.push(accountId);
  }

  outboxChanged(accountId: string): void {
    this.woken.push(accountId);
  }

  reconfigure(accountId: string, settings: Readonly<Record<string, unknown>>): void {
    this.reconfigured.push({ accountId, settings });
  }

  async release(accountId: string) {
    this.released.push(accountId);
    this.adopted.delete(accountId);
    return accepted(null);
  }
}
