import { perform, type Act, type ActVerdict } from './acts.js';
import { type AddressBook } from '../groups/address-book.js';
import { letterOf, type DeliveryParts } from './delivery.js';
import { type Device } from '../login/devices.js';
import { type Faults } from '../faults/faults.js';
import { type Files } from '../media/files.js';
import { type GroupView } from '../groups/group-words.js';
import { membersOf } from '../groups/groups.js';
import { type Letter } from './letters.js';
import { isGroup, type SentContent } from './message-words.js';
import { type Pages } from '../session/pages.js';
import { type MessageKey } from '../session/wire.js';

export interface PostOfficeParts extends Omit<DeliveryParts, 'letters' | 'mailbox'> {
  readonly pages: Pages;
  readonly faults: Faults;
  readonly files: Files;
  readonly book: AddressBook;
  readonly now: () => Date;
}

/** Where pages hand in what they send. */
export type Counter = PostOfficeParts & DeliveryParts;

export interface Outgoing {
  readonly id: string;
  /** A chat id, `491700000001@c.us` */
  readonly to: string;
  readonly content: SentContent;
  /** Unix time, seconds */
  readonly t: number;
}

export type SendAnswer = { readonly ok: true; readonly ack: number } | { readonly ok: false; readonly why: 'refused' };

/** What the servers make of a message, before anybody gets it. A refused or a lost one has no letter. */
export function takeIn(
  device: Device,
  { id, to, content, t }: Outgoing,
  parts: Counter,
): { letter: Letter | null; answer: SendAnswer | undefined } {
  const { faults, journal, files } = parts;
  const who = { device: device.id, number: device.number };
  const address = addressOf(to);
  const file = content.media === undefined ? undefined : files.get(content.media.path);
  const measured = file === undefined ? {} : { sha256: file.sha256, bytes: file.bytes };
  const note = { ...who, messageId: id, to: address, text: content.text, content, ...measured };
  const refuse = (detail?: string) => {
    journal.write({ kind: 'message.refused', ...note, ...(detail === undefined ? {} : { detail }) });
    return { letter: null, answer: { ok: false, why: 'refused' } as const };
  };
  if (faults.strike('refuse_sends', who) !== undefined) return refuse();
  if (content.media !== undefined && file === undefined) return refuse('its file is not on the media server');
  if (isGroup(address) && !isMember(device.number, parts.groups.get(address))) return refuse('not a member');
  const unanswered = faults.strike('unanswered_sends', who);
  if (unanswered?.taken === false) {
    journal.write({ kind: 'message.unanswered', ...note });
    return { letter: null, answer: undefined };
  }
  const silent = unanswered !== undefined;
  journal.write({ kind: 'message.accepted', ...note, ...(silent ? { detail: 'unanswered' } : {}) });
  const letter = letterOf({ id, from: device.number, to: address, content, t, writtenOn: device.id, silent }, parts);
  return { letter, answer: silent ? undefined : { ok: true, ack: 1 } };
}

/** The faults of sends hold for what is done to messages, too. */
export function takeAct(act: Act, letter: Letter | undefined, parts: Counter): ActVerdict | undefined {
  const who = { device: act.device?.id, number: act.by };
  if (parts.faults.strike('refuse_sends', who) !== undefined) {
    const note = { ...who, messageId: letter?.id, to: letter?.to, text: act.text };
    parts.journal.write({ kind: 'act.refused', ...note, detail: `${act.kind}: refuse_sends` });
    return { ok: false, why: 'refused' };
  }
  const unanswered = parts.faults.strike('unanswered_sends', who);
  if (unanswered?.taken === false) {
    parts.journal.write({
      kind: 'message.unanswered',
      ...who,
      messageId: letter?.id,
      text: act.text,
      detail: act.kind,
    });
    return undefined;
  }
  const verdict = perform(act, letter, parts);
  return unanswered === undefined ? verdict : undefined;
}

/** False when the chat can't be written to (the fault `bad_chat`). */
export function mayWrite(device: Device, id: string, to: string, { faults, journal }: Counter): boolean {
  const [who, chat] = [{ device: device.id, number: device.number }, addressOf(to)];
  const bad = faults.strike('bad_chat', who, (fault) => fault.chat === undefined || fault.chat === chat);
  if (bad !== undefined) journal.write({ kind: 'message.rejected', ...who, messageId: id, to: chat });
  return bad === undefined;
}

export function letterOfKey(
  number: string,
  { fromMe, chat, id, participant }: MessageKey,
  { letters }: Counter,
): Letter | undefined {
  const other = addressOf(chat);
  if (fromMe) return letters.get(number, other, id);
  if (isGroup(other)) return letters.get(addressOf(participant ?? ''), other, id);
  return letters.get(other, number, id);
}

export function isMember(number: string, group: GroupView | undefined): boolean {
  return group !== undefined && membersOf(group).includes(number);
}

/** Digits of a person, the whole id of a group. */
export function addressOf(chat: string): string {
  return isGroup(chat) ? chat : (chat.split('@')[0] ?? chat);
}
