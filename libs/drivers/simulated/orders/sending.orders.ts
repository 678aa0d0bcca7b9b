import type { MessageAction } from '#libs/contracts/content';
import { SEND_IN_TURN_MS_MAX } from '#libs/contracts/limits/messages';
import type { SessionOrders } from '#libs/contracts/session';
import { change } from '../changes.js';
import { chatOf, phoneOfChat } from '../phone.js';
import { type ArrivedMessage, textOf } from '../traffic.js';
import { type Answer, no, type OrderedSession, type Orders, whenReady, yes } from './ordered-session.js';

export const SENDING_ORDERS: Pick<Orders, 'prepare' | 'send' | 'sendInTurn' | 'act' | 'lookup'> = {
  prepare: whenReady<'prepare'>((_session, { messageId, to }) => {
    const chatId = chatOf(to);
    if (chatId === null) return no('bad_recipient', `${to} is neither a phone nor a chat`);
    return yes({ providerMessageId: `${chatId}_${messageId}` });
  }),

  send: whenReady<'send'>((session, ask) => {
    const chatId = chatOf(ask.to);
    if (chatId === null || !reaches(session, chatId)) return no('bad_recipient', `nobody is reached at ${ask.to}`);
    if (!('media' in ask.content)) return handOver(session, chatId, ask);
    const { path } = ask.content.media;
    return session.provider.files.canTake(path).then((there) => {
      if (!there) return no('rejected', 'there is no such file');
      return session.isReady() ? handOver(session, chatId, ask) : no('not_ready', 'not connected');
    });
  }),

  sendInTurn: whenReady<'sendInTurn'>(async (session, { messages }) => {
    const until = session.provider.clock.now() + SEND_IN_TURN_MS_MAX;
    for (const [handedOver, message] of messages.entries()) {
      if (session.provider.clock.now() > until) return yes({ handedOver, refusal: null });
      if (!session.isReady()) return yes({ handedOver, refusal: { why: 'not_ready', detail: 'not connected' } });
      const chatId = chatOf(message.to);
      if (chatId === null || !reaches(session, chatId))
        return yes({ handedOver, refusal: { why: 'bad_recipient', detail: `nobody is reached at ${message.to}` } });
      const isTaken = await new Promise<boolean>((resolve) => handOver(session, chatId, message, resolve));
      if (!isTaken) return yes({ handedOver: handedOver + 1, refusal: null });
    }
    return yes({ handedOver: messages.length, refusal: null });
  }),

  act: whenReady<'act'>((session, { action }) => {
    const halfWayMs = session.stretched(session.settings.ackMs) / 2;
    return new Promise((resolve) => {
      session.after(halfWayMs, () => {
        const answer = acted(session, action);
        session.after(halfWayMs, () => resolve(answer));
      });
    });
  }),

  lookup: whenReady<'lookup'>((session, { providerMessageId }) =>
    yes({ level: session.provider.messages.find(providerMessageId)?.level ?? null }),
  ),
};

/** `told` hears what the servers said of it, once they have: did they take it? */
function handOver(
  session: OrderedSession,
  chatId: string,
  ask: SessionOrders['send']['ask'],
  told: (isTaken: boolean) => void = () => undefined,
): Answer<'send'> {
  const { provider, accountId } = session;
  if (provider.faultsOf(accountId).loseSends) {
    told(false);
    return yes({});
  }
  const { providerMessageId, content, quoted } = ask;
  const message = { providerMessageId, accountId, chatId, content, text: textOf(content) ?? '', quoted };
  const halfWayMs = session.stretched(session.settings.ackMs) / 2;
  session.after(halfWayMs, () => {
    const tell = arrive(session, message);
    session.after(halfWayMs, () => told(tell()));
  });
  return yes({});
}

function reaches({ provider, accountId }: OrderedSession, chatId: string): boolean {
  const phone = phoneOfChat(chatId);
  if (phone !== null) return provider.addresses.isRegistered(phone);
  const group = provider.addresses.group(chatId);
  return group === null || group.members.has(provider.phoneOf(accountId));
}

/**
 * The message is at the servers; what they say about it is on its way back and is lost if the session ends first. It answers
 * whether they said that they have it.
 */
function arrive(session: OrderedSession, message: Omit<ArrivedMessage, 'level'>): () => boolean {
  const { provider, settings } = session;
  const { providerMessageId } = message;
  const { refuseSends, withholdAcknowledgements } = provider.faultsOf(session.accountId);
  const refused = refuseSends !== null;
  provider.traffic.take({ ...message, level: refused ? 'refused' : 'sent' }, settings);
  return () => {
    const isTaken = !refused && !withholdAcknowledgements;
    if (refused) session.say({ type: 'driver.refused', providerMessageId, detail: refuseSends });
    else if (isTaken) session.say({ type: 'driver.acknowledged', providerMessageId, level: 'sent' });
    return isTaken;
  };
}

/** Done a second time it changes nothing, and is told again. */
function acted({ provider, accountId }: OrderedSession, action: MessageAction): Answer<'act'> {
  const { refuseSends } = provider.faultsOf(accountId);
  if (refuseSends !== null) return no('rejected', refuseSends);
  const line = provider.chats.line(accountId, action.target)?.line;
  if (!line) return no('rejected', 'there is no such message');
  if (action.kind !== 'reaction' && !line.fromMe) return no('rejected', 'it is somebody else’s');
  if (action.kind === 'edit' && line.kind !== 'text') return no('rejected', 'only a text can be edited');
  if (line.revoked && action.kind !== 'revoke') return no('rejected', 'it was deleted');
  if (!line.revoked) change(provider, provider.traffic, accountId, { by: provider.phoneOf(accountId), action });
  return yes({});
}
