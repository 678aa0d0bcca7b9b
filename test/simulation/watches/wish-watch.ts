import type { AccountCommandName } from '#libs/contracts/account';
import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { nameOf, type Story } from '../story.js';
import type { StoredStep, StoreTables } from '../store-tables.js';

interface Wish {
  readonly name: AccountCommandName;
  /** The person was told that it is done or under way. */
  granted: boolean;
}

/** Ends by which the provider itself says that it lists the device no more. */
const ENDED_THERE: ReadonlySet<string | null> = new Set(['logged_out', 'session_expired']);

/** What people asked for last, account by account: a command that was answered well is never forgotten, whoever dies. */
export class WishWatch {
  private readonly last = new Map<string, Wish>();
  /**
   * Accounts whose login was accepted, as far as the runtime lived to write it down; and of whose device nobody was told
   * since, neither that it is left nor, by the provider, that it is gone.
   */
  private readonly linked = new Set<string>();

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

  onStep(accountId: string, { to, cause }: StoredStep): void {
    if (cause === 'login_left' || ENDED_THERE.has(cause)) this.linked.delete(accountId);
    if (to.startsWith('AUTHENTICATING')) this.linked.add(accountId);
  }

  /** After quiesce. */
  checkEnd(tables: StoreTables, provider: SimulatedProvider): void {
    for (const [accountId, wish] of this.last) {
      if (!wish.granted) continue;
      this.checkDesired(accountId, wish, tables);
      const phone = provider.pairedPhone(accountId);
      if (wish.name === 'logout' && phone !== null)
        this.story.accuse('logout', `${nameOf(accountId)} was logged out on request, and its login still works`);
      // Whose session could not even be killed shows that, which comes first; its logout was not finished.
      const isStuck = tables.account(accountId).kept?.state.reason?.code === 'not_closed';
      if (wish.name === 'logout' && !isStuck && provider.listsDevice(accountId) && this.linked.has(accountId))
        this.story.accuse('logout', `${nameOf(accountId)} was logged out unheard, and nobody was told of the device`);
    }
  }

  private checkDesired(accountId: string, wish: Wish, tables: StoreTables): void {
    const desired = tables.account(accountId).kept?.state.desired ?? 'DISCONNECTED';
    const unwanted = wish.name === 'disconnect' || wish.name === 'logout';
    if (unwanted && desired === 'CONNECTED')
      this.story.accuse('I12', `${nameOf(accountId)}: ${wish.name} was answered, but is not stored`);
  }
}
