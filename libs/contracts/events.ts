import type { AccountStatus, DesiredStatus } from './account.js';
import type { GroupChange } from './chat.js';
import type { MessageView } from './message.js';
import type { OutboxPause } from './outbox.js';
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
 * | account.loading    | how far a login has come; never stored, told live only      |
 * | account.created    | an account exists now                                       |
 * | account.updated    | label or settings changed                                   |
 * | account.deleted    | an account was marked as deleted                            |
 * | message.accepted   | a message was stored for sending                            |
 * | message.changed    | a message's status changed                                  |
 * | message.received   | an incoming message was stored                              |
 * | message.reacted    | a reaction to a message was put, changed or taken back      |
 * | message.edited     | the text of a message was changed                           |
 * | message.revoked    | a message was deleted for everyone                          |
 * | message.media      | the file of a received message is here, or can't be had     |
 * | group.changed      | somebody joined or left a group, or it was changed          |
 * | outbox.paused      | an account's outbox was paused, by a person or as stale     |
 * | outbox.resumed     | it goes on                                                  |
 * | webhook.*          | a webhook was paused, resumed, or gave an event up          |
 * | lease.ended        | a service’s lease of an account is over, and why             |
 * | lease.connection   | the account of a lease lost its connection, or has it back   |
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
  | { readonly event: 'account.loading'; readonly accountId: string; readonly at: number; readonly percent: number }
  | {
      readonly event: 'account.created' | 'account.updated' | 'account.deleted';
      readonly accountId: string;
      readonly at: number;
    }
  | {
      readonly event:
        | 'message.accepted'
        | 'message.changed'
        | 'message.received'
        | 'message.reacted'
        | 'message.edited'
        | 'message.revoked'
        | 'message.media';
      readonly accountId: string;
      readonly at: number;
      /** As it is after the change. */
      readonly message: MessageView;
    }
  | { readonly event: 'group.changed'; readonly accountId: string; readonly at: number; readonly change: GroupChange }
  | {
      readonly event: 'outbox.paused' | 'outbox.resumed';
      readonly accountId: string;
      readonly at: number;
      readonly by: OutboxPause;
    }
  | {
      readonly event: 'webhook.paused' | 'webhook.resumed' | 'webhook.gave-up';
      readonly accountId: string | null;
      readonly at: number;
      readonly webhookId: string;
    }
  | {
      readonly event: 'supervisor.noted';
      readonly accountId: string | null;
      readonly at: number;
      readonly what: string;
      readonly data: Readonly<Record<string, unknown>>;
    };
export type MusterEventName = MusterEvent['event'];
