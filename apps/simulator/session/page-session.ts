import { type AddressBook } from '../groups/address-book.js';
import { addressOf } from '../messages/counter.js';
import { noteDone } from '../faults/deeds.js';
import { type Device } from '../login/devices.js';
import { type Files } from '../media/files.js';
import { type Faults } from '../faults/faults.js';
import { unlessForced } from '../faults/forced-state.js';
import { type Groups } from '../groups/groups.js';
import { type Network } from '../site/network.js';
import { whoIs, type Page } from './pages.js';
import { syncPlan, type Pairing, type PairingParts } from '../login/pairing.js';
import { type FrameFromPage } from './wire.js';

export interface SessionParts extends PairingParts {
  readonly groups: Groups;
  readonly files: Files;
  readonly book: AddressBook;
  readonly now: () => Date;
  readonly pairing: Pairing;
  readonly network: Network;
}

/** One frame of a page, from its greeting to its logout. Frames that need a login are dropped without one, as a server would. */
export function hear(page: Page, frame: FrameFromPage, parts: SessionParts): void {
  switch (frame.type) {
    case 'hello':
      return greet(page, frame, parts);
    case 'state':
      page.state = frame.state;
      page.hasSynced = frame.hasSynced;
      return;
    case 'gap':
      return noteGap(page, frame.module, parts);
    case 'deed-done':
      return noteDone(page, frame.deed, frame.detail, parts.journal);
    case 'refresh-qr':
      return page.device === null ? parts.pairing.rotate(page) : undefined;
    case 'code':
      return page.tell({ type: 'reply', rid: frame.rid, answer: parts.pairing.giveCode(page, frame.phone) });
    default:
      if (page.device !== null) hearDevice(page, page.device, frame, parts);
  }
}

type DeviceFrame = Exclude<FrameFromPage, { type: 'hello' | 'state' | 'gap' | 'deed-done' | 'refresh-qr' | 'code' }>;

function hearDevice(page: Page, device: Device, frame: DeviceFrame, parts: SessionParts): void {
  switch (frame.type) {
    case 'send':
    case 'act':
      return takeIn(page, device, frame, parts);
    case 'lookup':
    case 'history':
    case 'group':
    case 'profile':
    case 'exists':
      if (frame.type === 'history' && isKeptBack(page, frame.chat, parts.faults)) return;
      return page.tell({ type: 'reply', rid: frame.rid, answer: answerOf(device, frame, parts) });
    case 'preview':
      return lookAtLink(page, frame, parts);
    case 'may-write':
      return letWrite(page, device, frame, parts);
    case 'received':
      return parts.post.received(device, frame.id, frame.from, frame.to);
    case 'got':
      return parts.post.confirm(device, frame.n);
    case 'seen':
      return parts.post.seen(device, frame.chat);
    case 'chat-state':
      return noteChatState(device, frame, parts);
    case 'mark':
      return markChat(device, frame, parts);
    case 'logout': {
      const navigates = parts.faults.strike('logout_navigates', whoIs(page)) !== undefined;
      unlink(device, 'self', parts);
      return page.tell({ type: 'reply', rid: frame.rid, answer: { navigates } });
    }
  }
}

/** Ends a login on the servers' side; the page is told by whoever calls this, each in its own way. */
export function unlink(device: Device, why: 'self' | 'phone' | 'expired' | 'revoked', parts: SessionParts): void {
  if (parts.devices.unlink(device.id, why) === undefined) return;
  parts.journal.write({ kind: 'device.unlinked', device: device.id, number: device.number, detail: why });
}

function greet(page: Page, { login, keys }: Frame<'hello'>, parts: SessionParts): void {
  page.keys = keys;
  const known = login === null ? undefined : parts.devices.get(login.device);
  page.visitor = { device: known?.id, number: known?.number };
  parts.timers.after(parts.faults.slowBy('login', page.visitor), () => {
    if (!parts.pages.isOpen(page)) return;
    const forced = unlessForced(page, parts.faults, () => {
      parts.pairing.end(page);
      if (login === null) return parts.pairing.begin(page);
      if (known !== undefined) endLogin(known, parts);
      admit(page, login, parts);
    });
    // Whoever shows a QR by force needs one to show.
    if (forced === 'UNPAIRED' || forced === 'UNPAIRED_IDLE') parts.pairing.begin(page);
  });
}

/** The faults that end a login for good, at the moment it is used. */
function endLogin(device: Device, parts: SessionParts): void {
  for (const why of ['expired', 'revoked'] as const) {
    const who = { device: device.id, number: device.number };
    if (parts.faults.strike(why, who) !== undefined) unlink(device, why, parts);
  }
}

