import type { PageMessage } from '../messages/received-message.js';

/**
 * What runs inside WhatsApp's page. Each function is sent there as text, so it may use nothing but its arguments and the
 * page itself. The names behind `require` are WhatsApp's; the library uses the same ones.
 */
interface Wid {
  readonly _serialized: string;
  isLid(): boolean;
  isGroup(): boolean;
}
interface Key {
  readonly _serialized: string;
  readonly fromMe: boolean;
  readonly remote: Wid;
}
interface Msg {
  readonly id: Key;
  readonly author?: Wid | string;
  readonly from: Wid;
  readonly type: string;
  readonly body?: unknown;
  readonly t: number;
  readonly ack?: number;
}
interface Chat {
  readonly id: Wid;
  readonly unreadCount: number;
  readonly groupMetadata?: { readonly isLidAddressingMode?: boolean };
  readonly msgs: { getModelsArray(): readonly Msg[] };
}
interface Modules {
  WAWebSocketModel: {
    Socket: {
      state: string;
      hasSynced: boolean;
      on(event: string, listener: () => void): void;
      logout(): Promise<void>;
    };
  };
  WAWebCmd: { Cmd: { refreshQR(): void } };
  WAWebCollections: {
    Chat: { getModelsArray(): readonly Chat[] };
    Msg: {
      get(key: string): Msg | undefined;
      getMessagesById(keys: readonly string[]): Promise<{ messages: readonly Msg[] } | undefined>;
    };
  };
  WAWebMsgKey: {
    new (parts: { from?: Wid; to: Wid; id: string; participant?: Wid; selfDir: 'out' }): Key;
    fromString(key: string): Key;
  };
  WAWebUserPrefsMeUser: { getMaybeMePnUser: () => Wid | undefined; getMaybeMeLidUser: () => Wid | undefined };
  WAWebWidFactory: { createWid: (id: string) => Wid; asUserWidOrThrow: (wid: Wid | undefined) => Wid };
  WAWebChatLoadMessages: { loadEarlierMsgs(order: { chat: Chat }): Promise<readonly Msg[] | undefined> };
  WAWebLidMigrationUtils: { toPn: (wid: Wid) => Wid | undefined };
}
declare const window: {
  /** Set when every module can be required. */
  Debug?: { VERSION?: string };
  require<Name extends keyof Modules>(name: Name): Modules[Name];
  WWebJS?: {
    getChat(id: string, how: { getAsModel: false }): Promise<Chat | null | undefined>;
    sendMessage(chat: Chat, text: string, options: { extraOptions: { id: Key } }): Promise<unknown>;
  };
  /** Ours: the line from the page to the session, and the mark that this document has it. */
  onSocketWatchEvent(view: SocketView): void;
  socketIsWatched?: boolean;
  /** The library's. */
  onAppStateHasSyncedEvent(): Promise<void>;
};

export interface SocketView {
  readonly state: string;
  readonly hasSynced: boolean;
}

/** Tells every change of the socket from now on, once per document, and how it is now. */
export function watchSocket(): SocketView {
  const { Socket } = window.require('WAWebSocketModel');
  const view = () => ({ state: Socket.state, hasSynced: Socket.hasSynced });
  if (window.socketIsWatched !== true) {
    window.socketIsWatched = true;
    const tell = () => window.onSocketWatchEvent(view());
    Socket.on('change:state', tell);
    Socket.on('change:hasSynced', tell);
  }
  return view();
}

export function isWatched(): boolean {
  return window.socketIsWatched === true;
}

/** The page's codes have run out: asks for more. */
export function refreshQr(): void {
  window.require('WAWebCmd').Cmd.refreshQR();
}

/** The page has synced before the library listened: says it to the library. */
export function sayHasSynced(): void {
  void window.onAppStateHasSyncedEvent();
}

/**
 * Asks the page to end its login; tells in which state its socket was. How the asking ends tells nothing: it also ends well
 * without a line to the servers, which then never hear of it.
 */
export function askToLogOut(): string {
  const { Socket } = window.require('WAWebSocketModel');
  const { state } = Socket;
  void Socket.logout().catch(() => {});
  return state;
}

/** What there is of the page and of the library in it. */
export interface PageLook {
  /** Null as long as the page has not started, or when it is no page of WhatsApp. */
  readonly socket: SocketView | null;
  /** The library's functions are there. */
  readonly injected: boolean;
  /** Changes of the socket are told. */
  readonly watched: boolean;
}

