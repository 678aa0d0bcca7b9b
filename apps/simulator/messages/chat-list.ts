import { addressOf, isMember, type Counter } from './counter.js';
import { type Device } from '../login/devices.js';
import { advance } from './delivery.js';
import { chatKey, onWire, type Letter } from './letters.js';
import { isGroup, type MessageOnWire } from './message-words.js';
import { type ChatOnWire } from '../session/wire.js';

/** Fewer than a test writes into a chat, so that reading one back takes more than one page. */
export const HISTORY_PAGE = 20;

/** A page of a chat before a message, oldest first. */
export function historyOf(
  number: string,
  chat: string,
  before: { readonly id: string; readonly t: number } | null,
  parts: Counter,
): readonly MessageOnWire[] {
  const all = visibleTo(number, addressOf(chat), parts);
  const at = before === null ? all.length : all.findIndex(({ id }) => id === before.id);
  const earlier = at >= 0 ? all.slice(0, at) : all.filter(({ t }) => t < (before?.t ?? 0));
  return earlier.slice(-HISTORY_PAGE).map(onWire);
}

/** All that was written in a chat has been read on this device. */
export function see(device: Device, chat: string, parts: Counter): void {
  const unread = visibleTo(device.number, chat, parts).filter(
    ({ from, read }) => from !== device.number && !read.has(device.number),
  );
  parts.journal.write({
    kind: 'chat.seen',
    device: device.id,
    number: device.number,
    to: chat,
    detail: `${unread.length}`,
  });
  for (const letter of unread) {
    // One that the device never confirmed is not read either: it may be on its way still.
    if (letter.delivered.has(device.number)) advance(letter, device.number, 3, parts);
  }
}

/** The chats of the device's owner, without what still waits for the device. */
export function listChats(device: Device, parts: Counter): readonly ChatOnWire[] {
  const { letters, mailbox, groups, book } = parts;
  const { number } = device;
  const waiting = new Set(
    mailbox.waitingFor(device.id).flatMap((one) => (one.type === 'message' ? [one.message.id] : [])),
  );
  const chats = new Set([...letters.chatsOf(number), ...groups.ofNumber(number).map(({ id }) => id)]);
  return [...chats].flatMap((chat) => {
    const there = visibleTo(number, chat, parts).filter(({ id }) => !waiting.has(id));
    const last = there.at(-1);
    const group = isGroup(chat) ? groups.get(chat) : undefined;
    if (last === undefined && !isMember(number, group)) return [];
    const unread = there.filter(({ from, read }) => from !== number && !read.has(number)).length;
    const marks = book.marksOf(number, chat);
    return [{ chat, last: last === undefined ? null : onWire(last), unread, marks, group: group ?? null }];
  });
}

/** Of a group only what was sent while the number was in it. */
function visibleTo(number: string, chat: string, { letters }: Counter): readonly Letter[] {
  const all = letters.inChat(chatKey(number, chat));
  return isGroup(chat) ? all.filter(({ from, recipients }) => from === number || recipients.includes(number)) : all;
}