function admit(page: Page, login: { device: string; token: string }, parts: SessionParts): void {
  const verdict = parts.devices.login(login.device, login.token);
  if (!verdict.ok) {
    parts.journal.write({ kind: 'device.refused', page: page.id, device: login.device, detail: verdict.why });
    return page.tell({ type: 'refused', why: verdict.why });
  }
  const { device } = verdict;
  // WhatsApp lets one page at a time be a device: the older of two learns of a CONFLICT.
  for (const older of parts.pages.ofDevice(device.id)) {
    if (older === page) continue;
    older.device = null;
    older.visitor = { device: device.id, number: device.number };
    older.tell({ type: 'superseded' });
    parts.journal.write({ kind: 'device.superseded', page: older.id, device: device.id, number: device.number });
  }
  page.device = device;
  parts.journal.write({ kind: 'device.login', page: page.id, device: device.id, number: device.number });
  const me = { device: device.id, number: device.number, pushname: device.pushname };
  page.tell({ type: 'welcome', me, sync: syncPlan(device, parts), estate: parts.post.estateOf(device) });
  page.tell({ type: 'ask-first', on: parts.faults.isSet('bad_chat', whoIs(page)) });
  parts.post.flush(device);
  page.tell({ type: 'flushed' });
}

/** The fault `bad_chat` is asked for before the page writes a message: afterwards it could not be refused in the page. */
function letWrite(page: Page, device: Device, { rid, id, to }: Frame<'may-write'>, parts: SessionParts): void {
  page.tell({ type: 'reply', rid, answer: parts.post.mayWrite(device, id, to) });
  page.tell({ type: 'ask-first', on: parts.faults.isSet('bad_chat', whoIs(page)) });
}

/** The fault `history_silent`: the page waits for a chat's earlier messages for ever. */
function isKeptBack(page: Page, chat: string, faults: Faults): boolean {
  const suits = (fault: { readonly chat?: string | undefined }): boolean =>
    fault.chat === undefined || fault.chat === addressOf(chat);
  return faults.strike('history_silent', whoIs(page), suits) !== undefined;
}

type Frame<Type extends FrameFromPage['type']> = Extract<FrameFromPage, { type: Type }>;

function answerOf(
  device: Device,
  frame: Frame<'lookup' | 'history' | 'group' | 'profile' | 'exists'>,
  { post, groups, phones }: SessionParts,
): unknown {
  switch (frame.type) {
    case 'lookup':
      return post.lookup(device.number, frame.keys);
    case 'history':
      return post.history(device.number, frame.chat, frame.before);
    case 'group':
      return groups.get(frame.id) ?? null;
    case 'profile':
      return post.profile(frame.number);
    case 'exists':
      return phones.get(frame.number).registered;
  }
}

/** A message, or something done to one. */
function takeIn(page: Page, device: Device, frame: Frame<'send' | 'act'>, parts: SessionParts): void {
  const who = { device: device.id, number: device.number };
  parts.timers.after(parts.settings.answerMs + parts.faults.slowBy('send', who), () => {
    const answer =
      frame.type === 'send'
        ? parts.post.send(device, frame)
        : parts.post.act({ ...frame, by: device.number, device }, frame.key);
    if (answer !== undefined) page.tell({ type: 'reply', rid: frame.rid, answer });
  });
}

/** The card of a link: made up, since nothing here reaches the internet. */
function lookAtLink(page: Page, { rid, url }: Frame<'preview'>, { faults }: SessionParts): void {
  const fails = faults.strike('preview_fails', whoIs(page))?.how;
  if (fails === 'silent') return;
  const host = URL.canParse(url) ? new URL(url).host : url;
  const card = { title: `Title of ${host}`, description: `What ${host} is about` };
  page.tell({ type: 'reply', rid, answer: fails === 'nothing' ? null : card });
}

function noteChatState(device: Device, { chat, state }: Frame<'chat-state'>, { journal }: SessionParts): void {
  journal.write({ kind: 'chat.state', device: device.id, number: device.number, to: addressOf(chat), detail: state });
}

/** Archived, pinned, muted: kept for the owner, and told to the other devices. */
function markChat(device: Device, { chat, marks }: Frame<'mark'>, { book, post, journal }: SessionParts): void {
  const to = addressOf(chat);
  journal.write({ kind: 'chat.marked', device: device.id, number: device.number, to, detail: JSON.stringify(marks) });
  post.tellOwner(device.number, { type: 'marks', chat: to, marks: book.mark(device.number, to, marks) });
}

/** A module that somebody asked for in vain: the page throws by name, and the control API shows it. */
function noteGap(page: Page, module: string, { journal }: SessionParts): void {
  if (page.gaps.includes(module)) return;
  page.gaps.push(module);
  journal.write({ kind: 'page.gap', page: page.id, detail: module });
}
