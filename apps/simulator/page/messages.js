import { attributesOf, contentOf, isMedia, quotedKey } from './contents.js';
import { read, write } from './disk.js';
import { line } from './line.js';
import { getMe } from './login.js';
import { downloadManager } from './media-download.js';
import { Collection, Model } from './model.js';
import { MsgKey } from './msg-key.js';
import { reactionsOf, setReactions } from './reactions.js';
import { define } from './registry.js';
import { addressOf, widOf } from './wid.js';

/** A message as the library reads it. */
class MsgModel extends Model {
  /** What the page needs while it prepares a file is not kept: a message is plain data. */
  constructor({ mediaBlob, renderableUrl, preview, mediaStage, ...attributes }) {
    super(attributes);
    if (!isMedia(this.type) || this.mediaData !== undefined) return;
    const { type, mimetype, size, filehash } = this;
    this.mediaObject = { type, filehash, size };
    this.mediaData = new Model({ type, mimetype, size, filehash, mediaStage: mediaStage ?? 'RESOLVED' });
  }

  unsafe() {
    return this;
  }
  canReply() {
    return canReplyMsg(this);
  }
  msgContextInfo(chat) {
    const { type, body, caption, id } = this;
    const elsewhere = chat !== undefined && chat.id._serialized !== id.remote._serialized;
    return {
      quotedMsg: isMedia(type) ? { type, caption } : { type, body },
      quotedStanzaID: id.id,
      quotedParticipant: writerOf(this),
      ...(elsewhere ? { quotedRemoteJid: id.remote } : {}),
    };
  }

  /** Tells by `mediaStage` how it went; it does not reject. */
  async downloadMedia() {
    this.mediaData.set({ mediaStage: 'FETCHING' });
    const stage = await downloadManager.downloadAndMaybeDecrypt(this).then(
      () => 'RESOLVED',
      ({ status }) => stages[status] ?? 'ERROR_UNKNOWN',
    );
    this.mediaData.set({ mediaStage: stage });
  }
}

/** What the media server's answer means: gone for good, or asked of the phone again. */
const stages = { 404: 'ERROR_MISSING', 410: 'REUPLOADING' };

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
export function modelOf(message, isNewMsg) {
  const { from, to, t, ack, content, pushname, reactions, editedAtMs, revoked } = message;
  const key = keyOf(message);
  const [writer, chat] = [widOf(from), widOf(to)];
  const direction = key.fromMe
    ? { from: writer, to: chat }
    : { from: key.remote, to: chat.isGroup() ? widOf(getMe().number) : chat };
  setReactions(key, reactions);
  const msg = new MsgModel({
    id: key,
    ...direction,
    ...(chat.isGroup() ? { author: writer } : {}),
    ...attributesOf(content),
    t,
    ack,
    self: key.fromMe ? 'out' : 'in',
    notifyName: pushname,
    isNewMsg,
    star: false,
    hasReaction: reactions.length > 0,
    ...(editedAtMs === null ? {} : { latestEditMsgKey: key, latestEditSenderTimestampMs: editedAtMs }),
  });
  if (revoked !== null) revoke(msg, revoked);
  return msg;
}

/** The page gives a deleted message another id, and keeps the one it had in `protocolMessageKey`. */
export function revoke(msg, { id, by, atMs }) {
  if (msg.type === 'revoked') return;
  const former = msg.id;
  msg.rename(new MsgKey({ ...former, id }));
  const gone = ['caption', 'directPath', 'mediaKey', 'mediaData', 'mediaObject', 'vcardList', 'pollOptions', 'loc'];
  msg.set({
    ...Object.fromEntries(gone.map((name) => [name, undefined])),
    protocolMessageKey: former,
    revokeSender: widOf(by),
    revokeTimestamp: Math.floor(atMs / 1_000),
    subtype: by === addressOf(writerOf(msg)) ? 'sender' : 'admin',
    body: undefined,
    type: 'revoked',
  });
}

/** As the server names a message: by its id, who wrote it, and where to. */
export function keyOf({ id, from, to }) {
  const fromMe = from === getMe()?.number;
  const [writer, chat] = [widOf(from), widOf(to)];
  const remote = fromMe || chat.isGroup() ? chat : writer;
  return new MsgKey({ fromMe, remote, id, participant: chat.isGroup() ? writer : undefined });
}

/** Only what the server has acknowledged is kept: what was never sent must not be found after a crash. */
export async function keep(message) {
  await write('message', message.key, message);
}

export function plain(msg) {
  const key = msg.protocolMessageKey ?? msg.id;
  const revokedBy = msg.revokeSender?.user;
  return {
    key: key._serialized,
    id: key.id,
    from: addressOf(writerOf(msg)),
    to: addressOf(key.fromMe || key.remote.isGroup() ? key.remote : msg.to),
    t: msg.t,
    ack: msg.ack,
    content: msg.type === 'revoked' ? { type: 'chat', text: '' } : contentOf(msg),
    pushname: msg.notifyName ?? '',
    reactions: reactionsOf(key),
    editedAtMs: msg.latestEditSenderTimestampMs ?? null,
    revoked: msg.type === 'revoked' ? { id: msg.id.id, by: revokedBy, atMs: msg.revokeTimestamp * 1_000 } : null,
  };
}

/** It was here before, even if nobody heard that. */
export async function knows({ id, protocolMessageKey }) {
  return (await read('message', String(protocolMessageKey ?? id))) !== undefined;
}

/** As this profile knows it, before anybody else is asked. */
export async function recall(key) {
  const present = Msg.get(key);
  if (present !== undefined) return present;
  const kept = await read('message', String(key));
  return kept === undefined ? find(String(key)) : Msg.add(modelOf(kept, false));
}

export function writerOf({ author, from }) {
  return author ?? from;
}

async function find(id) {
  const present = Msg.get(id);
  if (present !== undefined) return present;
  const kept = await read('message', id);
  const [known] = line.isOpen ? await line.ask({ type: 'lookup', keys: [wireKey(id)] }).catch(() => []) : [];
  const message = known ?? kept;
  if (message === undefined) return undefined;
  const msg = modelOf({ ...message, ack: Math.max(message.ack, kept?.ack ?? 0) }, false);
  await keep(plain(msg));
  return Msg.add(msg);
}

export function wireKey(id) {
  const { fromMe, remote, participant, id: last } = typeof id === 'string' ? MsgKey.fromString(id) : id;
  return { fromMe, chat: remote._serialized, id: last, participant: participant?._serialized };
}

function canReplyMsg({ type, isNotification, as }) {
  return type !== 'revoked' && !isNotification && as === undefined;
}

define('WAWebMsgReply', { canReplyMsg });
define('WAWebQuotedMsgModelUtils', {
  getQuotedMsgObj(msg) {
    if (!msg?.quotedStanzaID) return undefined;
    const id = quotedKey(msg, (wid) => wid.user === getMe()?.number);
    return (
      Msg.get(id) ?? new MsgModel({ id, from: msg.quotedParticipant, to: msg.to, t: msg.t, ack: 1, ...msg.quotedMsg })
    );
  },
});
