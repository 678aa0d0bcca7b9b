import { Collection, Model } from './model.js';
import { MsgKey } from './msg-key.js';
import { define } from './registry.js';
import { widOf } from './wid.js';

/** Who put which emoji on a message: one of each person. Kept beside the messages, as the page's own tables are. */
const byMessage = new Map();

export function setReactions(key, reactions) {
  byMessage.set(String(key), new Map(reactions.map((reaction) => [reaction.by, reaction])));
}

export function reactionsOf(key) {
  return [...(byMessage.get(String(key))?.values() ?? [])];
}

/** Somebody's emoji, taken back when it is empty; then it tells whoever reads the table, as the library does. */
export async function putReaction(msg, { id, by, emoji, atMs }, isMine) {
  const present = byMessage.get(String(msg.id)) ?? new Map();
  if (emoji === '') present.delete(by);
  else present.set(by, { by, emoji, atMs });
  byMessage.set(String(msg.id), present);
  msg.set({ hasReaction: present.size > 0 });
  const sender = widOf(by);
  const row = {
    id: new MsgKey({ fromMe: isMine, remote: msg.id.remote, id, participant: msg.id.participant && sender }),
    reactionParentKey: msg.id,
    reactionText: emoji,
    reactionTimestamp: atMs,
    author: sender,
    from: sender,
    read: isMine,
    orphan: 0,
    ack: isMine ? 1 : undefined,
  };
  await table.reactionTableMode.bulkUpsert([row]);
}

const table = { reactionTableMode: { bulkUpsert: async () => {} } };

export const Reactions = new Collection();
Reactions.find = async (id) => {
  const known = reactionsOf(id);
  if (known.length === 0) return undefined;
  const emojis = [...new Set(known.map(({ emoji }) => emoji))];
  const reactions = new Collection();
  for (const emoji of emojis) {
    const senders = known
      .filter((one) => one.emoji === emoji)
      .map(({ by, atMs }) => senderOf(String(id), by, emoji, atMs));
    reactions.add(new Model({ id: emoji, aggregateEmoji: emoji, hasReactionByMe: false, senders }));
  }
  return new Model({ id: String(id), reactions });
};

function senderOf(parent, by, emoji, atMs) {
  const parentMsgKey = MsgKey.fromString(parent);
  return {
    parentMsgKey,
    senderUserJid: widOf(by)._serialized,
    reactionText: emoji,
    timestamp: atMs,
    orphan: 0,
    read: true,
  };
}

define('WAWebAddonReactionTableMode', table);
