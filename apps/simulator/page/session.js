import { acted } from './acts.js';
import { chatWith, moveIn, showGroup, showMarks } from './chats.js';
import { Conn } from './conn.js';
import { meet, rename } from './contacts.js';
import { act } from './deeds.js';
import { line } from './line.js';
import { eraseLogin, getMe, loadLogin, ownKeys, renewMe, saveLogin } from './login.js';
import { acknowledge, keep, keyOf, knows, modelOf, Msg, plain } from './messages.js';
import { askFirst, resume } from './outbox.js';
import {
  Cmd,
  forceState,
  isSuperseded,
  leaveAfterLogout,
  moveTo,
  report,
  setHasSynced,
  Socket,
  supersede,
  takeBack,
} from './socket.js';
import { connected } from './sync.js';
import { createWid } from './wid.js';

let isFlushed = () => {};

/** The conversation with the server: what each of its words does to the page. */
const answers = {
  unpaired({ ref }) {
    Conn.set({ ref });
    moveTo('UNPAIRED');
  },
  async refused({ why }) {
    await eraseLogin();
    if (why === 'revoked') leaveAfterLogout();
    else await greet(); // with new keys: nothing of the old login is left
  },
  ref({ ref }) {
    Conn.set({ ref });
    moveTo('UNPAIRED');
  },
  idle: () => moveTo('UNPAIRED_IDLE'),
  pairing: () => moveTo('PAIRING'),
  async paired({ me, token, sync, estate }) {
    const caughtUp = whenFlushed(); // before the next frame
    await saveLogin(me, token);
    await enter(me, sync, estate, caughtUp);
  },
  async welcome({ me, sync, estate }) {
    renewMe(me);
    await enter(me, sync, estate, whenFlushed());
  },
  message: ({ message }) => receive(message),
  flushed: () => void inOrder(isFlushed),
  acted: ({ act: done }) => inOrder(() => acted(done)),
  group: ({ group }) => inOrder(() => showGroup(group)),
  name: ({ number, name }) => rename(number, name),
  marks: ({ chat, marks }) => showMarks(chat, marks),
  ack: ({ id, to, ack }) => acknowledge(keyOf({ id, from: getMe()?.number, to }), ack),
  async logout({ mode }) {
    await eraseLogin();
    if (mode === 'navigate') {
      Cmd.trigger('logout_from_bridge');
      return leaveAfterLogout();
    }
    moveTo('UNPAIRED');
    setHasSynced(false);
    await greet();
  },
  'force-state': ({ state }) => forceState(state),
  superseded: () => supersede(),
  'ask-first': ({ on }) => askFirst(on),
  do: ({ deed }) => act(deed),
};

export function startSession() {
  line.on('open', () => (isSuperseded() ? report() : void greet()));
  line.on('closed', () => isSuperseded() || moveTo('OPENING'));
  line.on('frame', (frame) => void hear(frame));
  line.connect();
}

/** What has a number is said again and again until it is confirmed. */
async function hear(frame) {
  await answers[frame.type](frame);
  if (frame.n !== undefined) line.tell({ type: 'got', n: frame.n });
}

/** The button "Use here". */
Socket.takeover = () => {
  takeBack();
  void greet();
};

async function greet() {
  line.tell({ type: 'hello', login: await loadLogin(), keys: ownKeys() });
  report();
}

async function enter(me, sync, estate, caughtUp) {
  Conn.set({ pushname: me.pushname, wid: createWid(`${me.number}@c.us`) });
  moveIn(estate);
  void connected(sync, caughtUp);
  await resume();
}

/** When all that had waited for us is in. */
function whenFlushed() {
  return new Promise((resolve) => (isFlushed = resolve));
}

function receive(message) {
  if (getMe() === null) return undefined;
  const msg = modelOf(message, true);
  const known = knows(msg);
  const kept = known.then((isKnown) => isKnown || keep(plain(msg)));
  return inOrder(async () => {
    // Kept before it is confirmed: a message that the sender sees as delivered is not lost with the browser.
    await kept;
    line.tell({ type: 'received', id: message.id, from: message.from, to: message.to });
    if ((await known) || Msg.get(msg.id) !== undefined) return;
    meet(message.from, message.pushname);
    chatWith(msg.id.remote).take(Msg.add(msg));
  });
}

let last = Promise.resolve();

/** What is done to a message comes after the message. */
function inOrder(act) {
  last = last.then(act).catch((error) => console.error(error));
  return last;
}
