import { readAll } from './disk.js';
import { line } from './line.js';
import { keyOf, modelOf, Msg } from './messages.js';
import { define } from './registry.js';

/** Messages of a chat from before those that are in memory. */
const MESSAGES_MAX = 10_000;

/** The page before the oldest one: the server's, as long as it has one, then what the disk alone knows; empty at the end. */
async function loadEarlierMsgs({ chat }) {
  const [oldest] = chat.msgs.getModelsArray();
  const before = oldest === undefined ? null : { id: (oldest.protocolMessageKey ?? oldest.id).id, t: oldest.t };
  const asked = { type: 'history', chat: chat.id._serialized, before };
  const known = line.isOpen ? await line.ask(asked).catch(() => []) : [];
  const fresh = join(chat, known);
  return fresh.length > 0 ? fresh : join(chat, await onDisk(chat));
}

async function onDisk(chat) {
  const isHere = ({ key }) => key.split('_')[1] === chat.id._serialized;
  return (await readAll('message', MESSAGES_MAX)).filter(isHere);
}

/** Those that are not in the chat already. */
function join(chat, messages) {
  const missing = messages.filter((message) => chat.msgs.get(keyOf(message)) === undefined);
  return missing.map((message) => {
    const msg = Msg.get(keyOf(message)) ?? Msg.add(modelOf(message, false));
    chat.msgs.add(msg);
    return msg;
  });
}

define('WAWebChatLoadMessages', { loadEarlierMsgs });
