import { chatWith } from './chats.js';
import { Conn } from './conn.js';
import { act } from './deeds.js';
import { line } from './line.js';
import { eraseLogin, getMe, loadLogin, ownKeys, renewMe, saveLogin } from './login.js';
import { acknowledge, keep, modelOf, Msg, plain } from './messages.js';
import { MsgKey } from './msg-key.js';
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
  async paired({ me, token, sync }) {
    await saveLogin(me, token);
    await enter(me, sync);
  },
  async welcome({ me, sync }) {
    renewMe(me);
    await enter(me, sync);
  },
  message: ({ message }) => receive(message),
  ack: ({ id, to, ack }) => acknowledge(new MsgKey({ to: createWid(`${to}@c.us`), id, selfDir: 'out' }), ack),
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
  line.on('frame', (frame) => void answers[frame.type](frame));
  line.connect();
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

async function enter(me, sync) {
  Conn.set({ pushname: me.pushname, wid: createWid(`${me.number}@c.us`) });
  void connected(sync);
  await resume();
}

async function receive(message) {
  if (getMe() === null) return;
  const msg = modelOf(message, true);
  // Kept before it is confirmed: a message that the sender sees as delivered is not lost with the browser.
  await keep(plain(msg));
  line.tell({ type: 'received', id: message.id, from: message.from });
  if (Msg.get(msg.id) === undefined) chatWith(msg.id.remote).take(Msg.add(msg));
}
