import { line } from './line.js';
import { acknowledge, Msg } from './messages.js';
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

export function send(msg) {
  if (unanswered.length >= UNANSWERED_MAX) return Promise.reject(new Error('too many messages wait for the line'));
  return new Promise((resolve) => {
    const entry = { msg, resolve, tried: false };
    unanswered.push(entry);
    void post(entry);
  });
}

/** After the line came back. */
export async function resume() {
  for (const entry of [...unanswered]) {
    if (entry.tried && (await arrived(entry.msg))) await settle(entry, { ok: true, ack: 1 });
    else void post(entry);
  }
}

async function post(entry) {
  const { msg } = entry;
  if (!line.isOpen) return;
  entry.tried = true;
  const frame = { type: 'send', id: msg.id.id, to: msg.to._serialized, text: String(msg.body), t: msg.t };
  const answer = await line.ask(frame).catch(() => null);
  if (answer !== null) await settle(entry, answer);
}

async function expectWritable({ id, to }) {
  const frame = { type: 'may-write', id: id.id, to: to._serialized };
  const may = await line.ask(frame).catch(() => true); // offline, nobody can know
  if (!may) throw new Error(`the chat '${to}' cannot be written to`);
}

async function arrived(msg) {
  const asked = { fromMe: true, chat: msg.id.remote._serialized, id: msg.id.id };
  const found = await line.ask({ type: 'lookup', keys: [asked] }).catch(() => []);
  return found.length > 0;
}

async function settle(entry, answer) {
  const place = unanswered.indexOf(entry);
  if (place < 0) return;
  unanswered.splice(place, 1);
  await acknowledge(entry.msg.id, answer.ok ? answer.ack : -1);
  entry.resolve({ messageSendResult: answer.ok ? 'OK' : 'ERROR_UNKNOWN', t: entry.msg.t });
}

define('WAWebSendMsgChatAction', {
  /** Two promises: the message is in its chat; the server has answered. A refusal resolves both, as in life. */
  addAndSendMsgToChat(chat, message) {
    if (message.type !== 'chat') throw new Error(`the stand-in of WhatsApp sends text only, not '${message.type}'`);
    const msg = new Msg.modelClass({ star: false, ...message });
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
