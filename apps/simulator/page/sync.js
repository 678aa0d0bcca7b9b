import { define } from './registry.js';
import { Cmd, isSuperseded, moveTo, setHasSynced, Socket } from './socket.js';

const STEPS = 4;
let percent = 0;

/** From the login to the moment the library waits for, as the server's plan says: not before all that had waited is in. */
export async function connected({ delayMs, hasSynced }, caughtUp) {
  if (Socket.hasSynced) return moveTo('CONNECTED');
  // Early means before the library can listen: it does so only after the state has left OPENING.
  if (hasSynced === 'early') setHasSynced(true);
  moveTo('CONNECTED');
  if (hasSynced === 'early') return;
  for (let step = 0; step <= STEPS; step++) {
    percent = (100 * step) / STEPS;
    Cmd.trigger('offline_progress_update_from_bridge');
    if (step < STEPS) await new Promise((resolve) => setTimeout(resolve, delayMs / STEPS));
    if (isSuperseded()) return;
  }
  await caughtUp;
  if (hasSynced === 'never') return;
  setHasSynced(true);
  if (hasSynced === 'twice') Socket.trigger('change:hasSynced', Socket, true, true);
}

define('WAWebOfflineHandler', { OfflineMessageHandler: { getOfflineDeliveryProgress: () => percent } });
