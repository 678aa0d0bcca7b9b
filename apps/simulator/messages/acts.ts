import { type DeliveryParts } from './delivery.js';
import { type Device } from '../login/devices.js';
import { type Letter } from './letters.js';
import { isGroup, type ActKind, type ActOnWire } from './message-words.js';
import { type JournalKind } from '../control/control-words.js';

/** WhatsApp lets a text be changed for 15 minutes, and a message be deleted for everyone for two days and a half. */
export const EDIT_MS_MAX = 15 * 60_000;
export const REVOKE_MS_MAX = 60 * 3_600_000;

/** Somebody wants to do something to a message. */
export interface Act {
  readonly kind: ActKind;
  /** Of the deed itself. */
  readonly id: string;
  readonly by: string;
  /** Null for one done on a phone. */
  readonly device: Device | null;
  readonly atMs: number;
  /** The emoji, or the new text. */
  readonly text: string;
  readonly options: readonly string[];
}

export type ActVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly why:
        | 'message_unknown'
        | 'not_in_the_chat'
        | 'not_the_writer'
        | 'too_late'
        | 'revoked'
        | 'no_such_thing'
        | 'refused';
    };

const kinds: Readonly<Record<ActKind, JournalKind>> = {
  reaction: 'message.reacted',
  edit: 'message.edited',
  revoke: 'message.revoked',
  vote: 'message.voted',
};

/** Does it, and tells all devices of the chat but the one that did it. May be repeated: then it changes nothing, and is told again. */
export function perform(act: Act, letter: Letter | undefined, parts: DeliveryParts): ActVerdict {
  const verdict = judge(act, letter, parts);
  const note = {
    number: act.by,
    messageId: letter?.id,
    to: letter?.to,
    from: letter?.from,
    text: act.text,
    ...(act.device === null ? {} : { device: act.device.id }),
    ...(act.kind === 'vote' ? { detail: JSON.stringify(act.options) } : {}),
  };
  if (!verdict.ok || letter === undefined) {
    if (!verdict.ok) parts.journal.write({ kind: 'act.refused', ...note, detail: `${act.kind}: ${verdict.why}` });
    return verdict;
  }
  apply(act, letter);
  parts.journal.write({ kind: kinds[act.kind], ...note });
  tell(act, letter, parts);
  return verdict;
}

function judge(act: Act, letter: Letter | undefined, { groups }: DeliveryParts): ActVerdict {
  if (letter === undefined) return { ok: false, why: 'message_unknown' };
  if (act.by !== letter.from && !letter.recipients.includes(act.by)) return { ok: false, why: 'not_in_the_chat' };
  if (letter.revoked !== null) return act.kind === 'revoke' ? { ok: true } : { ok: false, why: 'revoked' };
  if (act.kind === 'reaction') return { ok: true };
  const { type } = letter.content;
  if (act.kind === 'vote') return type === 'poll_creation' ? { ok: true } : { ok: false, why: 'no_such_thing' };
  if (act.kind === 'edit' && !editable.includes(type)) return { ok: false, why: 'no_such_thing' };
  const group = isGroup(letter.to) ? groups.get(letter.to) : undefined;
  const isAdmin = group?.members.some(({ number, role }) => number === act.by && role !== 'member') ?? false;
  if (act.by !== letter.from && !(act.kind === 'revoke' && isAdmin)) return { ok: false, why: 'not_the_writer' };
  const limitMs = act.kind === 'edit' ? EDIT_MS_MAX : REVOKE_MS_MAX;
  return act.atMs - letter.t * 1_000 > limitMs ? { ok: false, why: 'too_late' } : { ok: true };
}

const editable: readonly string[] = ['chat', 'image', 'video', 'document'];

function apply({ kind, by, id, atMs, text }: Act, letter: Letter): void {
  if (kind === 'reaction' && text === '') letter.reactions.delete(by);
  else if (kind === 'reaction') letter.reactions.set(by, { emoji: text, atMs });
  else if (kind === 'edit') {
    letter.content = { ...letter.content, text };
    letter.editedAtMs = atMs;
  } else if (kind === 'revoke') letter.revoked ??= { by, id, atMs };
}

function tell(act: Act, letter: Letter, { devices, mailbox }: DeliveryParts): void {
  const { kind, id, by, atMs, text, options } = act;
  const target = { id: letter.id, from: letter.from, to: letter.to };
  const onWire: ActOnWire = { kind, id, by, atMs, target, text, options };
  for (const number of new Set([letter.from, ...letter.recipients])) {
    for (const device of devices.ofNumber(number)) {
      if (device.id !== act.device?.id) mailbox.tell(device.id, { type: 'acted', act: onWire });
    }
  }
}
