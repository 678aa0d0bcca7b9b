import type { MessageAction } from '#libs/contracts/content';
import type { SessionOrders } from '#libs/contracts/session';
import { change } from '../changes.js';
import { chatOf, phoneOfChat } from '../phone.js';
import { type ArrivedMessage, textOf } from '../traffic.js';
import { type Answer, no, type OrderedSession, type Orders, whenReady, yes } from './ordered-session.js';

export const SENDING_ORDERS: Pick<Orders, 'prepare' | 'send' | 'act' | 'lookup'> = {
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

function handOver(session: OrderedSession, chatId: string, ask: SessionOrders['send']['ask']): Answer<'send'> {
  const { provider, accountId } = session;
  if (provider.faultsOf(accountId).loseSends) return yes({});
  const { providerMessageId, content, quoted } = ask;
  const message = { providerMessageId, accountId, chatId, content, text: textOf(content) ?? '', quoted };
  const halfWayMs = session.stretched(session.settings.ackMs) / 2;
  session.after(halfWayMs, () => {
    const told = arrive(session, message);
    session.after(halfWayMs, told);
  });
  return yes({});
}

function reaches({ provider, accountId }: OrderedSession, chatId: string): boolean {
  const phone = phoneOfChat(chatId);
  if (phone !== null) return provider.addresses.isRegistered(phone);
  const group = provider.addresses.group(chatId);
  return group === null || group.members.has(provider.phoneOf(accountId));
}

/** The message is at the servers; what they say about it is on its way back and is lost if the session ends first. */
function arrive(session: OrderedSession, message: Omit<ArrivedMessage, 'level'>): () => void {
  const { provider, settings } = session;
  const { providerMessageId } = message;
  const { refuseSends, withholdAcknowledgements } = provider.faultsOf(session.accountId);
  const refused = refuseSends !== null;
  provider.traffic.take({ ...message, level: refused ? 'refused' : 'sent' }, settings);
  return () => {
    if (refused) return session.say({ type: 'driver.refused', providerMessageId, detail: refuseSends });
    if (!withholdAcknowledgements) session.say({ type: 'driver.acknowledged', providerMessageId, level: 'sent' });
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
