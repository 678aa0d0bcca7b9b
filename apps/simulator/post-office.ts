import { randomBytes } from 'node:crypto';
import { type Device, type Devices } from './devices.js';
import { type Faults } from './faults.js';
import { type Journal } from './journal.js';
import { createLetters, onWire, type Letter, type Letters } from './letters.js';
import { createMailbox, type Mailbox } from './mailbox.js';
import { type Pages } from './pages.js';
import { type Phones } from './phones.js';
import { type Settings } from './settings.js';
import { type Timers } from './timers.js';
import { type MessageOnWire } from './wire.js';

export interface Outgoing {
  readonly id: string;
  /** A chat id, `491700000001@c.us` */
  readonly to: string;
  readonly text: string;
  /** Unix time, seconds */
  readonly t: number;
}

export type SendAnswer = { readonly ok: true; readonly ack: number } | { readonly ok: false; readonly why: 'refused' };

export interface PostOffice {
  /** Undefined: no answer is given, ever. Nothing is de-duplicated: the same id twice is taken twice. */
  send(device: Device, order: Outgoing): SendAnswer | undefined;
  /** False when the chat can't be written to (the fault `bad_chat`): the message never comes to be. */
  mayWrite(device: Device, id: string, to: string): boolean;
  /** A message written on a phone. */
  sendIn(from: string, to: string, text: string, id?: string): MessageOnWire;
  /** A device has the message. */
  received(device: Device, id: string, from: string): void;
  /** All that `chat` wrote to this device's number has been read. */
  seen(device: Device, chat: string): void;
  /** Tells the sender of `id` an acknowledgement; false when there is no such message. */
  moveAck(id: string, ack: number): boolean;
  /** What was really sent or received by this number, by the keys the page knows. */
  lookup(number: string, keys: readonly { fromMe: boolean; chat: string; id: string }[]): readonly MessageOnWire[];
  /** Hands over what came while the device was away. */
  flush(device: Device): void;
  clear(): void;
}

export interface PostOfficeParts {
  readonly settings: Settings;
  readonly timers: Timers;
  readonly journal: Journal;
  readonly devices: Devices;
  readonly pages: Pages;
  readonly phones: Phones;
  readonly faults: Faults;
  readonly now: () => Date;
}

interface Counter extends PostOfficeParts {
  readonly letters: Letters;
  readonly mailbox: Mailbox;
}

export function createPostOffice(parts: PostOfficeParts): PostOffice {
  const letters = createLetters();
  const mailbox = createMailbox(parts.pages);
  const counter: Counter = { ...parts, letters, mailbox };
  return {
    send(device, order) {
      const { letter, answer } = takeIn(device, order, parts);
      if (letter !== null) deliver(letter, counter);
      return answer;
    },
    mayWrite(device, id, to) {
      const [who, chat] = [{ device: device.id, number: device.number }, numberOf(to)];
      const bad = parts.faults.strike('bad_chat', who, (fault) => fault.chat === undefined || fault.chat === chat);
      if (bad !== undefined) parts.journal.write({ kind: 'message.rejected', ...who, messageId: id, to: chat });
      return bad === undefined;
    },
    sendIn(from, to, text, id = `3A${randomBytes(9).toString('hex').toUpperCase()}`) {
      const t = Math.floor(parts.now().getTime() / 1_000);
      const letter: Letter = { id, from, to, text, t, ack: 1, writtenOn: null, silent: false };
      deliver(letter, counter);
      return onWire(letter);
    },
    received(device, id, from) {
      const note = { device: device.id, number: device.number, messageId: id, from };
      parts.journal.write({ kind: 'message.delivered', ...note });
      const letter = letters.get(from, device.number, id);
      if (letter !== undefined && letter.ack < 2) acknowledge(letter, 2, counter);
    },
    seen(device, chat) {
      for (const letter of letters.between(numberOf(chat), device.number)) {
        if (letter.ack === 2) acknowledge(letter, 3, counter);
      }
    },
    moveAck(id, ack) {
      const found = letters.sentAs(id.split('_')[2] ?? id);
      for (const letter of found) {
        letter.silent = false;
        acknowledge(letter, ack, counter);
      }
      return found.length > 0;
    },
    lookup: (number, keys) =>
      keys.flatMap(({ fromMe, chat, id }) => {
        const other = numberOf(chat);
        const letter = fromMe ? letters.get(number, other, id) : letters.get(other, number, id);
        return letter === undefined ? [] : [onWire(letter)];
      }),
    flush: (device) => mailbox.flush(device.id),
    clear() {
      letters.clear();
      mailbox.clear();
    },
  };
}

/** What the servers make of a message, before anybody gets it. A refused or a lost one has no letter. */
function takeIn(
  device: Device,
  { id, to, text, t }: Outgoing,
  { faults, journal }: PostOfficeParts,
): { letter: Letter | null; answer: SendAnswer | undefined } {
  const who = { device: device.id, number: device.number };
  const note = { ...who, messageId: id, to: numberOf(to), text };
  if (faults.strike('refuse_sends', who) !== undefined) {
    journal.write({ kind: 'message.refused', ...note });
    return { letter: null, answer: { ok: false, why: 'refused' } };
  }
  const unanswered = faults.strike('unanswered_sends', who);
  if (unanswered?.taken === false) {
    journal.write({ kind: 'message.unanswered', ...note });
    return { letter: null, answer: undefined };
  }
  const silent = unanswered !== undefined;
  journal.write({ kind: 'message.accepted', ...note, ...(silent ? { detail: 'unanswered' } : {}) });
  const letter: Letter = { id, from: device.number, to: numberOf(to), text, t, ack: 1, writtenOn: device.id, silent };
  return { letter, answer: silent ? undefined : { ok: true, ack: 1 } };
}

/** To the recipient's linked devices when there are some, to its virtual phone otherwise. */
function deliver(letter: Letter, counter: Counter): void {
  const { devices, journal, mailbox, phones, settings, timers } = counter;
  counter.letters.keep(letter);
  const targets = devices.ofNumber(letter.to).filter((device) => device.id !== letter.writtenOn);
  const note = { number: letter.to, messageId: letter.id, from: letter.from, text: letter.text };
  for (const { id } of targets) {
    journal.write({ kind: 'message.incoming', device: id, ...note });
    mailbox.tell(id, { type: 'message', message: onWire(letter) });
  }
  const phone = phones.get(letter.to);
  if (targets.length > 0 || !phone.registered) return;
  phones.receive(onWire(letter));
  // At least 1 ms, so that the server's own answer is always told first.
  timers.after(1 + settings.answerMs, () => acknowledge(letter, 2, counter));
  if (phone.readsAtOnce) timers.after(2 + settings.answerMs * 2, () => acknowledge(letter, 3, counter));
}

function acknowledge(letter: Letter, ack: number, { journal, mailbox }: Counter): void {
  letter.ack = ack < 0 ? ack : Math.max(letter.ack, ack);
  if (letter.writtenOn === null || letter.silent) return;
  journal.write({ kind: 'message.ack', device: letter.writtenOn, messageId: letter.id, to: letter.to, ack });
  mailbox.tell(letter.writtenOn, { type: 'ack', id: letter.id, to: letter.to, ack });
}

function numberOf(chat: string): string {
  return chat.split('@')[0] ?? chat;
}
