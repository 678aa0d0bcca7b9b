import { randomBytes } from 'node:crypto';
import { perform, type Act, type ActVerdict } from './acts.js';
import { historyOf, listChats, see } from './chat-list.js';
import { type MessageView } from '../control/control-words.js';
import {
  addressOf,
  letterOfKey,
  mayWrite,
  takeAct,
  takeIn,
  type Counter,
  type Outgoing,
  type PostOfficeParts,
  type SendAnswer,
} from './counter.js';
import { acknowledge, advance, deliver, letterOf, pushnameOf } from './delivery.js';
import { type Device } from '../login/devices.js';
import { type GroupNews } from '../groups/groups.js';
import { createLetters, messageView, onWire, type Letter } from './letters.js';
import { createMailbox } from './mailbox.js';
import { isGroup, type MessageContent, type MessageOnWire } from './message-words.js';
import { type Estate, type FrameToPage, type MessageKey } from '../session/wire.js';

/** A message written on a phone. */
export interface Posted {
  readonly from: string;
  readonly to: string;
  readonly content: MessageContent;
  readonly id?: string | undefined;
  readonly ageS?: number;
}

export interface PostOffice {
  /** Undefined: no answer is given, ever. Nothing is de-duplicated: the same id twice is taken twice. */
  send(device: Device, order: Outgoing): SendAnswer | undefined;
  /** False when the chat can't be written to (the fault `bad_chat`): the message never comes to be. */
  mayWrite(device: Device, id: string, to: string): boolean;
  /** Undefined, as in `send`. */
  act(act: Act, key: MessageKey): ActVerdict | undefined;
  sendIn(message: Posted): MessageView;
  /** Those who know a message by this id, as the library gives it or its last part. */
  find(id: string): readonly Letter[];
  actIn(act: Act, letter: Letter): ActVerdict;
  /** Says in a group what happened to it, and hands its present shape to all devices of the audience. */
  announce(by: string, news: GroupNews): void;
  /** A device has the message. */
  received(device: Device, id: string, from: string, to: string): void;
  /** All that was written in `chat` to this device's number has been read. */
  seen(device: Device, chat: string): void;
  /** Tells the sender of `id` an acknowledgement; false when there is no such message. */
  moveAck(id: string, ack: number): boolean;
  /** What was really sent or received by this number, by the keys the page knows. */
  lookup(number: string, keys: readonly MessageKey[]): readonly MessageOnWire[];
  /** A page of a chat before a message, oldest first. */
  history(number: string, chat: string, before: { id: string; t: number } | null): readonly MessageOnWire[];
  /** What a page finds when it comes in, without what still waits for its device. */
  estateOf(device: Device): Estate;
  profile(number: string): { readonly pushname: string; readonly registered: boolean };
  /** To all devices of a number. */
  tellOwner(number: string, frame: FrameToPage): void;
  /** A page has made use of what was said to it under this number. */
  confirm(device: Device, n: number): void;
  /** Hands over what came while the device was away, and what was lost with its line. */
  flush(device: Device): void;
  clear(): void;
}

export function createPostOffice(parts: PostOfficeParts): PostOffice {
  const letters = createLetters();
  const mailbox = createMailbox(parts.pages);
  const counter: Counter = { ...parts, letters, mailbox };
  const seconds = (): number => Math.floor(parts.now().getTime() / 1_000);
  const post = (posted: Posted): Letter => {
    const { id = newId(), ageS = 0, from, to, content } = posted;
    const letter = letterOf({ id, from, to, content, t: seconds() - ageS, writtenOn: null }, parts);
    deliver(letter, counter);
    return letter;
  };
  return {
    send(device, order) {
      const { letter, answer } = takeIn(device, order, counter);
      if (letter !== null) deliver(letter, counter);
      return answer;
    },
    mayWrite: (device, id, to) => mayWrite(device, id, to, counter),
    act: (act, key) => takeAct(act, letterOfKey(act.by, key, counter), counter),
    sendIn: (message) => messageView(post(message)),
    find: (id) => letters.withId(id.split('_')[2] ?? id),
    actIn: (act, letter) => perform(act, letter, counter),
    announce(by, { group, notice, text, audience }) {
      for (const number of audience) tellAll(number, { type: 'group', group }, counter);
      parts.journal.write({ kind: 'group.changed', number: by, to: group.id, text, detail: JSON.stringify(notice) });
      const content: MessageContent = { type: 'gp2', text, notice };
      const letter = letterOf({ id: newId(), from: by, to: group.id, content, t: seconds(), writtenOn: null }, parts);
      deliver({ ...letter, recipients: audience.filter((number) => number !== by) }, counter);
    },
    received: (device, id, from, to) => takeReceipt(device, { id, from, to }, counter),
    seen: (device, chat) => see(device, addressOf(chat), counter),
    moveAck(id, ack) {
      const found = letters.withId(id.split('_')[2] ?? id).filter(({ writtenOn }) => writtenOn !== null);
      for (const letter of found) {
        letter.silent = false;
        acknowledge(letter, ack, counter);
      }
      return found.length > 0;
    },
    lookup: (number, keys) =>
      keys.flatMap((key) => {
        const letter = letterOfKey(number, key, counter);
        return letter === undefined ? [] : [onWire(letter)];
      }),
    history: (number, chat, before) => historyOf(number, chat, before, counter),
    estateOf: (device) => ({ chats: listChats(device, counter), names: parts.book.namesOf(device.number) }),
    profile: (number) => ({ pushname: pushnameOf(number, parts), registered: parts.phones.get(number).registered }),
    tellOwner: (number, frame) => tellAll(number, frame, counter),
    confirm: (device, n) => mailbox.confirm(device.id, n),
    flush: (device) => mailbox.flush(device.id),
    clear() {
      letters.clear();
      mailbox.clear();
    },
  };
}

function takeReceipt(
  device: Device,
  { id, from, to }: { id: string; from: string; to: string },
  counter: Counter,
): void {
  if (from === device.number) return; // a copy of what its owner wrote on the phone
  counter.journal.write({ kind: 'message.delivered', device: device.id, number: device.number, messageId: id, from });
  const letter = counter.letters.get(from, isGroup(to) ? to : device.number, id);
  if (letter !== undefined) advance(letter, device.number, 2, counter);
}

function tellAll(number: string, frame: FrameToPage, { devices, mailbox }: Counter): void {
  for (const { id } of devices.ofNumber(number)) mailbox.tell(id, frame);
}

/** As phones make them. */
export function newId(): string {
  return `3A${randomBytes(9).toString('hex').toUpperCase()}`;
}
