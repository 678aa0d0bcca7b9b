import { isReasonCode, type ReasonCode } from '#libs/contracts/reasons';
import type { AccountContext } from '#libs/account/account.context';
import type { AccountCommand, AccountEvent, DeadlineName } from '#libs/account/account.events';
import type { DriverFact } from '#libs/contracts/session';
import type { Down } from '#libs/supervisor/child-spec';
import type { MessageFact } from '../messages/message-desk.js';
import type { ReceiptFact } from '../messages/outbox.js';

/** What lies in an account's mailbox: already addressed, not yet timed. */
export type AccountMail =
  | { readonly kind: 'command'; readonly type: Exclude<AccountCommand['type'], 'account.recycle'> }
  /** For this very session: a newer one has a fresh browser. */
  | { readonly kind: 'recycle'; readonly incarnation: number }
  | { readonly kind: 'fact'; readonly incarnation: number; readonly fact: LifeFact }
  | { readonly kind: 'probed'; readonly incarnation: number; readonly phone: string | null }
  | { readonly kind: 'down'; readonly down: Down }
  | { readonly kind: 'granted' }
  | { readonly kind: 'login-discarded' }
  | { readonly kind: 'deadline'; readonly name: DeadlineName; readonly at: number };

/** Facts that move the machine. Those about messages go to the message desk, codes to the account's memory. */
export type LifeFact = Exclude<
  DriverFact,
  MessageFact | ReceiptFact | { type: 'driver.dropped' | 'driver.closed' | 'driver.pairing-code' | 'driver.loading' }
>;

/**
 * The machine's event for a piece of mail, or null when it has come too late: from an earlier session, or for a
 * deadline that is no longer running.
 */
export function toEvent(mail: AccountMail, context: AccountContext, at: number): AccountEvent | null {
  switch (mail.kind) {
    case 'command':
      return { type: mail.type, at };
    case 'recycle':
      return mail.incarnation === context.incarnation ? { type: 'account.recycle', at } : null;
    case 'granted':
      return { type: 'launch.granted', at };
    case 'login-discarded':
      return { type: 'login.discarded', at };
    case 'deadline':
      return context.deadline?.name === mail.name && context.deadline.at === mail.at
        ? { type: `deadline.${mail.name}`, at }
        : null;
    case 'probed':
      return mail.incarnation === context.incarnation ? { type: 'driver.probed', phone: mail.phone, at } : null;
    case 'fact':
      return mail.incarnation === context.incarnation ? factEvent(mail.fact, at) : null;
    case 'down':
      return mail.down.ref.incarnation === context.incarnation ? downEvent(mail.down, at) : null;
  }
}

/** Who or what moved the machine, for the history. */
export function causeOf(event: AccountEvent): string | null {
  if ('reason' in event) return event.reason;
  if (event.type === 'account.restore' || event.type === 'account.settle') return 'runtime_started';
  if (event.type === 'account.recycle') return 'recycled';
  if (event.type.startsWith('account.')) return 'requested';
  return event.type.startsWith('deadline.') ? 'deadline_passed' : null;
}

/**
 * The name by which a message is known when it comes again: what the machine sees of it, without its times. Null: an
 * account can't do without it (a start, a deadline, the end of a session, a person's wish to have it stopped or deleted). An
 * actor that breaks on that gives up: its session ends, and its account fails for all to see. Without its deadline it would
 * stand there for ever, and without that wish it would go on.
 */
export function nameOf(mail: AccountMail, event: AccountEvent): string | null {
  const refusable =
    mail.kind === 'fact' ||
    mail.kind === 'probed' ||
    mail.kind === 'recycle' ||
    (mail.kind === 'command' && !NEVER_REFUSED.has(mail.type));
  return refusable ? JSON.stringify({ ...event, at: null, expiresAt: null }) : null;
}

const NEVER_REFUSED: ReadonlySet<AccountCommand['type']> = new Set([
  'account.restore',
  'account.settle',
  'account.disconnect',
  'account.logout',
]);

function factEvent(fact: LifeFact, at: number): AccountEvent {
  switch (fact.type) {
    case 'driver.qr':
      return { type: 'driver.qr', attempt: fact.attempt, expiresAt: at + fact.lifetimeMs, at };
    case 'driver.waiting':
      return { type: 'driver.waiting', on: fact.on, at };
    case 'driver.scanned':
    case 'driver.logged-out':
      return { type: fact.type, at };
    case 'driver.ready':
      return { type: 'driver.ready', phone: fact.phone, at };
    case 'driver.degraded':
    case 'driver.broken':
      return { type: fact.type, reason: fact.reason, at, ...(fact.detail ? { detail: fact.detail } : {}) };
  }
}

function downEvent({ exit, verdict }: Down, at: number): AccountEvent {
  return {
    type: 'session.down',
    reason: reasonOf(exit.reason),
    at,
    verdict,
    ...(exit.detail ? { detail: exit.detail } : {}),
  };
}

/** The supervisor has exits of its own (a start that threw, an exit nobody told): for an account, the driver failed. */
const reasonOf = (reason: string): ReasonCode => (isReasonCode(reason) ? reason : 'driver_error');
