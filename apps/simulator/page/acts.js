import { isMedia } from './contents.js';
import { isAdminOf } from './groups.js';
import { getMe } from './login.js';
import { keep, keyOf, Msg, plain, recall, revoke, wireKey } from './messages.js';
import { MsgKey } from './msg-key.js';
import { ask } from './outbox.js';
import { putReaction } from './reactions.js';
import { define } from './registry.js';
import { Cmd } from './socket.js';
import { widOf } from './wid.js';

/** What is done to an earlier message, by this page or by others: an emoji, another text, deletion for everyone, a vote. */
const EDIT_MS_MAX = 15 * 60_000;
const REVOKE_MS_MAX = 60 * 3_600_000;

const apply = {
  reaction: (msg, { id, by, text, atMs }) => putReaction(msg, { id, by, emoji: text, atMs }, by === getMe()?.number),
  edit(msg, { text, atMs, id }) {
    const key = new MsgKey({ ...msg.id, id });
    const written = isMedia(msg.type) ? { caption: text } : { body: text };
    msg.set({ latestEditMsgKey: key, latestEditSenderTimestampMs: atMs, ...written });
  },
  revoke: (msg, act) => revoke(msg, act),
  vote: (msg, act) => takeVote(msg, act),
};

/** Somebody else did it, or another device of ours. */
export async function acted(act) {
  const msg = await recall(keyOf(act.target));
  if (msg === undefined || (msg.type === 'revoked' && act.kind !== 'revoke')) return;
  await apply[act.kind](msg, act);
  await keep(plain(msg));
}

/** Tells the server, waits for its answer, and only then does it here. Rejects when the server says no. */
async function perform(msg, kind, text, options = []) {
  const [id, atMs] = [await MsgKey.newId(), Date.now()];
  const key = wireKey(msg.protocolMessageKey ?? msg.id);
  const answer = await ask({ type: 'act', id, kind, key, text, options, atMs });
  if (!answer.ok) throw new Error(`the server has not taken the ${kind}: ${answer.why}`);
  await apply[kind](msg, { id, by: getMe().number, text, atMs, options });
  await keep(plain(msg));
  return { messageSendResult: 'OK' };
}

const isMine = ({ id, type }) => id.fromMe && type !== 'revoked';
const isYoung = ({ t }, ms) => Date.now() - t * 1_000 <= ms;

define('WAWebMsgActionCapability', {
  canEditText: (msg) => isMine(msg) && msg.type === 'chat' && isYoung(msg, EDIT_MS_MAX),
  canEditCaption: (msg) => isMine(msg) && isMedia(msg.type) && Boolean(msg.caption) && isYoung(msg, EDIT_MS_MAX),
  canSenderRevokeMsg: (msg) => isMine(msg) && isYoung(msg, REVOKE_MS_MAX),
  canAdminRevokeMsg: (msg) => !msg.id.fromMe && msg.type !== 'revoked' && isAdminOf(msg.id.remote),
  canStarMsg: () => true,
});
define('WAWebSendReactionMsgAction', { sendReactionToMsg: (msg, emoji) => perform(msg, 'reaction', emoji ?? '') });
define('WAWebSendMessageEditAction', { sendMessageEdit: (msg, text) => perform(msg, 'edit', text) });
define('WAWebPollsSendVoteMsgAction', {
  sendVote(msg, localIds) {
    const options = msg.pollOptions.filter(({ localId }) => localIds.has(localId)).map(({ name }) => name);
    return perform(msg, 'vote', '', options);
  },
});

const votes = { pollVoteTableMode: { bulkUpsert: async () => {} } };
define('WAWebAddonPollVoteTableMode', votes);

async function takeVote(msg, { id, by, atMs, options }) {
  const sender = widOf(by);
  const localIds = msg.pollOptions.filter(({ name }) => options.includes(name)).map(({ localId }) => localId);
  await votes.pollVoteTableMode.bulkUpsert([
    {
      id: new MsgKey({ fromMe: by === getMe()?.number, remote: msg.id.remote, id, participant: sender }),
      pollUpdateParentKey: msg.id,
      selectedOptionLocalIds: localIds,
      t: atMs,
      author: sender,
      from: sender,
    },
  ]);
}

Cmd.sendRevokeMsgs = async (chat, { list }) => {
  for (const msg of list) await perform(msg, 'revoke', '');
};

/** For this device only: nobody else hears of it. */
Cmd.sendDeleteMsgs = async (chat, { list }) => {
  for (const msg of list) {
    chat.msgs.remove(msg.id);
    Msg.remove(msg.id);
  }
};
Cmd.sendStarMsgs = async (chat, list) => list.forEach((msg) => msg.set({ star: true }));
Cmd.sendUnstarMsgs = async (chat, list) => list.forEach((msg) => msg.set({ star: false }));
