import { randomBytes } from 'node:crypto';
import { type Device, type Devices } from './devices.js';
import { type Faults } from './faults.js';
import { type Journal } from './journal.js';
import { type Pages } from './pages.js';
import { type Phones } from './phones.js';
import { type Settings } from './settings.js';
import { type Timers } from './timers.js';
import { type FrameToPage, type MessageOnWire } from './wire.js';

/** A message on its way; `ack` is 1 at the server, 2 on the recipient's device, 3 read, as WhatsApp counts. */
interface Letter extends MessageOnWire {
  ack: number;
  /** The device that wrote it; null for one written on a phone. */
  readonly writtenOn: string | null;
  /** Its sender hears nothing of it (the fault `unanswered_sends`). */
  silent: boolean;
}

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

/** Some 20 MB; the oldest are forgotten first, as a phone would rather not. */
export const LETTERS_MAX = 50_000;
/** For one device that is away. */
export const WAITING_FRAMES_MAX = 10_000;

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

export function createPostOffice(parts: PostOfficeParts): PostOffice {
  const { journal, devices, pages, phones, timers, settings } = parts;
  const letters = new Map<string, Letter>();
  const waiting = new Map<string, FrameToPage[]>();

  function tell(device: string, frame: FrameToPage): void {
    const open = pages.ofDevice(device);
    for (const page of open) page.tell(frame);
    if (open.length > 0) return;
    const frames = waiting.get(device) ?? [];
    frames.push(frame);
    if (frames.length > WAITING_FRAMES_MAX) frames.shift();
    waiting.set(device, frames);
  }

  function keep(letter: Letter): void {
    letters.set(keyOf(letter.from, letter.to, letter.id), letter);
    const oldest = letters.size > LETTERS_MAX ? letters.keys().next().value : undefined;
    if (oldest !== undefined) letters.delete(oldest);
  }

  function acknowledge(letter: Letter, ack: number): void {
    letter.ack = ack < 0 ? ack : Math.max(letter.ack, ack);
    if (letter.writtenOn === null || letter.silent) return;
    journal.write({ kind: 'message.ack', device: letter.writtenOn, messageId: letter.id, to: letter.to, ack });
    tell(letter.writtenOn, { type: 'ack', id: letter.id, to: letter.to, ack });
  }

  /** To the recipient's linked devices when there are some, to its virtual phone otherwise. */
  function deliver(letter: Letter): void {
    const targets = devices.ofNumber(letter.to).filter((device) => device.id !== letter.writtenOn);
    for (const device of targets) {
      journal.write({
        kind: 'message.incoming',
        device: device.id,
        number: letter.to,
        messageId: letter.id,
        from: letter.from,
        text: letter.text,
      });
      tell(device.id, { type: 'message', message: onWire(letter) });
    }
    if (targets.length > 0 || !phones.get(letter.to).registered) return;
    phones.receive(onWire(letter));
    // At least 1 ms, so that the server's own answer is always told first.
    timers.after(1 + settings.answerMs, () => acknowledge(letter, 2));
    if (phones.get(letter.to).readsAtOnce) timers.after(2 + settings.answerMs * 2, () => acknowledge(letter, 3));
  }

  return {
    send(device, order) {
      const verdict = takeIn(device, order, parts);
      if (verdict.letter === null) return verdict.answer;
      keep(verdict.letter);
      deliver(verdict.letter);
      return verdict.answer;
    },
    sendIn(from, to, text, id = `3A${randomBytes(9).toString('hex').toUpperCase()}`) {
      const t = Math.floor(parts.now().getTime() / 1_000);
      const letter: Letter = { id, from, to, text, t, ack: 1, writtenOn: null, silent: false };
      keep(letter);
      deliver(letter);
      return onWire(letter);
    },
    received(device, id, from) {
      journal.write({ kind: 'message.delivered', device: device.id, number: device.number, messageId: id, from });
      const letter = letters.get(keyOf(from, device.number, id));
      if (letter !== undefined && letter.ack < 2) acknowledge(letter, 2);
    },
    seen(device, chat) {
      const from = numberOf(chat);
      for (const letter of letters.values()) {
        if (letter.from === from && letter.to === device.number && letter.ack === 2) acknowledge(letter, 3);
      }
    },
    moveAck(id, ack) {
      const bare = id.split('_')[2] ?? id;
      const found = [...letters.values()].filter((letter) => letter.id === bare && letter.writtenOn !== null);
      for (const letter of found) {
        letter.silent = false;
        acknowledge(letter, ack);
      }
      return found.length > 0;
    },
    lookup: (number, keys) =>
      keys.flatMap(({ fromMe, chat, id }) => {
        const other = numberOf(chat);
        const letter = letters.get(fromMe ? keyOf(number, other, id) : keyOf(other, number, id));
        return letter === undefined ? [] : [onWire(letter)];
      }),
    flush(device) {
      const frames = waiting.get(device.id) ?? [];
      waiting.delete(device.id);
      for (const frame of frames) tell(device.id, frame);
    },
    clear() {
      letters.clear();
      waiting.clear();
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

function keyOf(from: string, to: string, id: string): string {
  return `${from}>${to}:${id}`;
}

function numberOf(chat: string): string {
  return chat.split('@')[0] ?? chat;
}

function onWire({ id, from, to, text, t, ack }: Letter): MessageOnWire {
  return { id, from, to, text, t, ack };
}
