import type { LibraryMedia, PageWindow } from './page-modules.js';

/** What runs inside WhatsApp's page to send. Each function is sent there as text (see page-scripts.ts). */
declare const window: PageWindow & {
  /** Ours: hand-overs that have not ended, by their keys. They die with their document, and so do their messages. */
  handoversUnderWay?: Map<string, { readonly done: Promise<Handover> }>;
  /** Ours: what the servers say of the message whose turn it is, by the last part of its key, and who waits for it. */
  turns?: { ended: boolean; acks: Map<string, number>; told: () => unknown };
};

/** A message that is to get its key: the chat, and the last part of the key. */
export type KeyWish = readonly [chatId: string, keyId: string];
/** Null when WhatsApp knows no such chat. */
export type KeyAnswer = string | null | { readonly error: string };

/** The keys of messages, as the library would make them. The trouble with one is its own. */
export function makeKeys(wishes: readonly KeyWish[]): Promise<KeyAnswer[]> {
  const { getMaybeMePnUser, getMaybeMeLidUser } = window.require('WAWebUserPrefsMeUser');
  const MsgKey = window.require('WAWebMsgKey');
  const makeKey = async ([chatId, keyId]: KeyWish): Promise<KeyAnswer> => {
    const chat = await window.WWebJS!.getChat(chatId, { getAsModel: false });
    if (!chat) return null;
    const isGroup = chat.id.isGroup();
    const byLid = isGroup ? chat.groupMetadata?.isLidAddressingMode === true : chat.id.isLid();
    const from = byLid ? getMaybeMeLidUser() : getMaybeMePnUser();
    const participant = isGroup ? window.require('WAWebWidFactory').asUserWidOrThrow(from) : undefined;
    return new MsgKey({ from, to: chat.id, id: keyId, participant, selfDir: 'out' })._serialized;
  };
  const explain = (error: unknown): KeyAnswer => ({ error: error instanceof Error ? error.message : String(error) });
  return Promise.all(wishes.map((wish) => makeKey(wish).catch(explain)));
}

/**
 * What became of a message that was handed over. `why`: `kept`, the page has it and may send it; `offline`, it has no line
 * to the servers; `refused`, it said no. `error` holds its words.
 */
export type Handover =
  | 'sent'
  | 'known'
  | 'no_chat'
  | { readonly error: string; readonly why: 'kept' | 'offline' | 'refused' };

