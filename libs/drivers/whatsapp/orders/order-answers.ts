import type { Page } from 'puppeteer';
import type { SessionAnswer, SessionOrderName, SessionOrders, SessionRefusal } from '#libs/contracts/session';
import type { AddressBook } from '../messages/address-book.js';
import type { Inbox } from '../messages/inbox.js';
import type { KeyMaker } from '../messages/key-maker.js';
import type { WhatsappClient } from '../whatsapp.client.js';

/** What the orders use of a session. */
export interface OrderedSession {
  readonly client: WhatsappClient | null;
  readonly phone: string | null;
  readonly book: AddressBook;
  readonly inbox: Inbox;
  readonly keys: KeyMaker;
  /** Connected, the library in the page. */
  isReady(): boolean;
  showsCode(): boolean;
  /** From now on a message whose key has this last part is told under this id. */
  rememberKey(keyId: string, providerMessageId: string): void;
  pairsByCode(): void;
  closeSoon(): void;
  logOutSoon(): void;
}

export type Ask<Name extends SessionOrderName> = SessionOrders[Name]['ask'];
export type Answer<Name extends SessionOrderName> = SessionAnswer<SessionOrders[Name]['answer']>;
export interface No {
  readonly ok: false;
  readonly why: SessionRefusal;
  readonly detail: string;
}

export function yes<T>(value: T): SessionAnswer<T> {
  return { ok: true, value };
}

export function no(why: SessionRefusal, detail: string): No {
  return { ok: false, why, detail };
}

export const NOT_READY = no('not_ready', 'not connected');
export const NO_CHAT = no('bad_recipient', 'WhatsApp knows no such chat');

export function readyPage(session: OrderedSession): Page | null {
  return session.isReady() ? (session.client?.pupPage ?? null) : null;
}

/** The page's words for an address that is none, for a number that has no WhatsApp, and for a group that we are not in. */
export function isBadRecipient(detail: string): boolean {
  return /invalid wid|invalid user|not a user|No LID for user|item-not-found/.test(detail);
}
