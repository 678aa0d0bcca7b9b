import { readAll, write } from './disk.js';
import { line } from './line.js';
import { Msg } from './messages.js';
import { Collection, Model } from './model.js';
import { define } from './registry.js';
import { createWid } from './wid.js';

/** As many as a test could fill; the real page pages through them. */
const CHATS_MAX = 1_000;

class ChatModel extends Model {
  /** A message joins the chat, its own or another's. */
  take(msg) {
    this.msgs.add(msg);
    const unread = msg.isNewMsg && !msg.id.fromMe ? this.unreadCount + 1 : this.unreadCount;
    this.set({ t: msg.t, lastReceivedKey: msg.id, unreadCount: unread });
    keepChat(this);
  }
}

export const Chat = new Collection();

export function chatWith(wid, kept = {}) {
  return (
    Chat.get(wid) ??
    Chat.add(
      new ChatModel({
        id: wid,
        name: wid.user,
        formattedTitle: `+${wid.user}`,
        t: undefined,
        unreadCount: 0,
        archive: false,
        pin: 0,
        mute: { expiration: 0 },
        isReadOnly: false,
        isLocked: false,
        ...kept,
        msgs: new Collection(),
      }),
    )
  );
}

export async function loadChats() {
  for (const { chat, ...kept } of await readAll('chat', CHATS_MAX)) chatWith(createWid(chat), kept);
}

function keepChat({ id, t, unreadCount }) {
  void write('chat', id._serialized, { chat: id._serialized, t, unreadCount });
}

/** The real one fails with the same words for a number that has no WhatsApp. */
async function findOrCreateLatestChat(wid) {
  const present = Chat.get(wid);
  if (present !== undefined) return { chat: present, created: false };
  if (!wid.isUser()) throw new Error(`the stand-in of WhatsApp has chats of two only, not '${wid}'`);
  const exists = !line.isOpen || (await line.ask({ type: 'exists', number: wid.user }).catch(() => true));
  if (!exists) throw new Error('No LID for user');
  return { chat: chatWith(wid), created: true };
}
Chat.find = async (wid) => (await findOrCreateLatestChat(createWid(wid))).chat;

async function sendSeen({ chat }) {
  if (chat.unreadCount === 0) return;
  chat.set({ unreadCount: 0 });
  keepChat(chat);
  line.tell({ type: 'seen', chat: chat.id._serialized });
}

/** The last page of a chat, from the disk; there is no page before it. */
async function loadEarlierMsgs({ chat }) {
  const missing = (await readAll('message', CHATS_MAX * 10)).filter(
    ({ key }) => key.split('_')[1] === chat.id._serialized && chat.msgs.get(key) === undefined,
  );
  const { messages } = await Msg.getMessagesById(missing.map(({ key }) => key));
  for (const msg of messages) chat.msgs.add(msg);
  return messages;
}

define('WAWebFindChatAction', { findOrCreateLatestChat });
define('WAWebUpdateUnreadChatAction', { sendSeen });
define('WAWebChatLoadMessages', { loadEarlierMsgs });
define('WAWebChatGetters', {
  getIsNewsletter: (chat) => chat.id.isNewsletter(),
  getIsBroadcast: (chat) => chat.id.isBroadcast(),
  getIsGroup: (chat) => chat.id.isGroup(),
});
define('WAWebGetEphemeralFieldsMsgActionsUtils', { getEphemeralFields: () => ({}) });
define('WAWebQueryExistsJob', {
  queryWidExists: async (wid) => ((await line.ask({ type: 'exists', number: wid.user })) ? { wid } : null),
});
