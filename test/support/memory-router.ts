import type { AccountCommandName, CommandOutcome } from '#libs/contracts/account';
import type { QrView } from '#libs/contracts/pairing';
import { accepted, type RefusalCode, refused } from '#libs/contracts/refusals';
import type { AccountRouter } from '#src/cluster/account-router';
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
