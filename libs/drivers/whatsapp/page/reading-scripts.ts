import type { PageReaction } from './page-models.js';
import type { Msg, PageWindow } from './page-modules.js';

/**
 * What runs inside WhatsApp's page to read its messages. Each function is sent there as text (see page-scripts.ts). Messages
 * come as the library's models, just as its events bring them; one that it can make no model of is left out, since all others
 * would be lost with it.
 */
declare const window: PageWindow;

/** The phones behind anonymous ids, as far as the page knows them. */
export function phonesOf(ids: readonly string[]): Record<string, string> {
  const { createWid } = window.require('WAWebWidFactory');
  const { toPn } = window.require('WAWebLidMigrationUtils');
  return Object.fromEntries(ids.map((id) => [id, toPn(createWid(id))?._serialized ?? id]));
}

/** Under which names the account itself writes. */
export function ownIds(): readonly string[] {
  const { getMaybeMePnUser, getMaybeMeLidUser } = window.require('WAWebUserPrefsMeUser');
  return [getMaybeMePnUser(), getMaybeMeLidUser()].flatMap((wid) => (wid ? [wid._serialized] : []));
}

/** The newest unread messages of the chats that have any, oldest first in each chat. After `msMax` none is loaded anew. */
export async function readUnread(chatsMax: number, messagesMax: number, msMax: number): Promise<readonly unknown[]> {
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), msMax));
  const chats = window
    .require('WAWebCollections')
    .Chat.getModelsArray()
    .filter(({ unreadCount }) => unreadCount > 0)
    .slice(0, chatsMax);
  const modelsOf = (message: Msg): readonly unknown[] => {
    try {
      return [window.WWebJS!.getMessageModel(message)];
    } catch {
      return [];
    }
  };
  const found: unknown[] = [];
  for (const chat of chats) {
    const wanted = Math.min(chat.unreadCount, messagesMax - found.length);
    if (wanted <= 0) break;
    const incoming = () => chat.msgs.getModelsArray().filter(({ id }) => !id.fromMe);
    const load = () => window.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat });
    if (incoming().length < wanted) await Promise.race([load().catch(() => undefined), late]);
    const newest = [...incoming()].sort((a, b) => a.t - b.t).slice(-wanted);
    found.push(...newest.flatMap(modelsOf));
  }
  return found;
}

/** A chat in which something was said; `t` in seconds, of the last of it. */
export interface ChatNews {
  readonly id: string;
  readonly t: number;
}

/** Chats by the time of what was last said in them, the newest first. */
export function listNews(afterMs: number, chatsMax: number): readonly ChatNews[] {
  return window
    .require('WAWebCollections')
    .Chat.getModelsArray()
    .flatMap(({ id, t }) => (t !== undefined && t * 1_000 > afterMs ? [{ id: id._serialized, t }] : []))
    .sort((a, b) => b.t - a.t)
    .slice(0, chatsMax);
}

/** What was said in a chat after a moment; `more` when there is more of it, to be read from `toMs` on. */
export interface ChatReading {
  readonly messages: readonly unknown[];
  /** Keys of the messages, theirs and ours, that have reactions and are loaded; the newest first. */
  readonly reacted: readonly string[];
  readonly toMs: number;
  readonly more: boolean;
}
export interface ReadingLimits {
  readonly messagesMax: number;
  readonly reactedMax: number;
  /** How far back a chat is loaded, in messages. What is before them stays unread. */
  readonly loadedMax: number;
  /**
   * Loading takes no longer; what is loaded by then stays, and the next reading goes on from there. So long, too, may one
   * piece of it take: after that the chat can't be loaded.
   */
  readonly msMax: number;
}

/** Of one chat: what others said after a moment, oldest first, never cut within one second. */
export async function readSince(
  chatId: string,
  afterMs: number,
  { messagesMax, reactedMax, loadedMax, msMax }: ReadingLimits,
): Promise<ChatReading> {
  const { createWid } = window.require('WAWebWidFactory');
  const chat = window.require('WAWebCollections').Chat.get(createWid(chatId));
  const nothing = { messages: [], reacted: [], toMs: afterMs };
  if (chat === undefined) return { ...nothing, more: false };
  const until = performance.now() + msMax;
  const late = (): Promise<never> =>
    new Promise((_, reject) => setTimeout(() => reject(new Error('the chat does not load')), msMax));
  for (;;) {
    const loaded = chat.msgs.getModelsArray();
    if (loaded.some(({ t }) => t * 1_000 <= afterMs) || loaded.length >= loadedMax) break;
    if (performance.now() > until) return { ...nothing, more: true };
    const earlier = await Promise.race([window.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat }), late()]);
    if (!earlier?.length) break;
  }
  const all = [...chat.msgs.getModelsArray()].sort((a, b) => a.t - b.t);
  const news = all.filter(({ id, t }) => !id.fromMe && t * 1_000 > afterMs);
  const last = news.slice(0, messagesMax).at(-1)?.t;
  const told = last === undefined ? [] : news.filter(({ t }) => t <= last);
  const modelsOf = (message: Msg): readonly unknown[] => {
    try {
      return [window.WWebJS!.getMessageModel(message)];
    } catch {
      return [];
    }
  };
  const messages = told.flatMap(modelsOf);
  const reacted = all.filter(({ hasReaction }) => hasReaction === true).map(({ id }) => id._serialized);
  const toMs = last === undefined ? afterMs : last * 1_000;
  return { messages, reacted: reacted.slice(-reactedMax).reverse(), toMs, more: told.length < news.length };
}

/** The reactions that are on these messages now. What the page does not tell of one, or not in time, is left out. */
export async function readReactions(keys: readonly string[], msMax: number): Promise<readonly PageReaction[]> {
  const { Reactions } = window.require('WAWebCollections');
  const late = new Promise<readonly PageReaction[]>((resolve) => setTimeout(() => resolve([]), msMax));
  const on = async (target: string): Promise<readonly PageReaction[]> => {
    const found = await Reactions.find(target);
    const senders = (found?.reactions.serialize() ?? []).flatMap((reaction) => reaction.senders);
    return senders.map(({ senderUserJid, reactionText, timestamp }) => ({
      target,
      sender: senderUserJid,
      emoji: reactionText,
      atMs: Math.round(timestamp),
    }));
  };
  return (await Promise.all(keys.map((key) => Promise.race([on(key).catch(() => []), late])))).flat();
}

/** The newest messages of a chat, oldest first; null when there is no such chat. */
export async function readNewest(chatId: string, messagesMax: number): Promise<readonly unknown[] | null> {
  const { createWid } = window.require('WAWebWidFactory');
  const { Chat } = window.require('WAWebCollections');
  const wid = createWid(chatId);
  const other = window.require('WAWebApiContact').getAlternateUserWid(wid);
  const chat = Chat.get(wid) ?? (other ? Chat.get(other) : undefined);
  if (chat === undefined) return null;
  const said = () => chat.msgs.getModelsArray().filter(({ isNotification }) => isNotification !== true);
  while (said().length < messagesMax) {
    const earlier = await window.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat });
    if (!earlier?.length) break;
  }
  const newest = [...said()].sort((a, b) => a.t - b.t).slice(-messagesMax);
  const modelsOf = (message: Msg): readonly unknown[] => {
    try {
      return [window.WWebJS!.getMessageModel(message)];
    } catch {
      return [];
    }
  };
  return newest.flatMap(modelsOf);
}
