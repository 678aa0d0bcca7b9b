import { read, write } from './disk.js';
import { line } from './line.js';
import { getMe } from './login.js';
import { Collection, Model } from './model.js';
import { MsgKey } from './msg-key.js';
import { define } from './registry.js';
import { createWid } from './wid.js';

/** A message as the library reads it. */
class MsgModel extends Model {
  unsafe() {
    return this;
  }
  canReply() {
    return true;
  }
  msgContextInfo() {
    return { quotedMsg: { type: this.type, body: this.body }, quotedStanzaID: this.id.id };
  }
}

export const Msg = new Collection();
Msg.modelClass = MsgModel;

/** In memory, else on disk, else on the server: a restarted browser finds what was really sent, and nothing else. */
Msg.getMessagesById = async (ids) => {
  const found = await Promise.all(ids.map((id) => find(String(id))));
  return { messages: found.filter((msg) => msg !== undefined) };
};

/** The newest word on a message: an acknowledgement never goes back, except to -1, a refusal. */
export async function acknowledge(key, ack) {
  const msg = Msg.get(key);
  if (msg !== undefined && (ack < 0 || ack > msg.ack)) msg.set({ ack });
  const kept = msg === undefined ? await read('message', String(key)) : plain(msg);
  if (kept !== undefined && kept.ack >= 0) await keep({ ...kept, ack: ack < 0 ? ack : Math.max(ack, kept.ack) });
}

/** Builds the model of a message that the server told us of. */
export function modelOf({ id, from, to, text, t, ack }, isNewMsg) {
  const fromMe = from === getMe()?.number;
  const wids = { from: createWid(`${from}@c.us`), to: createWid(`${to}@c.us`) };
  const key = new MsgKey({ ...wids, id, selfDir: fromMe ? 'out' : 'in' });
  return new MsgModel({
    id: key,
    ...wids,
    body: text,
    type: 'chat',
    t,
    ack,
    self: fromMe ? 'out' : 'in',
    isNewMsg,
    star: false,
  });
}

/** Only what the server has acknowledged is kept: what was never sent must not be found after a crash. */
export async function keep(message) {
  await write('message', message.key, message);
}

export function plain(msg) {
  const number = (wid) => wid._serialized.split('@')[0];
  return {
    key: msg.id._serialized,
    id: msg.id.id,
    from: number(msg.from),
    to: number(msg.to),
    text: msg.body,
    t: msg.t,
    ack: msg.ack,
  };
}

async function find(id) {
  const present = Msg.get(id);
  if (present !== undefined) return present;
  const key = MsgKey.fromString(id);
  const kept = await read('message', id);
  const asked = { fromMe: key.fromMe, chat: key.remote._serialized, id: key.id };
  const [known] = line.isOpen ? await line.ask({ type: 'lookup', keys: [asked] }).catch(() => []) : [];
  const message = known ?? kept;
  if (message === undefined) return undefined;
  const msg = modelOf({ ...message, ack: Math.max(message.ack, kept?.ack ?? 0) }, false);
  await keep(plain(msg));
  return Msg.add(msg);
}

define('WAWebMsgReply', { canReplyMsg: () => true });
