import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { AccountChild } from '#src/supervision/account-child';
import type { Accounts } from '#src/supervision/accounts';
import type { OwnedAccount } from '#src/supervision/ports';
import type { AccountRouter } from './account-router.js';

export interface LocalOwnership {
  /** Takes an account that nobody owns, or null when there is none such. */
  own(accountId: string, nodeId: string): Promise<OwnedAccount | null>;
  /** A deleted account has been released: nobody owns it any more. */
  giveUp(accountId: string, nodeId: string): Promise<void>;
  /** Those that are marked as deleted and not given up yet. */
  deletedOf(nodeId: string): Promise<readonly string[]>;
}

export interface LocalRouter extends AccountRouter {
  /**
   * Those that are marked as deleted and not being released: whoever deleted them never heard that it was done, since the
   * answer was lost or came too late.
   */
  unreleased(): Promise<readonly string[]>;
}

/** One node is a cluster of one: every account that exists lives here. */
export function createLocalRouter(accounts: Accounts, ownership: LocalOwnership, nodeId: string): LocalRouter {
  const withChild = <T>(accountId: string, use: (child: AccountChild) => T) => {
    const child = accounts.find(accountId);
    return child ? use(child) : refused('provider_unavailable', 'This account’s provider can’t run on this node.');
  };
  /** Two at once would take the account twice, and the first would find itself stale. */
  const adopting = new Map<string, Promise<Outcome<null>>>();
  const adopt = async (accountId: string): Promise<Outcome<null>> => {
    const owned = await ownership.own(accountId, nodeId);
    if (!owned) return refused('account_not_found');
    accounts.adopt([owned]);
    return accepted(null);
  };
  /** Who asks for it meanwhile waits for the same one. */
  const releasing = new Map<string, Promise<Outcome<null>>>();
  const releaseOnce = async (accountId: string): Promise<Outcome<null>> => {
    // One that began before the account was marked would give it an actor that nobody releases.
    await adopting.get(accountId)?.catch(() => undefined);
    return accounts.release(accountId, () => ownership.giveUp(accountId, nodeId));
  };
  const release = (accountId: string): Promise<Outcome<null>> => {
    const going = releasing.get(accountId) ?? releaseOnce(accountId).finally(() => releasing.delete(accountId));
    releasing.set(accountId, going);
    return going;
  };
  return {
    async adopt(accountId) {
      if (accounts.find(accountId)) return accepted(null);
      const adoption = adopting.get(accountId) ?? adopt(accountId).finally(() => adopting.delete(accountId));
      adopting.set(accountId, adoption);
      return adoption;
    },
    command: async (accountId, name) => withChild(accountId, (child) => child.command(name)),
    qr: async (accountId) => withChild(accountId, (child) => child.qr()),
    pairingCode: async (accountId, phone) => withChild(accountId, (child) => child.pairingCode(phone)),
    ask: async (accountId, name, ask) => withChild(accountId, (child) => child.ask(name, ask)),
    wakeOutbox: (accountId) => accounts.find(accountId)?.wakeOutbox(),
    outboxChanged: (accountId) => accounts.find(accountId)?.outboxChanged(),
    reconfigure(accountId, settings) {
      const tell = (): void => accounts.find(accountId)?.reconfigure(settings);
      const adoption = adopting.get(accountId);
      if (adoption)
        void adoption.then(tell, () => undefined); // it may have read the older ones
      else tell();
    },
    release,
    async unreleased() {
      return (await ownership.deletedOf(nodeId)).filter((accountId) => !releasing.has(accountId));
    },
  };
}
