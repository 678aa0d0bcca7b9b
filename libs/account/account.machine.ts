import { ACCOUNT_DEADLINES, type AccountDeadlines } from './account.context.js';
import { accountSetup, initialAccountContext } from './account.setup.js';
import { authenticating } from './states/authenticating.js';
import { connected } from './states/connected.js';
import { connecting } from './states/connecting.js';
import { disconnected } from './states/disconnected.js';
import { failed } from './states/failed.js';
import { qrReady } from './states/qr-ready.js';

/**
 * The account: one actor per account for as long as this node owns it. Its top-level states are the six statuses.
 *
 * - DISCONNECTED    at rest by wish. `idle`: no session exists. `closing`: the session is being closed.
 * - CONNECTING      on the way. `queued`: waits for a launch slot. `launching`: the session opens. `backingOff`: waits
 *                   for the supervisor's next attempt, or for the other place to let go of the account; no session
 *                   exists. `closing`: the old session goes first, to be restarted, tried once more or replaced.
 * - QR_READY        a code is on show and a person must scan it.
 * - AUTHENTICATING  the login was accepted. `syncing`: not ready yet. `verifying`: said ready, not yet probed.
 * - CONNECTED       ready and probed. `online`: sends. `degraded`: without its socket; sends wait.
 * - FAILED          at rest until a person acts. `idle`: no session exists. `closing`: the session is being closed.
 *
 * A session exists in `launching`, QR_READY, AUTHENTICATING, CONNECTED and every `closing`, and nowhere else.
 * Every state that waits has a deadline, an absolute time in the context; the two `idle` wait for a person.
 * The machine touches nothing: its orders (account.setup.ts) are carried out by its owner, after the commit.
 */
export function makeAccountMachine(deadlines: AccountDeadlines = ACCOUNT_DEADLINES) {
  return accountSetup(deadlines).createMachine({
    id: 'account',
    context: initialAccountContext,
    initial: 'DISCONNECTED',
    on: {
      'login.discarded': { actions: 'loginIsGone' },
      'driver.logged-out': { actions: 'deviceIsGone' },
      // After a start of the runtime no session stands behind any state; CONNECTING.backingOff and FAILED know better.
      'account.restore': {
        guard: 'sessionWasWanted',
        target: '#account.CONNECTING.queued',
        actions: 'launchBySupervisor',
      },
    },
    states: {
      DISCONNECTED: disconnected,
      CONNECTING: connecting,
      QR_READY: qrReady,
      AUTHENTICATING: authenticating,
      CONNECTED: connected,
      FAILED: failed,
    },
  });
}

export type AccountMachine = ReturnType<typeof makeAccountMachine>;
export const accountMachine: AccountMachine = makeAccountMachine();
