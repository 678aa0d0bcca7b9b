import type { SessionOrderName } from '#libs/contracts/session';
import { isOfThePage, textOf } from './launch-failure.js';
import { listChats, listHistory, markRead, showChat, showGroup, typing } from './orders/chat-orders.js';
import { isRegistered, listContacts, showContact } from './orders/contact-orders.js';
import { catchUp, fetchMedia } from './orders/inbox-orders.js';
import { act, lookup, prepare, send, sendInTurn } from './orders/message-orders.js';
import {
  type Answer,
  type Ask,
  isBadRecipient,
  no,
  NOT_READY,
  type OrderedSession,
  readyPage,
  yes,
} from './orders/order-answers.js';
import { look } from './page/page-scripts.js';

/** WhatsApp's own: the page makes a new code then. */
export const PAIRING_CODE_LIFETIME_MS = 180_000;

type Orders = {
  readonly [Name in SessionOrderName]: (
    session: OrderedSession,
    ask: Ask<Name>,
  ) => Promise<Answer<Name>> | Answer<Name>;
};
const ORDERS: Orders = {
  prepare,
  send,
  sendInTurn,
  act,
  lookup,
  probe,
  pairingCode,
  markRead,
  typing,
  fetchMedia,
  catchUp,
  listChats,
  showChat,
  listHistory,
  listContacts,
  showContact,
  showGroup,
  isRegistered,
  logout,
  close,
};
/** What the page throws at these is its no: nothing was done that could be done again by mistake. */
const HARMLESS = new Set<SessionOrderName>([
  'act',
  'markRead',
  'typing',
  'listChats',
  'showChat',
  'listHistory',
  'listContacts',
  'showContact',
  'showGroup',
  'isRegistered',
]);

/** Does one order of a session that isn't over. Never rejects. */
export async function obey<Name extends SessionOrderName>(
  session: OrderedSession,
  name: Name,
  ask: Ask<Name>,
): Promise<Answer<Name>> {
  try {
    return await ORDERS[name](session, ask);
  } catch (error) {
    const detail = textOf(error);
    if (isBadRecipient(detail)) return no('bad_recipient', detail);
    return no(HARMLESS.has(name) && isOfThePage(error) ? 'rejected' : 'unanswered', detail);
  }
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

async function pairingCode(session: OrderedSession, { phone }: Ask<'pairingCode'>): Promise<Answer<'pairingCode'>> {
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
