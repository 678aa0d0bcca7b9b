import type { ContactView } from '#libs/contracts/chat';
import { chatIdOf, phoneOf } from '../messages/chat-id.js';
import { findRegistered, readContact, readContacts } from '../page/chat-scripts.js';
import { type ContactModel, contactModelOf } from '../page/page-models.js';
import { type Answer, type Ask, NO_CHAT, NOT_READY, type OrderedSession, readyPage, yes } from './order-answers.js';

export async function listContacts(session: OrderedSession, ask: Ask<'listContacts'>): Promise<Answer<'listContacts'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const models = (await page.evaluate(readContacts)).flatMap((model) => contactModelOf(model) ?? []);
  await session.book.learn(models.map(({ id }) => id));
  // One person may be there under the phone and under the anonymous id: the phone's entry is the fuller one.
  const people = new Map<string, ContactView>();
  for (const model of models.sort((a, b) => Number(a.id.endsWith('@lid')) - Number(b.id.endsWith('@lid')))) {
    const view = viewOf(model, session.book.nameOf(model.id));
    if (!model.isMe && !people.has(view.id)) people.set(view.id, view);
  }
  const all = [...people.values()].sort((a, b) => sortKey(a).localeCompare(sortKey(b)) || (a.id < b.id ? -1 : 1));
  return yes({ items: all.slice(ask.offset, ask.offset + ask.limit), total: all.length });
}

export async function showContact(session: OrderedSession, ask: Ask<'showContact'>): Promise<Answer<'showContact'>> {
  const [page, id] = [readyPage(session), chatIdOf(ask.contactId)];
  if (!page) return NOT_READY;
  const model = id === null || id.endsWith('@g.us') ? null : contactModelOf(await page.evaluate(readContact, id));
  if (model === null) return NO_CHAT;
  await session.book.learn([model.id]);
  return yes(viewOf(model, session.book.nameOf(model.id)));
}

export async function isRegistered(session: OrderedSession, ask: Ask<'isRegistered'>): Promise<Answer<'isRegistered'>> {
  const [page, id] = [readyPage(session), chatIdOf(ask.phone)];
  if (!page) return NOT_READY;
  if (id === null) return NO_CHAT;
  const chatId = await page.evaluate(findRegistered, id);
  return yes({ phone: ask.phone, registered: chatId !== null, chatId });
}

function viewOf(model: ContactModel, id: string): ContactView {
  return {
    id,
    phone: phoneOf(id),
    name: model.name || null,
    pushName: model.pushname || null,
    business: model.isBusiness === true,
    blocked: model.isBlocked === true,
    saved: model.isMyContact === true,
  };
}

/** People with a name first. */
function sortKey({ name, pushName }: ContactView): string {
  const known = name ?? pushName;
  return known === null ? '1' : `0${known.toLowerCase()}`;
}
