import type { SessionOrderName, SessionOrders } from '#libs/contracts/session';
import { CHAT_ORDERS } from './orders/chat.orders.js';
import { INBOX_ORDERS } from './orders/inbox.orders.js';
import { type Answer, no, type OrderedSession, type Orders, whenReady, yes } from './orders/ordered-session.js';
import { SENDING_ORDERS } from './orders/sending.orders.js';

const PAIRING_CODE_LIFETIME_MS = 180_000;
/** No 0, O, 1, I: a person types it. */
const PAIRING_CODE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const PAIRING_CODE_CHARS = 8;

/** Does one order of a session that isn't over. */
export function obey<Name extends SessionOrderName>(
  session: OrderedSession,
  name: Name,
  ask: SessionOrders[Name]['ask'],
): Answer<Name> | Promise<Answer<Name>> {
  return ORDERS[name](session, ask);
}

const ORDERS: Orders = {
  ...SENDING_ORDERS,
  ...CHAT_ORDERS,
  ...INBOX_ORDERS,

  probe: whenReady<'probe'>(({ phone }) => yes({ phone })),

  pairingCode(session) {
    if (!session.showsCode()) return no('not_ready', 'no QR is shown');
    const letter = (): string =>
      PAIRING_CODE_LETTERS.charAt(Math.floor(session.provider.dice.next() * PAIRING_CODE_LETTERS.length));
    const code = Array.from({ length: PAIRING_CODE_CHARS }, letter).join('');
    session.say({ type: 'driver.pairing-code', code, lifetimeMs: PAIRING_CODE_LIFETIME_MS });
    return yes({ code, lifetimeMs: PAIRING_CODE_LIFETIME_MS });
  },

  logout(session) {
    session.logOutSoon();
    return yes({});
  },

  close(session) {
    session.closeSoon();
    return yes({});
  },
};
