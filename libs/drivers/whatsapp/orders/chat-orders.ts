import type { ChatView, GroupView, HistoryLine, MemberView } from '#libs/contracts/chat';
import { GROUP_MEMBERS_MAX } from '#libs/contracts/limits/messages';
import { chatIdOf, phoneOf, senderOf } from '../messages/chat-id.js';
import { kindOf, writtenIn } from '../messages/message-content.js';
import { addressesIn, authorOf, type GroupModel, groupModelOf, pageMessageOf } from '../page/page-models.js';
import { type PageChat, readChats, readGroup } from '../page/chat-scripts.js';
import { readNewest } from '../page/reading-scripts.js';
import { markSeen, type ShownState, showTyping } from '../page/send-scripts.js';
import { type Answer, type Ask, NO_CHAT, NOT_READY, type OrderedSession, readyPage, yes } from './order-answers.js';

/** The ends of chat ids, by what they are. Channels and lists for sending to many are `other`. */
const SERVERS = { person: ['@c.us', '@lid'], group: ['@g.us'] } as const;
const ALL_SERVERS = ['@c.us', '@lid', '@g.us', '@newsletter'] as const;

export async function markRead(session: OrderedSession, { chatId }: Ask<'markRead'>): Promise<Answer<'markRead'>> {
  const [page, id] = [readyPage(session), chatIdOf(chatId)];
  if (!page) return NOT_READY;
  return id !== null && (await page.evaluate(markSeen, id)) ? yes({}) : NO_CHAT;
}

export async function typing(session: OrderedSession, { chatId, state }: Ask<'typing'>): Promise<Answer<'typing'>> {
  const [page, id] = [readyPage(session), chatIdOf(chatId)];
  if (!page) return NOT_READY;
  if (id === null) return NO_CHAT;
  const shown: ShownState = state === 'paused' ? 'stop' : state;
  await page.evaluate(showTyping, id, shown);
  return yes({});
}

export async function listChats(session: OrderedSession, ask: Ask<'listChats'>): Promise<Answer<'listChats'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const servers = ask.kind === null ? ALL_SERVERS : SERVERS[ask.kind];
  const { chats, total } = await page.evaluate(readChats, { servers, offset: ask.offset, limit: ask.limit });
  return yes({ items: chats.map(chatViewOf), total });
}

export async function showChat(session: OrderedSession, { chatId }: Ask<'showChat'>): Promise<Answer<'showChat'>> {
  const [page, id] = [readyPage(session), chatIdOf(chatId)];
  if (!page) return NOT_READY;
  if (id === null) return NO_CHAT;
  const [chat] = (await page.evaluate(readChats, { chatId: id })).chats;
  return chat ? yes(chatViewOf(chat)) : NO_CHAT;
}

export async function listHistory(session: OrderedSession, ask: Ask<'listHistory'>): Promise<Answer<'listHistory'>> {
  const [page, id] = [readyPage(session), chatIdOf(ask.chatId)];
  if (!page) return NOT_READY;
  const models = id === null ? null : await page.evaluate(readNewest, id, ask.limit);
  if (models === null) return NO_CHAT;
  const messages = models.flatMap((model) => pageMessageOf(model) ?? []);
  const { book } = session;
  await book.learn(messages.flatMap(addressesIn));
  const items = messages.flatMap((message): HistoryLine[] => {
    const kind = kindOf(message.type);
    if (kind === null) return [];
    const { fromMe } = message.id;
    const from = fromMe && session.phone !== null ? session.phone : senderOf(book.nameOf(authorOf(message)));
    const sentAt = new Date(message.t * 1_000).toISOString();
    return [
      { providerMessageId: book.idOf(message.id._serialized), fromMe, from, kind, text: writtenIn(message), sentAt },
    ];
  });
  return yes({ items });
}

export async function showGroup(session: OrderedSession, { chatId }: Ask<'showGroup'>): Promise<Answer<'showGroup'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const model = chatId.endsWith('@g.us') ? await page.evaluate(readGroup, chatId) : null;
  const group = groupModelOf(model);
  if (group === null) return NO_CHAT;
  const { owner, participants } = group.groupMetadata;
  await session.book.learn([...participants.map(({ id }) => id), ...(owner ? [owner] : [])]);
  return yes(groupViewOf(chatId, group, (id) => session.book.nameOf(id)));
}

function groupViewOf(id: string, model: GroupModel, nameOf: (id: string) => string): GroupView {
  const { groupMetadata: group, formattedTitle } = model;
  const members = group.participants.slice(0, GROUP_MEMBERS_MAX).map((member): MemberView => {
    const name = nameOf(member.id);
    const role = member.isSuperAdmin === true ? 'owner' : member.isAdmin === true ? 'admin' : 'member';
    return { id: name, phone: phoneOf(name), role };
  });
  return {
    id,
    name: group.subject ?? formattedTitle ?? null,
    description: group.desc || null,
    owner: group.owner ? senderOf(nameOf(group.owner)) : null,
    createdAt: group.creation ? new Date(group.creation * 1_000).toISOString() : null,
    memberCount: group.participants.length,
    members,
  };
}

function chatViewOf({ id, name, unread, t, archived, muted, pinned }: PageChat): ChatView {
  const kind = SERVERS.person.some((end) => id.endsWith(end)) ? 'person' : id.endsWith('@g.us') ? 'group' : 'other';
  const lastMessageAt = t === null || t <= 0 ? null : new Date(t * 1_000).toISOString();
  return { id, kind, name, phone: phoneOf(id), unread, lastMessageAt, archived, muted, pinned };
}
