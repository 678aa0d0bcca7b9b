import type { ChatView, ContactView, GroupView, HistoryLine } from '#libs/contracts/chat';
import { chatOfPhone, type SimulatedContact, type SimulatedGroup } from '../address-book.js';
import { type ChatLine, lastAt, type SimulatedChat } from '../chat-book.js';
import { chatOf, phoneOfChat } from '../phone.js';
import { no, type OrderedSession, type Orders, whenReady, yes } from './ordered-session.js';

type ChatOrders = Pick<
  Orders,
  | 'listChats'
  | 'showChat'
  | 'listHistory'
  | 'markRead'
  | 'typing'
  | 'listContacts'
  | 'showContact'
  | 'showGroup'
  | 'isRegistered'
>;

export const CHAT_ORDERS: ChatOrders = {
  listChats: whenReady<'listChats'>((session, { kind, offset, limit }) => {
    const all = chatsOf(session).filter((chat) => kind === null || chat.kind === kind);
    return yes({ items: all.slice(offset, offset + limit), total: all.length });
  }),

  showChat: whenReady<'showChat'>((session, { chatId }) => {
    const wanted = chatOf(chatId);
    const found = chatsOf(session).find(({ id }) => id === wanted);
    return found ? yes(found) : unknown(chatId);
  }),

  listHistory: whenReady<'listHistory'>((session, { chatId, limit }) => {
    const chat = chatIn(session, chatId);
    if (!chat) return unknown(chatId);
    const lines = chat.entries.flatMap(({ line }) => line ?? []);
    return yes({ items: lines.slice(-limit).map(historyLine) });
  }),

  markRead: whenReady<'markRead'>((session, { chatId }) => {
    const chat = chatIn(session, chatId);
    if (!chat) return unknown(chatId);
    session.provider.chats.markRead(session.accountId, chat.id);
    return yes({});
  }),

  typing: whenReady<'typing'>((session, { chatId, state }) => {
    const chat = chatOf(chatId);
    if (chat === null || !isReached(session, chat)) return unknown(chatId);
    session.provider.phones.showTyping(session.accountId, chat, state);
    return yes({});
  }),

  listContacts: whenReady<'listContacts'>((session, { offset, limit }) => {
    const all = contactsOf(session);
    return yes({ items: all.slice(offset, offset + limit), total: all.length });
  }),

  showContact: whenReady<'showContact'>((session, { contactId }) => {
    const wanted = chatOf(contactId);
    const found = contactsOf(session).find(({ id }) => id === wanted);
    return found ? yes(found) : unknown(contactId);
  }),

  showGroup: whenReady<'showGroup'>((session, { chatId }) => {
    const group = session.provider.addresses.group(chatId);
    return group?.members.has(ownPhone(session)) ? yes(groupView(group)) : unknown(chatId);
  }),

  isRegistered: whenReady<'isRegistered'>((session, { phone }) => {
    const registered = session.provider.addresses.isRegistered(phone);
    return yes({ phone, registered, chatId: registered ? chatOfPhone(phone) : null });
  }),
};

const unknown = (id: string) => no('bad_recipient', `${id} is not known`);
const ownPhone = ({ provider, accountId }: OrderedSession): string => provider.phoneOf(accountId);

function chatIn(session: OrderedSession, given: string): SimulatedChat | null {
  const chatId = chatOf(given);
  return chatId === null ? null : session.provider.chats.find(session.accountId, chatId);
}

function isReached({ provider }: OrderedSession, chatId: string): boolean {
  const phone = phoneOfChat(chatId);
  return phone === null ? provider.addresses.group(chatId) !== null : provider.addresses.isRegistered(phone);
}

/** Latest first; groups without a word in them last. */
function chatsOf(session: OrderedSession): readonly ChatView[] {
  const { provider, accountId } = session;
  const chats = provider.chats.chatsOf(accountId);
  const begun = new Set(chats.map(({ id }) => id));
  const silent = provider.addresses.groupsOf(ownPhone(session)).filter(({ id }) => !begun.has(id));
  return [
    ...chats.map((chat) => chatView(session, chat)),
    ...silent.map(({ id }) => chatView(session, { id, entries: [], unread: 0 })),
  ];
}

function chatView({ provider, accountId }: OrderedSession, chat: SimulatedChat): ChatView {
  const phone = phoneOfChat(chat.id);
  const saved = provider.addresses.contactsOf(accountId).find((contact) => contact.phone === phone);
  return {
    id: chat.id,
    kind: phone === null ? 'group' : 'person',
    name: provider.addresses.group(chat.id)?.name ?? saved?.name ?? null,
    phone,
    unread: chat.unread,
    lastMessageAt: chat.entries.length === 0 ? null : new Date(lastAt(chat)).toISOString(),
    archived: false,
    muted: false,
    pinned: false,
  };
}

const historyLine = ({ providerMessageId, fromMe, from, kind, text, sentAt }: ChatLine): HistoryLine => ({
  providerMessageId,
  fromMe,
  from,
  kind,
  text,
  sentAt: new Date(sentAt).toISOString(),
});

/** The saved ones, then those who are only known from a chat. */
function contactsOf({ provider, accountId }: OrderedSession): readonly ContactView[] {
  const saved = provider.addresses.contactsOf(accountId);
  const known = new Set(saved.map(({ phone }) => phone));
  const met = provider.chats.chatsOf(accountId).flatMap(({ id }) => phoneOfChat(id) ?? []);
  const unsaved = met.filter((phone) => !known.has(phone));
  return [
    ...saved.map((contact) => contactView(contact, true)),
    ...unsaved.map((phone) => contactView({ phone, name: null, pushName: null }, false)),
  ];
}

const contactView = ({ phone, name, pushName }: SimulatedContact, saved: boolean): ContactView => ({
  id: chatOfPhone(phone),
  phone,
  name,
  pushName,
  business: false,
  blocked: false,
  saved,
});

function groupView({ id, name, description, owner, createdAt, members }: SimulatedGroup): GroupView {
  return {
    id,
    name,
    description,
    owner: chatOfPhone(owner),
    createdAt: new Date(createdAt).toISOString(),
    memberCount: members.size,
    members: [...members].map(([phone, role]) => ({ id: chatOfPhone(phone), phone, role })),
  };
}
