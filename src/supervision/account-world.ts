import type { DeadLetters } from '#libs/supervisor/dead-letters';
import type { Quarantine } from '#libs/supervisor/quarantine';
import type { Supervisor } from '#libs/supervisor/supervisor';
import type { AccountLogic } from './actor/account-logic.js';
import type { AccountMail } from './actor/account-mail.js';
import type { DeadLetterReason } from './actor/commit-loop.js';
import type { Inspections } from './actor/inspections.js';
import type { InboxesWorld } from './messages/inbox.js';
import type { OutboxesWorld } from './messages/outbox.js';
import type { Recorder } from './ports.js';

/** What every account of a node shares. */
export interface AccountWorld extends OutboxesWorld, InboxesWorld {
  readonly logic: AccountLogic;
  readonly recorder: Recorder;
  readonly sessions: Supervisor;
  readonly deadLetters: DeadLetters<AccountMail, DeadLetterReason>;
  readonly quarantine: Quarantine;
  readonly inspections: Inspections;
  readonly closeMs: number;
  readonly killMs: number;
  /** How far the login of an account has come. Of no weight: nothing is decided by it, nothing of it is stored. */
  readonly onLoading?: (accountId: string, percent: number) => void;
}
