import { refused, accepted } from '#libs/contracts/refusals';
import type { AccountChild } from '#src/supervision/account-child';
import type { Accounts } from '#src/supervision/accounts';
import type { OwnedAccount } from '#src/supervision/ports';
import type { AccountRouter } from './account-router.js';

export interface LocalOwnership {
  /** Takes an account that nobody owns, or null when there is none such. */
  own(accountId: string, nodeId: string): Promise<OwnedAccount | null>;
}

/** One node is a cluster of one: every account that exists lives here. */
export function createLocalRouter(accounts: Accounts, ownership: LocalOwnership, nodeId: string): AccountRouter {
  const withChild = <T>(accountId: string, use: (child: AccountChild) => T) => {
    const child = accounts.find(accountId);
    return child ? use(child) : refused('provider_unavailable', 'This account’s provider can’t run on this node.');
  };
  return {
    async adopt(accountId) {
      const owned = await ownership.own(accountId, nodeId);
      if (!owned) return refused('account_not_found');
      accounts.adopt([owned]);
      return accepted(null);
    },
    command: async (accountId, name) => withChild(accountId, (child) => child.command(name)),
    qr: async (accountId) => withChild(accountId, (child) => child.qr()),
    pairingCode: async (accountId, phone) => withChild(accountId, (child) => child.pairingCode(phone)),
    wakeOutbox: (accountId) => accounts.find(accountId)?.wakeOutbox(),
    async release(accountId) {
      await accounts.release(accountId);
      return accepted(null);
    },
  };
}
