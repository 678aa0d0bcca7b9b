import {
  ACTOR_RESTARTS_MAX,
  ACTOR_WINDOW_MS,
  BACKOFF_FIRST_MS,
  BACKOFF_JITTER_MAX,
  BACKOFF_MS_MAX,
} from '#libs/contracts/limits';
import type { RestartKind, RestartPolicy } from '#libs/supervisor/restart-policy';
import { createSupervisor } from '#libs/supervisor/live-supervisor';
import type { Supervisor } from '#libs/supervisor/supervisor';
import type { SupervisorNote } from '#libs/supervisor/supervisor-note';
import type { Clock, Dice } from './ports.js';

/** One supervisor of the tree: what it keeps alive, and how. */
export interface Branch {
  readonly id: string;
  readonly strategy: 'one_for_one' | 'one_for_all';
  readonly policy: RestartPolicy;
}

/**
 * The tree of a node, in start order; it stops from the bottom up.
 *
 *   node
 *   ├── postgres        embedded; restarts itself               src/persistence/embedded-postgres.ts
 *   ├── recorder        commits what accounts did               src/persistence/snapshot-recorder.ts
 *   ├── engine hosts    processes with browsers, one_for_all    src/engines/engine-hosts.ts
 *   │                   within a host: its end drops its sessions, and no others
 *   ├── sessions        one_for_one, transient                  account-session.ts
 *   │                   one live connection per account; the account's machine shows and waits out the back-off
 *   └── accounts        one_for_one, transient                  account-child.ts
 *                       one actor per owned account, in all six statuses; comes back from its last commit
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
