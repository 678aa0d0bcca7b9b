import type { Page } from 'puppeteer';
import type { SessionAnswer, SessionOrderName, SessionOrders, SessionRefusal } from '#libs/contracts/session';
import { textOf } from './launch-failure.js';
import { chatIdOf } from './messages/chat-id.js';
import { keyIdIn, keyIdOf } from './messages/message-key.js';
import { levelOf } from './messages/receipts.js';
import { findAck, look, makeKey, sendText } from './page/page-scripts.js';
import type { WhatsappClient } from './whatsapp.client.js';

/** WhatsApp's own: the page makes a new code then. */
export const PAIRING_CODE_LIFETIME_MS = 180_000;

/** What the orders use of a session. */
export interface OrderedSession {
  readonly client: WhatsappClient | null;
  readonly phone: string | null;
  /** Connected, the library in the page. */
  isReady(): boolean;
  showsCode(): boolean;
  /** From now on a message whose key has this last part is told under this id. */
  rememberKey(keyId: string, providerMessageId: string): void;
  pairsByCode(): void;
  closeSoon(): void;
  logOutSoon(): void;
}

type Answer<Name extends SessionOrderName> = SessionAnswer<SessionOrders[Name]['answer']>;
type Orders = {
  readonly [Name in SessionOrderName]?: (
    session: OrderedSession,
    ask: SessionOrders[Name]['ask'],
  ) => Promise<Answer<Name>> | Answer<Name>;
};

/** Does one order of a session that isn't over. Never rejects. */
export async function obey<Name extends SessionOrderName>(
  session: OrderedSession,
  name: Name,
  ask: SessionOrders[Name]['ask'],
): Promise<Answer<Name>> {
  try {
    const order = ORDERS[name];
    return order ? await order(session, ask) : no('unsupported', `this driver can’t ${name}`);
  } catch (error) {
    const detail = textOf(error);
    return no(isBadRecipient(detail) ? 'bad_recipient' : 'unanswered', detail);
  }
}

const ORDERS: Orders = { prepare, send, lookup, probe, pairingCode, logout, close };

async function prepare(session: OrderedSession, ask: SessionOrders['prepare']['ask']): Promise<Answer<'prepare'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const chatId = chatIdOf(ask.to);
  if (chatId === null) return NO_CHAT;
  const providerMessageId = await page.evaluate(makeKey, chatId, keyIdOf(ask.messageId));
  return providerMessageId === null ? NO_CHAT : yes({ providerMessageId });
}

async function send(session: OrderedSession, ask: SessionOrders['send']['ask']): Promise<Answer<'send'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const chatId = chatIdOf(ask.to);
  const keyId = keyIdIn(ask.providerMessageId);
  if (chatId === null) return NO_CHAT;
  if (keyId === null) return no('rejected', 'this id was not given by prepare');
  if (ask.content.kind !== 'text') return no('unsupported', `this driver can’t send ${ask.content.kind}`);
  session.rememberKey(keyId, ask.providerMessageId);
  const done = await page.evaluate(sendText, chatId, ask.providerMessageId, ask.content.text);
  if (done === 'no_chat') return NO_CHAT;
  if (typeof done === 'string') return yes({});
  // The page itself said no, in its own words. Only what it did not keep is certainly unsent.
  if (isBadRecipient(done.error)) return no('bad_recipient', done.error);
  return no(done.kept ? 'unanswered' : 'rejected', done.error);
}

async function lookup(session: OrderedSession, ask: SessionOrders['lookup']['ask']): Promise<Answer<'lookup'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const keyId = keyIdIn(ask.providerMessageId);
  if (keyId !== null) session.rememberKey(keyId, ask.providerMessageId);
  const ack = await page.evaluate(findAck, ask.providerMessageId);
  return yes({ level: ack === null ? null : levelOf(ack) });
}

/** The page is asked, not the session: CONNECTED rests on this answer. */
async function probe(session: OrderedSession): Promise<Answer<'probe'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const { socket, injected } = await page.evaluate(look);
  if (socket?.state === 'CONNECTED' && socket.hasSynced && injected) return yes({ phone: session.phone });
  const state = socket === null ? 'the page has not started' : `the page is in the state ${socket.state}`;
  return no('not_ready', `${state}${socket?.hasSynced === false ? ', not synchronised' : ''}`);
}

async function pairingCode(
  session: OrderedSession,
  { phone }: SessionOrders['pairingCode']['ask'],
): Promise<Answer<'pairingCode'>> {
  if (!session.client || !session.showsCode()) return no('not_ready', 'no QR is shown');
  session.pairsByCode();
  const code = await session.client.requestPairingCode(phone.replace(/\D/g, ''), true, PAIRING_CODE_LIFETIME_MS);
  return yes({ code, lifetimeMs: PAIRING_CODE_LIFETIME_MS });
}

function logout(session: OrderedSession): Answer<'logout'> {
  session.logOutSoon();
  return yes({});
}

function close(session: OrderedSession): Answer<'close'> {
  session.closeSoon();
  return yes({});
}

/** The page's words for an address that is none, and for a number that has no WhatsApp. */
export function isBadRecipient(detail: string): boolean {
  return /invalid wid|invalid user|not a user|No LID for user/.test(detail);
}

function readyPage(session: OrderedSession): Page | null {
  return session.isReady() ? (session.client?.pupPage ?? null) : null;
}

const NOT_READY = no('not_ready', 'not connected');
const NO_CHAT = no('bad_recipient', 'WhatsApp knows no such chat');

function yes<T>(value: T): SessionAnswer<T> {
  return { ok: true, value };
}

function no(why: SessionRefusal, detail: string): { readonly ok: false; why: SessionRefusal; detail: string } {
  return { ok: false, why, detail };
}
