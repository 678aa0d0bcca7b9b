import type { MessageView } from '#libs/contracts/message';
import type { TransitionEntry } from '#src/supervision/ports';

export type LoggedNews =
  | { readonly name: 'account.changed'; readonly accountId: string; readonly steps: readonly TransitionEntry[] }
  | { readonly name: 'message'; readonly accountId: string; readonly message: MessageView };

/** The event log as the statements write it: in the one that makes the change, in the order of the changes. Nothing is kept. */
export class LogTable {
  onAdded: (news: LoggedNews) => void = () => undefined;

  add(news: LoggedNews): void {
    this.onAdded(news);
  }
}
