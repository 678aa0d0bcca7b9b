import type { AccountStatus, DesiredStatus } from './account.js';
import type { MessageView } from './message.js';
import type { ReasonCode } from './reasons.js';
import type { TransitionView } from './transition.js';

/** What the machine says of an account, as committed. Times are milliseconds since 1970. */
export interface CommittedState {
  readonly status: AccountStatus;
  readonly detail: string;
  readonly desired: DesiredStatus;
  readonly phone: string | null;
  readonly reason: { readonly code: ReasonCode; readonly at: number; readonly detail: string | null } | null;
  /** When `status` was entered. */
  readonly since: number;
  readonly restarts: { readonly count: number; readonly nextAttemptAt: number | null };
}

/**
 * The catalogue of events: all that Muster announces, always after the change is committed.
 *
 * | event              | when                                                        |
 * |--------------------|-------------------------------------------------------------|
 * | account.changed    | an account's committed state changed; with its transitions  |
 * | account.created    | an account exists now                                       |
 * | account.updated    | label or settings changed                                   |
 * | account.deleted    | an account was marked as deleted                            |
 * | message.accepted   | a message was stored for sending                            |
 * | message.changed    | a message's status changed                                  |
 * | message.received   | an incoming message was stored                              |
 * | supervisor.noted   | a session was started, restarted, given up or killed;       |
 * |                    | the brake on restarts went on or off (without an account)   |
 */
export type MusterEvent =
  | {
      readonly event: 'account.changed';
      readonly accountId: string;
      readonly at: number;
      readonly state: CommittedState;
      readonly transitions: readonly TransitionView[];
    }
  | {
      readonly event: 'account.created' | 'account.updated' | 'account.deleted';
      readonly accountId: string;
      readonly at: number;
    }
  | {
      readonly event: 'message.accepted' | 'message.changed' | 'message.received';
      readonly accountId: string;
      readonly at: number;
      readonly message: MessageView;
    }
  | {
      readonly event: 'supervisor.noted';
      readonly accountId: string | null;
      readonly at: number;
      readonly what: string;
      readonly data: Readonly<Record<string, unknown>>;
    };
export type MusterEventName = MusterEvent['event'];
