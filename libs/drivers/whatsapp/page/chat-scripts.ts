import type { PageWindow, Wid } from './page-modules.js';

/** What runs inside WhatsApp's page to look people and chats up. Each function is sent there as text (see page-scripts.ts). */
declare const window: PageWindow;

/** A chat as the page shows it; `t` in seconds. A person's id is the phone's where the page knows it. */
export interface PageChat {
  readonly id: string;
  readonly name: string | null;
  readonly unread: number;
  readonly t: number | null;
  readonly archived: boolean;
  readonly muted: boolean;
  readonly pinned: boolean;
}

/** Of one chat, or of all of a kind (by the ends of their ids), the newest first. */
export function readChats(
  which:
    | { readonly chatId: string }
    | { readonly servers: readonly string[]; readonly offset: number; readonly limit: number },
): { readonly chats: readonly PageChat[]; readonly total: number } {
  const { createWid } = window.require('WAWebWidFactory');
  const { toPn } = window.require('WAWebLidMigrationUtils');
  const { Chat } = window.require('WAWebCollections');
  const one = (chatId: string) => {
    const wid = createWid(chatId);
    const other = window.require('WAWebApiContact').getAlternateUserWid(wid);
    return Chat.get(wid) ?? (other ? Chat.get(other) : undefined);
  };
  const nameOf = (id: Wid): string => (id.isLid() ? toPn(id) : undefined)?._serialized ?? id._serialized;
  const chosen =
    'chatId' in which
      ? [one(which.chatId)].filter((chat) => chat !== undefined)
      : Chat.getModelsArray()
          .filter(({ id }) => which.servers.some((server) => id._serialized.endsWith(server)))
          .sort((a, b) => (b.t ?? 0) - (a.t ?? 0));
  const page = 'chatId' in which ? chosen : chosen.slice(which.offset, which.offset + which.limit);
  const chats = page.map((chat) => ({
    id: nameOf(chat.id),
    name: chat.formattedTitle ?? chat.name ?? null,
    unread: Math.max(0, chat.unreadCount),
    t: chat.t ?? null,
    archived: chat.archive === true,
    muted: (chat.mute?.expiration ?? 0) !== 0,
    pinned: (chat.pin ?? 0) > 0,
  }));
  return { chats, total: chosen.length };
}

/** A group with its members, asked of the servers, as the library's model; null when there is no such chat. */
export async function readGroup(chatId: string): Promise<unknown> {
  const chat = window.require('WAWebCollections').Chat.get(window.require('WAWebWidFactory').createWid(chatId));
  return chat === undefined ? null : window.WWebJS!.getChatModel(chat);
}

/** Everybody the page knows, as the library's models. */
export function readContacts(): readonly unknown[] {
  return window
    .require('WAWebCollections')
    .Contact.getModelsArray()
    .filter(({ id }) => /@(c\.us|lid)$/.test(id._serialized))
    .map((contact) => window.WWebJS!.getContactModel(contact));
}

/** One person, as the library's model; null when neither the page nor the servers know them. */
export async function readContact(id: string): Promise<unknown> {
  const wid = window.require('WAWebWidFactory').createWid(id);
  const { Contact } = window.require('WAWebCollections');
  if (Contact.get(wid) === undefined) {
    const found = await window.require('WAWebQueryExistsJob').queryWidExists(wid);
    if (!found?.wid) return null;
  }
  return window.WWebJS!.getContact(id);
}

/** Where a phone can be written to; null when it has no WhatsApp. */
export async function findRegistered(id: string): Promise<string | null> {
  const wid = window.require('WAWebWidFactory').createWid(id);
  const found = await window.require('WAWebQueryExistsJob').queryWidExists(wid);
  return found?.wid?._serialized ?? null;
}