export function look(): PageLook {
  const found = { injected: window.WWebJS !== undefined, watched: window.socketIsWatched === true };
  if (window.Debug?.VERSION === undefined) return { socket: null, ...found };
  const { Socket } = window.require('WAWebSocketModel');
  return { socket: { state: Socket.state, hasSynced: Socket.hasSynced }, ...found };
}

/** The key of a message to this chat, as the library would make it. Null when WhatsApp knows no such chat. */
export async function makeKey(chatId: string, keyId: string): Promise<string | null> {
  const chat = await window.WWebJS!.getChat(chatId, { getAsModel: false });
  if (!chat) return null;
  const { getMaybeMePnUser, getMaybeMeLidUser } = window.require('WAWebUserPrefsMeUser');
  const isGroup = chat.id.isGroup();
  const byLid = isGroup ? chat.groupMetadata?.isLidAddressingMode === true : chat.id.isLid();
  const from = byLid ? getMaybeMeLidUser() : getMaybeMePnUser();
  const participant = isGroup ? window.require('WAWebWidFactory').asUserWidOrThrow(from) : undefined;
  const MsgKey = window.require('WAWebMsgKey');
  return new MsgKey({ from, to: chat.id, id: keyId, participant, selfDir: 'out' })._serialized;
}

/** What became of a text that was handed over; `error` holds the page's words, and whether it keeps the message. */
export type Handover = 'sent' | 'known' | 'no_chat' | { readonly error: string; readonly kept: boolean };

/**
 * Hands a text over under a key. `known`: the page has a message with this key already; it sends it by itself as soon as
 * it can, and a second one would be a double.
 */
export async function sendText(chatId: string, key: string, text: string): Promise<Handover> {
  const { Msg } = window.require('WAWebCollections');
  const library = window.WWebJS;
  if (library === undefined) throw new Error('the library is not in the page');
  try {
    const chat = await library.getChat(chatId, { getAsModel: false });
    if (!chat) return 'no_chat';
    const present = Msg.get(key);
    if (present !== undefined && (present.ack ?? 0) >= 0) return 'known';
    const id = window.require('WAWebMsgKey').fromString(key);
    await library.sendMessage(chat, text, { extraOptions: { id } });
    return 'sent';
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { error: words.slice(0, 300), kept: Msg.get(key) !== undefined };
  }
}

/** The acknowledgement of the message with this key, in memory or stored; null when there is none. */
export async function findAck(key: string): Promise<number | null> {
  const { Msg } = window.require('WAWebCollections');
  const message = Msg.get(key) ?? (await Msg.getMessagesById([key]))?.messages[0];
  return message === undefined ? null : (message.ack ?? 0);
}

/** The phones behind anonymous ids, as far as the page knows them. */
export function phonesOf(ids: readonly string[]): Record<string, string> {
  const { createWid } = window.require('WAWebWidFactory');
  const { toPn } = window.require('WAWebLidMigrationUtils');
  return Object.fromEntries(ids.map((id) => [id, toPn(createWid(id))?._serialized ?? id]));
}

/** The newest unread messages of the chats that have any, oldest first in each chat. */
export async function readUnread(chatsMax: number, messagesMax: number): Promise<PageMessage[]> {
  const serialized = (wid: Wid | string): string => (typeof wid === 'string' ? wid : wid._serialized);
  const chats = window
    .require('WAWebCollections')
    .Chat.getModelsArray()
    .filter(({ unreadCount }) => unreadCount > 0)
    .slice(0, chatsMax);
  const found: PageMessage[] = [];
  for (const chat of chats) {
    const wanted = Math.min(chat.unreadCount, messagesMax - found.length);
    if (wanted <= 0) break;
    const incoming = (): readonly Msg[] => chat.msgs.getModelsArray().filter(({ id }) => !id.fromMe);
    if (incoming().length < wanted) await window.require('WAWebChatLoadMessages').loadEarlierMsgs({ chat });
    const newest = [...incoming()].sort((a, b) => a.t - b.t).slice(-wanted);
    for (const { id, author, from, type, body, t } of newest)
      found.push({
        id: id._serialized,
        chat: serialized(id.remote),
        author: serialized(author ?? from),
        fromMe: false,
        type,
        body: typeof body === 'string' ? body : null,
        t,
      });
  }
  return found;
}
