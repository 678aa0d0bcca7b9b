import { type Devices } from '../login/devices.js';
import { membersOf, type Groups } from '../groups/groups.js';
import { type Journal } from '../journal.js';
import { messageView, onWire, type Letter, type Letters } from './letters.js';
import { type Mailbox } from './mailbox.js';
import { isGroup } from './message-words.js';
import { type Phones } from '../phones/phones.js';
import { type Settings } from '../settings.js';
import { type Timers } from '../timers.js';

/** How a message travels from the servers to everybody who is to have it, and how its sender hears of that. */
export interface DeliveryParts {
  readonly settings: Settings;
  readonly timers: Timers;
  readonly journal: Journal;
  readonly devices: Devices;
  readonly phones: Phones;
  readonly groups: Groups;
  readonly letters: Letters;
  readonly mailbox: Mailbox;
}

export type Draft = Pick<Letter, 'id' | 'from' | 'to' | 't' | 'content' | 'writtenOn'> & { readonly silent?: boolean };

export function letterOf(
  draft: Draft,
  { phones, devices, groups }: Pick<DeliveryParts, 'phones' | 'devices' | 'groups'>,
): Letter {
  const group = isGroup(draft.to) ? groups.get(draft.to) : undefined;
  const others = group === undefined ? [] : membersOf(group).filter((number) => number !== draft.from);
  return {
    silent: false,
    ...draft,
    ack: 1,
    pushname: pushnameOf(draft.from, { phones, devices }),
    recipients: isGroup(draft.to) ? others : [draft.to],
    delivered: new Set(),
    read: new Set(),
    reactions: new Map(),
    editedAtMs: null,
    revoked: null,
  };
}

/** How a person calls themself. */
export function pushnameOf(number: string, { phones, devices }: Pick<DeliveryParts, 'phones' | 'devices'>): string {
  return devices.ofNumber(number)[0]?.pushname ?? phones.get(number).pushname;
}

/** To each recipient's linked devices when there are some, to their virtual phone otherwise; and to the writer's own devices. */
export function deliver(letter: Letter, parts: DeliveryParts): void {
  const { devices, mailbox, letters } = parts;
  letters.keep(letter);
  for (const number of letter.recipients) {
    const targets = devices.ofNumber(number).filter((device) => device.id !== letter.writtenOn);
    for (const device of targets) handOver(letter, device.id, number, parts);
    if (targets.length === 0) ringPhone(letter, number, parts);
  }
  if (letter.writtenOn !== null || letter.recipients.includes(letter.from)) return;
  for (const device of devices.ofNumber(letter.from))
    mailbox.tell(device.id, { type: 'message', message: onWire(letter) });
}

/** A recipient has the message (2), or has read it (3); the sender is told when that holds for all. */
export function advance(letter: Letter, number: string, level: 2 | 3, parts: DeliveryParts): void {
  letter.delivered.add(number);
  if (level === 3) letter.read.add(number);
  const all = (those: ReadonlySet<string>): boolean => letter.recipients.every((one) => those.has(one));
  const reached = all(letter.read) ? 3 : all(letter.delivered) ? 2 : 1;
  if (reached > letter.ack) acknowledge(letter, reached, parts);
}

export function acknowledge(letter: Letter, ack: number, { journal, mailbox, devices }: DeliveryParts): void {
  letter.ack = ack < 0 ? ack : Math.max(letter.ack, ack);
  if (letter.silent) return;
  const told = letter.writtenOn === null ? devices.ofNumber(letter.from).map(({ id }) => id) : [letter.writtenOn];
  for (const device of told) {
    journal.write({ kind: 'message.ack', device, messageId: letter.id, to: letter.to, ack });
    mailbox.tell(device, { type: 'ack', id: letter.id, to: letter.to, ack });
  }
}

function handOver(letter: Letter, device: string, number: string, { journal, mailbox }: DeliveryParts): void {
  const { id, from, content } = letter;
  journal.write({ kind: 'message.incoming', device, number, messageId: id, from, text: content.text, content });
  mailbox.tell(device, { type: 'message', message: onWire(letter) });
}

function ringPhone(letter: Letter, number: string, parts: DeliveryParts): void {
  const { phones, timers, settings } = parts;
  const phone = phones.get(number);
  if (!phone.registered) return;
  phones.receive(number, messageView(letter));
  // At least 1 ms, so that the server's own answer is always told first.
  timers.after(1 + settings.answerMs, () => advance(letter, number, 2, parts));
  if (phone.readsAtOnce) timers.after(2 + settings.answerMs * 2, () => advance(letter, number, 3, parts));
}
