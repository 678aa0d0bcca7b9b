import {
  ACTOR_RESTARTS_MAX,
  ACTOR_WINDOW_MS,
  BACKOFF_FIRST_MS,
  BACKOFF_JITTER_MAX,
  BACKOFF_MS_MAX,
} from '#libs/contracts/limits/sessions';
import { createSupervisor } from '#libs/supervisor/live-supervisor';
import type { RestartKind, RestartPolicy } from '#libs/supervisor/restart-policy';
import type { Strategy, Supervisor } from '#libs/supervisor/supervisor';
import type { SupervisorNote } from '#libs/supervisor/supervisor-note';
import type { Clock, Dice } from './ports.js';

/** One supervisor of the tree: what it keeps alive, and how. */
export interface Branch {
  readonly id: string;
  readonly strategy: Strategy;
  readonly policy: RestartPolicy;
}

/**
 * The tree of a node, in start order; it stops from the bottom up. Accounts share nothing, so each branch is one_for_one:
 * `rest_for_one` and `superviseAsChild` of libs/supervisor are for parts that need each other, of which a node has none yet.
 *
 *   node
 *   ├── postgres      embedded; restarts itself                            src/persistence/embedded-postgres.ts
 *   ├── recorder      commits what accounts did; tries until it succeeds   src/persistence/snapshot-recorder.ts
 *   ├── engine hosts  processes with browsers, ENGINE_HOST_ACCOUNTS_MAX    src/engines/engine-hosts.ts
 *   │                 accounts each; a silent one is ended. The end of
 *   │                 one is the end of its sessions, and of no others
 *   ├── sessions      one_for_one, transient; RESTARTS_MAX crashes in      session/account-session.ts
 *   │                 RESTART_WINDOW_MS, then FAILED. One live connection
 *   │                 per account; its machine shows the back-off and
 *   │                 waits it out
 *   └── accounts      one_for_one, transient; ACTOR_RESTARTS_MAX crashes   account-child.ts
 *                     in ACTOR_WINDOW_MS, then FAILED. One actor per owned
 *                     account, in all six statuses; comes back from its
 *                     last commit, after its session has gone
 *
 * Between a back-off and a launch, for each provider (launch/launch-gate.ts):
 *
 *   brake   restarts are held when more than BRAKE_SHARE_MAX of the accounts, and BRAKE_FAILED_MIN at least, fell within
 *           BRAKE_WINDOW_MS; scouts go alone, every BRAKE_PAUSE_FIRST_MS … BRAKE_PAUSE_MS_MAX. Persons and first
 *           launches pass
 *   slots   at most <PROVIDER>_LAUNCH_PARALLEL_MAX launch at once, for LAUNCH_SLOT_MS_MAX each at most, first come first
 *           served
 */
export function branches(sessionPolicy: RestartPolicy): { readonly sessions: Branch; readonly accounts: Branch } {
  return {
    sessions: { id: 'sessions', strategy: 'one_for_one', policy: sessionPolicy },
    accounts: { id: 'accounts', strategy: 'one_for_one', policy: ACTOR_POLICY },
  };
}
export const SESSION_RESTART: RestartKind = 'transient';
/** One that was released, or that another owner took, is not ours to bring back. */
export const ACCOUNT_RESTART: RestartKind = 'transient';

/** An actor fails only by a bug of ours: a few tries, for the bug may be in passing; then it stays down and is reported. */
const ACTOR_POLICY: RestartPolicy = {
  restartsMax: ACTOR_RESTARTS_MAX,
  windowMs: ACTOR_WINDOW_MS,
  backoffFirstMs: BACKOFF_FIRST_MS,
  backoffMsMax: BACKOFF_MS_MAX,
  jitterMax: BACKOFF_JITTER_MAX,
  resetAfterMs: ACTOR_WINDOW_MS,
};

export interface Soil {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly note: (note: SupervisorNote) => void;
}

export function growBranch({ id, strategy, policy }: Branch, { clock, dice, note }: Soil): Supervisor {
  // None needs another to end, and there may be ten thousand.
  return createSupervisor({ id, strategy, policy, clock, dice, note, stopTogether: true });
}
