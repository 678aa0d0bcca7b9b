import type { AccountCommandName, CommandOutcome } from '#libs/contracts/account';
import type { PairingCodeView, QrView } from '#libs/contracts/pairing';
import type { Outcome } from '#libs/contracts/refusals';
import type { SessionOrders } from '#libs/contracts/session';
import type { ChatQuestion } from '#src/supervision/session/chat-questions';

/** Reaches the account's actor wherever it lives. One node is a cluster of one (local-router.ts). */
export interface AccountRouter {
  /** A new account exists in the store: own it and give it an actor. */
  adopt(accountId: string): Promise<Outcome<null>>;
  /** Resolves when the command is committed, not when its work is done. */
  command(accountId: string, name: AccountCommandName): Promise<Outcome<CommandOutcome>>;
  qr(accountId: string): Promise<Outcome<QrView>>;
  pairingCode(accountId: string, phone: string): Promise<Outcome<PairingCodeView>>;
  /** Asks the account's session about chats, contacts and groups; `not_connected` when there is none. */
  ask<Name extends ChatQuestion>(
    accountId: string,
    name: Name,
    ask: SessionOrders[Name]['ask'],
  ): Promise<Outcome<SessionOrders[Name]['answer']>>;
  /** A message was accepted for this account. Never waits. */
  wakeOutbox(accountId: string): void;
  /** Its outbox was paused or resumed. Never waits. */
  outboxChanged(accountId: string): void;
  /** Its settings were changed; the next session is opened with them. Never waits. */
  reconfigure(accountId: string, settings: Readonly<Record<string, unknown>>): void;
  /** The account was marked as deleted: end its login where possible, close its session, drop its actor. */
  release(accountId: string): Promise<Outcome<null>>;
}
