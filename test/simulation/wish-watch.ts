import type { AccountCommandName } from '#libs/contracts/account';
import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { nameOf, type Story } from './story.js';
import type { StoreTables } from './store-tables.js';

interface Wish {
  readonly name: AccountCommandName;
  /** The person was told that it is done or under way. */
  granted: boolean;
}

/** What people asked for last, account by account: a command that was answered well is never forgotten, whoever dies. */
export class WishWatch {
  private readonly last = new Map<string, Wish>();

  constructor(private readonly story: Story) {}

  /** Answers what to call with the outcome. */
  onAsked(accountId: string, name: AccountCommandName, tables: StoreTables): (ok: boolean) => void {
    const wish: Wish = { name, granted: false };
    this.last.set(accountId, wish);
    return (ok) => {
      wish.granted = ok;
      if (ok && this.last.get(accountId) === wish) this.checkDesired(accountId, wish, tables);
    };
  }

  /** After quiesce. */
  checkEnd(tables: StoreTables, provider: SimulatedProvider): void {
    for (const [accountId, wish] of this.last) {
      if (!wish.granted) continue;
      this.checkDesired(accountId, wish, tables);
      const phone = provider.pairedPhone(accountId);
      if (wish.name === 'logout' && phone !== null)
        this.story.accuse('logout', `${nameOf(accountId)} was logged out on request, and its login still works`);
    }
  }

  private checkDesired(accountId: string, wish: Wish, tables: StoreTables): void {
    const desired = tables.account(accountId).kept?.state.desired ?? 'DISCONNECTED';
    const unwanted = wish.name === 'disconnect' || wish.name === 'logout';
    if (unwanted && desired === 'CONNECTED')
      this.story.accuse('I12', `${nameOf(accountId)}: ${wish.name} was answered, but is not stored`);
  }
}
