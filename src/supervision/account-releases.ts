import type { AccountDeadlines } from '#libs/account/account.context';
import { DISCARD_LOGIN_MS_MAX, RELEASE_RETRY_MS } from '#libs/contracts/limits/runtime';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { AccountChild } from './account-child.js';
import { discardLoginOf, type GivenUpAccount } from './given-up.js';
import type { Clock, SupervisionLog } from './ports.js';
import { createSignal, type Signal } from './signal.js';

export interface AccountReleasesParts {
  readonly world: { readonly clock: Clock; readonly log: SupervisionLog; readonly deadlines: AccountDeadlines };
  readonly children: ReadonlyMap<string, AccountChild>;
  /** Without an actor, but their logins are on the disk. */
  readonly givenUp: Map<string, GivenUpAccount>;
  /** Its actor is stopped and everything about it forgotten. */
  readonly drop: (accountId: string, child: AccountChild | undefined) => Promise<void>;
}

/** How deleted accounts leave this node. */
export class AccountReleases {
  private readonly pauses = new Set<Signal<never>>();
  private stopping = false;

  constructor(private readonly parts: AccountReleasesParts) {}

  /**
   * Ends the login where possible, closes the session, drops the actor, and has it disowned in the store. Harmless when
   * there is none. Asks again for as long as the store is away or the login can't be moved aside: nobody else would. A stop
   * of the runtime ends it.
   */
  async release(accountId: string, disown: () => Promise<void> = nothing): Promise<Outcome<null>> {
    while (!this.stopping) {
      const child = this.parts.children.get(accountId);
      if (await (child ? this.endLogin(child) : this.discardGivenUp(accountId))) {
        await this.parts.drop(accountId, child);
        if (await this.isDisowned(accountId, disown)) return accepted(null);
      }
      await this.pause(RELEASE_RETRY_MS);
    }
    return refused('shutting_down');
  }

  stop(): void {
    this.stopping = true;
    for (const pause of this.pauses) pause.cancel();
  }

  private async pause(ms: number): Promise<void> {
    const pause = createSignal<never>(this.parts.world.clock, ms);
    this.pauses.add(pause);
    await pause.promise;
    this.pauses.delete(pause);
  }

  private async endLogin(child: AccountChild): Promise<boolean> {
    const { close, kill } = this.parts.world.deadlines;
    return (await child.command('logout')).ok && child.atRest(close + kill + DISCARD_LOGIN_MS_MAX);
  }

  private async discardGivenUp(accountId: string): Promise<boolean> {
    const { givenUp, world } = this.parts;
    const account = givenUp.get(accountId);
    if (account && !(await discardLoginOf(accountId, account, world))) return false;
    givenUp.delete(accountId);
    return true;
  }

  private async isDisowned(accountId: string, disown: () => Promise<void>): Promise<boolean> {
    try {
      await disown();
      return true;
    } catch (err) {
      this.parts.world.log.warn(
        { err, accountId },
        'the store did not take the end of a deleted account, trying again',
      );
      return false;
    }
  }
}

const nothing = (): Promise<void> => Promise.resolve();
