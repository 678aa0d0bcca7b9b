import { rename, titleOf } from './contacts.js';
import { readAll, write } from './disk.js';
import { GroupMetadata, isAdminOf, isMemberOf, takeGroup } from './groups.js';
import { line } from './line.js';
import { modelOf, Msg } from './messages.js';
import { Collection, Model } from './model.js';
import { marksOf, Mute } from './chat-marks.js';
import { define } from './registry.js';
import { createWid, widOf } from './wid.js';

/** As many as a test could fill; the real page pages through them. */
const CHATS_MAX = 1_000;

class ChatModel extends Model {
  /** A message joins the chat, its own or another's. */
  take(msg) {
    this.msgs.add(msg);
    const counts = msg.isNewMsg && !msg.id.fromMe && !msg.isNotification;
    const unreadCount = counts ? Math.max(this.unreadCount, 0) + 1 : this.unreadCount;
    this.set({ t: msg.t, lastReceivedKey: msg.id, unreadCount });
    keepChat(this);
  }

  iAmAdmin() {
    return isAdminOf(this.id);
  }
}

export const Chat = new Collection();

export function chatWith(wid, kept = {}) {
  return (
    Chat.get(wid) ??
    Chat.add(
      new ChatModel({
        id: wid,
        ...(wid.isGroup() ? { name: undefined, formattedTitle: '' } : titleOf(wid)),
        t: undefined,
        unreadCount: 0,
        archive: false,
        pin: 0,
        mute: new Mute(wid),
        isReadOnly: false,
        isLocked: false,
        ...(wid.isGroup() ? { groupMetadata: GroupMetadata.get(wid) } : {}),
        ...kept,
        msgs: new Collection((one, other) => one.t - other.t),
      }),
    )
  );
}

export async function loadChats() {
  for (const { chat, ...kept } of await readAll('chat', CHATS_MAX)) chatWith(createWid(chat), kept);
}

/** What the server says of its owner's affairs when the page comes in. What the profile knows better, it keeps. */
export function moveIn({ chats, names }) {
  for (const [number, name] of Object.entries(names)) rename(number, name);
  for (const { chat: address, last, unread, marks, group } of chats) {
    if (group !== null) takeGroup(group);
    const known = Chat.get(widOf(address)) !== undefined;
    const chat = chatWith(widOf(address));
    if (group !== null) showGroup(group);
    if (!known) chat.set({ unreadCount: unread });
    showMarks(address, marks);
    if (last !== null) showLast(chat, last);
  }
}

/** A group of ours has another shape. */
export function showGroup(group) {
  const groupMetadata = takeGroup(group);
  const { subject } = group;
  const title = { name: subject, formattedTitle: subject };
  chatWith(createWid(group.id)).set({ ...title, groupMetadata, isReadOnly: !isMemberOf(groupMetadata.id) });
}

/** The owner has marked a chat, here or elsewhere. */
export function showMarks(address, marks) {
  const chat = chatWith(widOf(address));
  chat.set(marksOf(marks));
  chat.mute.set({ expiration: marks.mutedUntil });
}

function showLast(chat, message) {
  const made = modelOf(message, false);
  const msg = Msg.get(made.protocolMessageKey ?? made.id) ?? Msg.add(made);
  chat.msgs.add(msg);
  chat.set({ t: Math.max(chat.t ?? 0, msg.t), lastReceivedKey: chat.lastReceivedKey ?? msg.id });
}

export function keepChat({ id, t, unreadCount }) {
  void write('chat', id._serialized, { chat: id._serialized, t, unreadCount });
}

/** The real one fails with the same words for a number that has no WhatsApp. */
async function findOrCreateLatestChat(wid) {
  const present = Chat.get(wid);
  if (present !== undefined) return { chat: present, created: false };
  if (wid.isGroup()) return findGroup(wid);
  if (!wid.isUser()) throw new Error(`the stand-in of WhatsApp has chats of people and groups only, not '${wid}'`);
  const exists = !line.isOpen || (await line.ask({ type: 'exists', number: wid.user }).catch(() => true));
  if (!exists) throw new Error('No LID for user');
  return { chat: chatWith(wid), created: true };
}
Chat.find = async (wid) => (await findOrCreateLatestChat(createWid(wid))).chat;

async function findGroup(wid) {
  await GroupMetadata.update(wid);
  if (isMemberOf(wid)) return { chat: chatWith(wid), created: true };
  const error = new Error(`item-not-found: no group '${wid}'`);
  error.name = 'ServerStatusCodeError';
  throw error;
}

async function sendSeen({ chat }) {
  if (chat.unreadCount === 0) return;
  chat.set({ unreadCount: 0 });
  keepChat(chat);
  line.tell({ type: 'seen', chat: chat.id._serialized });
}

define('WAWebFindChatAction', { findOrCreateLatestChat });
define('WAWebUpdateUnreadChatAction', { sendSeen });
define('WAWebChatGetters', {
  getIsNewsletter: (chat) => chat.id.isNewsletter(),
  getIsBroadcast: (chat) => chat.id.isBroadcast(),
  getIsGroup: (chat) => chat.id.isGroup(),
});
define('WAWebGetEphemeralFieldsMsgActionsUtils', { getEphemeralFields: () => ({}) });
define('WAWebGroupQueryJob', {
  queryAndUpdateGroupMetadataById: ({ id }) => GroupMetadata.update(id),
});
define('WAWebQueryExistsJob', {
  queryWidExists: async (wid) => ((await line.ask({ type: 'exists', number: wid.user })) ? { wid } : null),
});
