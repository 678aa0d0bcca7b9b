import type { OutgoingContent } from '#libs/contracts/content';
import type { SessionAnswer, SessionOrderName, SessionOrders, SessionRefusal } from '#libs/contracts/session';
import type { SimulatedSettings } from '#libs/contracts/simulated-settings';
import { chatOf, phoneOfChat } from './phone.js';
import type { LiveSession, SimulatedProvider } from './simulated.provider.js';

const PAIRING_CODE_LIFETIME_MS = 180_000;
/** No 0, O, 1, I: a person types it. */
const PAIRING_CODE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const PAIRING_CODE_CHARS = 8;

/** What the orders use of a session. */
export interface OrderedSession extends LiveSession {
  readonly provider: SimulatedProvider;
  readonly settings: SimulatedSettings;
  readonly phone: string | null;
  showsCode(): boolean;
  closeSoon(): void;
  logOutSoon(): void;
  after(afterMs: number, run: () => void): void;
  stretched(waitMs: number): number;
}

type Answer<Name extends SessionOrderName> = SessionAnswer<SessionOrders[Name]['answer']>;
type Orders = {
  readonly [Name in SessionOrderName]?: (session: OrderedSession, ask: SessionOrders[Name]['ask']) => Answer<Name>;
};

/** Does one order of a session that isn't over. */
export function obey<Name extends SessionOrderName>(
  session: OrderedSession,
  name: Name,
  ask: SessionOrders[Name]['ask'],
): Answer<Name> {
  const order = ORDERS[name];
  return order ? order(session, ask) : no('unsupported', `a simulated account can’t ${name}`);
}

const ORDERS: Orders = { prepare, send, lookup, probe, pairingCode, logout, close };

function prepare(session: OrderedSession, { messageId, to }: SessionOrders['prepare']['ask']): Answer<'prepare'> {
  if (!session.isReady()) return no('not_ready', 'not connected');
  const chatId = chatOf(to);
  if (chatId === null) return no('bad_recipient', `${to} is neither a phone nor a chat`);
  return yes({ providerMessageId: `${chatId}_${messageId}` });
}

function send(session: OrderedSession, ask: SessionOrders['send']['ask']): Answer<'send'> {
  if (!session.isReady()) return no('not_ready', 'not connected');
  const chatId = chatOf(ask.to);
  const phone = chatId === null ? null : phoneOfChat(chatId);
  if (chatId === null || (phone !== null && !session.provider.knowsPhone(phone)))
    return no('bad_recipient', `nobody is reached at ${ask.to}`);
  if (session.provider.faultsOf(session.accountId).loseSends) return yes({});
  const message = {
    providerMessageId: ask.providerMessageId,
    accountId: session.accountId,
    chatId,
    text: textOf(ask.content),
  };
  const halfWayMs = session.stretched(session.settings.ackMs) / 2;
  session.after(halfWayMs, () => {
    const told = arrive(session, message);
    session.after(halfWayMs, told);
  });
  return yes({});
}

/** The message is at the servers; what they say about it is on its way back and is lost if the session ends first. */
function arrive(
  session: OrderedSession,
  message: { providerMessageId: string; accountId: string; chatId: string; text: string },
): () => void {
  const { provider, settings } = session;
  const { providerMessageId } = message;
  const { refuseSends, withholdAcknowledgements } = provider.faultsOf(session.accountId);
  const refused = refuseSends !== null;
  provider.take({ ...message, level: refused ? 'refused' : 'sent' }, settings);
  return () => {
    if (refused) return session.say({ type: 'driver.refused', providerMessageId, detail: refuseSends });
    if (!withholdAcknowledgements) session.say({ type: 'driver.acknowledged', providerMessageId, level: 'sent' });
  };
}

function lookup(session: OrderedSession, { providerMessageId }: SessionOrders['lookup']['ask']): Answer<'lookup'> {
  if (!session.isReady()) return no('not_ready', 'not connected');
  return yes({ level: session.provider.messages.find(providerMessageId)?.level ?? null });
}

function probe(session: OrderedSession): Answer<'probe'> {
  return session.isReady() ? yes({ phone: session.phone }) : no('not_ready', 'not connected');
}

function pairingCode(session: OrderedSession): Answer<'pairingCode'> {
  if (!session.showsCode()) return no('not_ready', 'no QR is shown');
  const letter = (): string =>
    PAIRING_CODE_LETTERS.charAt(Math.floor(session.provider.dice.next() * PAIRING_CODE_LETTERS.length));
  const code = Array.from({ length: PAIRING_CODE_CHARS }, letter).join('');
  session.say({ type: 'driver.pairing-code', code, lifetimeMs: PAIRING_CODE_LIFETIME_MS });
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

function yes<T>(value: T): SessionAnswer<T> {
  return { ok: true, value };
}

function no(why: SessionRefusal, detail: string): { readonly ok: false; why: SessionRefusal; detail: string } {
  return { ok: false, why, detail };
}

const textOf = (content: OutgoingContent): string => ('text' in content ? (content.text ?? '') : '');
