import { contentOf, isMedia } from './contents.js';
import { line } from './line.js';
import { acknowledge, Msg, wireKey } from './messages.js';
import { define } from './registry.js';

/**
 * Messages on their way to the server. While the line is down they wait. When it was lost in the middle, the page asks the
 * server first and sends again only what never arrived: whatever is doubled in the journal was doubled by the library's user.
 */
const unanswered = [];
/** As many as a person could type in a year; more is a loop gone mad. */
const UNANSWERED_MAX = 10_000;

let asksFirst = false;

/** Some chat can't be written to (the fault `bad_chat`): the server is asked before a message is made. */
export function askFirst(on) {
  asksFirst = on;
}

export async function send(msg) {
  const frame = { type: 'send', id: msg.id.id, to: msg.to._serialized, content: contentOf(msg), t: msg.t };
  const answer = await ask(frame, () => arrived(msg));
  await acknowledge(msg.id, answer.ok ? answer.ack : -1);
  if (msg.mediaObject !== undefined) msg.set({ isUnsentMedia: false });
  return { messageSendResult: answer.ok ? 'OK' : 'ERROR_UNKNOWN', t: msg.t };
}

/** The server's answer, however often the line is lost meanwhile. Without `isThere`, asking twice does no harm. */
export function ask(frame, isThere = async () => false) {
  if (unanswered.length >= UNANSWERED_MAX) return Promise.reject(new Error('too many messages wait for the line'));
  return new Promise((resolve) => {
    const entry = { frame, isThere, resolve, tried: false };
    unanswered.push(entry);
    void post(entry);
  });
}

/** After the line came back. */
export async function resume() {
  for (const entry of [...unanswered]) {
    if (entry.tried && (await entry.isThere())) settle(entry, { ok: true, ack: 1 });
    else void post(entry);
  }
}

async function post(entry) {
  if (!line.isOpen) return;
  entry.tried = true;
  const answer = await line.ask(entry.frame).catch(() => null);
  if (answer !== null) settle(entry, answer);
}

async function expectWritable({ id, to }) {
  const frame = { type: 'may-write', id: id.id, to: to._serialized };
  const may = await line.ask(frame).catch(() => true); // offline, nobody can know
  if (!may) throw new Error(`the chat '${to}' cannot be written to`);
}

async function arrived(msg) {
  const found = await line.ask({ type: 'lookup', keys: [wireKey(msg.id)] }).catch(() => []);
  return found.length > 0;
}

function settle(entry, answer) {
  const place = unanswered.indexOf(entry);
  if (place < 0) return;
  unanswered.splice(place, 1);
  entry.resolve(answer);
}

define('WAWebSendMsgChatAction', {
  /** Two promises: the message is in its chat; the server has answered. A refusal resolves both, as in life. */
  addAndSendMsgToChat(chat, message) {
    const unsent = isMedia(message.type) ? { isUnsentMedia: true } : {};
    const author = message.id.participant === undefined ? {} : { author: message.id.participant };
    const msg = new Msg.modelClass({ star: false, ...author, ...unsent, ...message });
    const added = (async () => {
      if (asksFirst) await expectWritable(msg);
      const present = Msg.add(msg);
      chat.take(present);
      return present;
    })();
    // The own model is posted even when its id was here already: a double send must be seen.
    const answered = added.then((present) => send(present));
    answered.catch(() => {}); // the library looks at the first promise, and at the second only when it is asked to
    return [added, answered];
  },
});
