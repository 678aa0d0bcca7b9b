import { ACTOR_CRASHES_BY_MESSAGE_MAX } from '#libs/contracts/limits/sessions';
import type { Accounts } from '#src/supervision/accounts';
import type { AccountWorld } from '#src/supervision/account-world';
import { stateOf } from '#libs/account/account.snapshot';
import type { AccountActor, AccountLogic, AccountStep } from '#src/supervision/actor/account-logic';
import type { CommitLoop } from '#src/supervision/actor/commit-loop';
import { nameOf, type Story } from './story.js';

const POISON = 'poisonous words for ';

/** Words of a session on which the machine breaks, as by a bug of ours, and which come again and again; for one life of the runtime. */
export class Poison {
  private readonly strikes = new Map<string, number>();

  constructor(
    private readonly accounts: Accounts,
    private readonly planted: string,
    private readonly story: Story,
    private readonly onStrike: (accountId: string) => void,
    private readonly onStep: (state: string, event: string) => void = () => undefined,
  ) {
    const shared = Reflect.get(accounts, 'shared') as { logic: AccountWorld['logic'] };
    shared.logic = this.breakable(shared.logic);
  }

  /** Once more. Without a session there is nobody who could say it. */
  give(accountId: string): void {
    const child = this.accounts.find(accountId);
    if (!child?.session) return;
    const { incarnation } = child.session;
    const fact = { type: 'driver.degraded', reason: 'network_unreachable', detail: POISON + accountId } as const;
    (Reflect.get(child, 'loop') as CommitLoop).post({ kind: 'fact', incarnation, fact });
  }

  private breakable(logic: AccountLogic): AccountLogic {
    return {
      ...logic,
      start: (snapshot) => {
        const actor = logic.start(snapshot);
        const step: AccountActor['step'] = (event) => {
          this.onStep(stateOf(actor.snapshot()), event.type);
          return 'detail' in event && event.detail?.startsWith(POISON)
            ? this.broken(actor, event.detail.slice(POISON.length))
            : actor.step(event);
        };
        return { snapshot: () => actor.snapshot(), step, stop: () => actor.stop() };
      },
    };
  }

  private broken(actor: AccountActor, accountId: string): AccountStep {
    const strikes = (this.strikes.get(accountId) ?? 0) + 1;
    this.strikes.set(accountId, strikes);
    this.onStrike(accountId);
    if (strikes > ACTOR_CRASHES_BY_MESSAGE_MAX)
      this.story.accuse('S19', `${nameOf(accountId)} is given what breaks its actor for the ${strikes}th time`);
    const snapshot = { ...actor.snapshot(), status: 'error', error: new Error(this.planted) };
    return { snapshot: snapshot as unknown as AccountStep['snapshot'], orders: [] };
  }
}
