import { eraseLogin } from './login.js';
import { line } from './line.js';
import { Emitter, Model } from './model.js';
import { define } from './registry.js';

/** How long the page stays after its own logout: the library closes the browser meanwhile. */
const LEAVE_AFTER_LOGOUT_MS = 500;

export const Cmd = new Emitter();
export const Socket = new Model({ state: 'OPENING', hasSynced: false, stream: 'DISCONNECTED' });

let own = 'OPENING';
let forced = null;

/** Another page is this device now: this one keeps quiet, and does not come back by itself when its line was lost. */
let superseded = false;

export function isSuperseded() {
  return superseded;
}

export function supersede() {
  superseded = true;
  moveTo('CONFLICT');
}

export function takeBack() {
  superseded = false;
  forceState(null);
  moveTo('OPENING');
}

/** The page's own state; a forced one hides it until it is taken back. */
export function moveTo(state) {
  own = state;
  show();
}

export function forceState(state) {
  forced = state;
  show();
}

export function setHasSynced(hasSynced) {
  Socket.set({ hasSynced });
  report();
}

export function report() {
  line.tell({ type: 'state', state: Socket.state, hasSynced: Socket.hasSynced });
}

export function leaveAfterLogout() {
  location.href = '/?post_logout=1&logout_reason=0';
}

function show() {
  Socket.set({ state: forced ?? own });
  document.getElementById('state').value = Socket.state;
  report();
}

Socket.logout = async () => {
  Cmd.trigger('logout');
  // Offline, the login is gone here and still linked there, as in life.
  const { navigates } = await line.ask({ type: 'logout' }).catch(() => ({ navigates: false }));
  await eraseLogin();
  if (navigates) {
    leaveAfterLogout();
    await new Promise(() => {}); // whoever waits for the end of this loses the page first
  }
  setTimeout(leaveAfterLogout, LEAVE_AFTER_LOGOUT_MS);
};

export function refreshQR() {
  line.tell({ type: 'refresh-qr' });
}
Cmd.refreshQR = refreshQR;

define('WAWebSocketModel', { Socket });
define('WAWebCmd', { Cmd });
define('WAWebLaunchSocketUtils', { refreshQR });