/** One message in the library's words. */
export interface PageOrder {
  readonly chatId: string;
  readonly key: string;
  readonly body: string;
  /** Of the library's `sendMessage`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Attributes of the message itself, beside its key. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Hands a message over under a key. `known`: the page has a message with this key already; it sends it by itself as soon as
 * it can, and a second one would be a double. Begun twice, it is done once: a file may be on its way for minutes, and who
 * waited for it may have given up.
 */
export function beginSend(
  order: PageOrder,
  media: LibraryMedia | null,
  preview: Readonly<Record<string, unknown>> | null,
): { readonly done: Promise<Handover> } {
  const underWay = (window.handoversUnderWay ??= new Map<string, { readonly done: Promise<Handover> }>());
  const begun = underWay.get(order.key);
  if (begun) return begun;
  const { Msg } = window.require('WAWebCollections');
  const send = async (): Promise<Handover> => {
    const library = window.WWebJS;
    if (library === undefined) throw new Error('the library is not in the page');
    const chat = await library.getChat(order.chatId, { getAsModel: false });
    if (!chat) return 'no_chat';
    const present = Msg.get(order.key);
    if (present !== undefined && (present.ack ?? 0) >= 0) return 'known';
    const id = window.require('WAWebMsgKey').fromString(order.key);
    const extraOptions = { ...preview, ...order.attributes, id };
    await library.sendMessage(chat, order.body, { ...order.options, ...(media ? { media } : {}), extraOptions });
    return 'sent';
  };
  const explain = (error: unknown): Handover => {
    const words = (error instanceof Error ? error.message : String(error)).slice(0, 300);
    const isOnline = window.require('WAWebSocketModel').Socket.state === 'CONNECTED';
    return { error: words, why: Msg.get(order.key) !== undefined ? 'kept' : isOnline ? 'refused' : 'offline' };
  };
  const done = send()
    .catch(explain)
    .finally(() => underWay.delete(order.key));
  underWay.set(order.key, { done });
  return { done };
}

/** How it ended, or `pending` after some time: a question to the page may not take longer than the protocol's limit. */
export function outcomeWithin(job: { readonly done: Promise<Handover> }, ms: number): Promise<Handover | 'pending'> {
  const late = new Promise<'pending'>((resolve) => setTimeout(() => resolve('pending'), ms));
  return Promise.race([job.done, late]);
}

export interface TurnLimits {
  /** None is begun later, by the clock that page and driver share, in milliseconds since 1970. */
  readonly beginUntil: number;
  /** For the end of each. */
  readonly outcomeMsMax: number;
}
/** The first `handedOver` were handed over; `end` is how the next one ended, null when it was not begun. */
export interface TurnsEnd {
  readonly handedOver: number;
  readonly end: Handover | 'pending' | null;
}

/**
 * One after the other, each when the servers have said that they have the one before. That is heard as the library hears it,
 * by the last part of the key, since a message may be filed under its chat's other address. The functions are this file's.
 */
export async function handOverInTurn(
  orders: readonly PageOrder[],
  { beginUntil, outcomeMsMax }: TurnLimits,
  begin: typeof beginSend,
  within: typeof outcomeWithin,
): Promise<TurnsEnd> {
  const { Msg } = window.require('WAWebCollections');
  const MsgKey = window.require('WAWebMsgKey');
  const known = window.turns;
  const turns = (window.turns ??= { ended: false, acks: new Map<string, number>(), told: () => undefined });
  if (known === undefined)
    Msg.on('change:ack', ({ id, ack }) => {
      if (turns.acks.has(id.id)) turns.acks.set(id.id, ack ?? 0);
      turns.told();
    });
  for (const [handedOver, order] of orders.entries()) {
    if (Date.now() > beginUntil || turns.ended) return { handedOver, end: null };
    const keyId = MsgKey.fromString(order.key).id;
    turns.acks = new Map([[keyId, 0]]);
    const ack = (): number => turns.acks.get(keyId) || (Msg.get(order.key)?.ack ?? 0);
    const end = await within(begin(order, null, null), outcomeMsMax);
    if (end !== 'sent' && end !== 'known') return { handedOver, end };
    if (ack() === 0)
      await new Promise<void>((resolve) => {
        turns.told = () => ack() !== 0 && resolve();
        setTimeout(resolve, Math.max(0, beginUntil - Date.now()));
      });
    if (ack() < 1) return { handedOver: handedOver + 1, end: null };
  }
  return { handedOver: orders.length, end: null };
}

/** What is to go in turn and was not begun is not begun any more: this document is about to end. */
export function endTurns(): void {
  (window.turns ??= { ended: true, acks: new Map<string, number>(), told: () => undefined }).ended = true;
}

/** The acknowledgement of the message with this key, in memory or stored, 0 when it is on its way; null when there is none. */
export async function findAck(key: string): Promise<number | null> {
  const { Msg } = window.require('WAWebCollections');
  const message = Msg.get(key) ?? (await Msg.getMessagesById([key]))?.messages[0];
  if (message === undefined) return window.handoversUnderWay?.has(key) === true ? 0 : null;
  return message.ack ?? 0;
}

/** May this message be answered? The library would leave the quotation out without a word. */
export async function canBeQuoted(key: string): Promise<'yes' | 'no' | 'unknown'> {
  const { Msg } = window.require('WAWebCollections');
  const message = Msg.get(key) ?? (await Msg.getMessagesById([key]))?.messages[0];
  if (message === undefined) return 'unknown';
  return window.require('WAWebMsgReply').canReplyMsg(message.unsafe()) ? 'yes' : 'no';
}

/** What the page shows of the first link in a text. Null when there is none, or when it takes too long: no reason not to send. */
export async function previewOf(text: string, msMax: number): Promise<Readonly<Record<string, unknown>> | null> {
  const link = window.require('WALinkify').findLink(text);
  if (!link) return null;
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), msMax));
  const asked = window.require('WAWebLinkPreviewChatAction').getLinkPreview(link);
  const preview = await Promise.race([asked, late]).catch(() => undefined);
  return preview?.data ? { ...preview.data, preview: true, subtype: 'url' } : null;
}

/** Tells the servers that the chat was read; false when there is no such chat. */
export function markSeen(chatId: string): Promise<boolean> {
  return window.WWebJS!.sendSeen(chatId);
}

export type ShownState = 'typing' | 'recording' | 'stop';

export async function showTyping(chatId: string, state: ShownState): Promise<void> {
  await window.WWebJS!.sendChatstate(state, chatId);
}
