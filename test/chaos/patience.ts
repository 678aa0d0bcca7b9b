import { ENGINE_HEARTBEAT_EVERY_MS } from '#libs/contracts/limits/machines';
import {
  BACKOFF_JITTER_MAX,
  BRAKE_PAUSE_MS_MAX,
  KILL_DEADLINE_MS,
  LAUNCH_SLOT_MS_MAX,
} from '#libs/contracts/limits/sessions';

/**
 * Shorter than in real life, since each is waited for hundreds of times. RESTARTS_MAX is out of reach: an account falls here
 * more often in a minute than elsewhere in a month, and that it then waits for a person is shown in other tests.
 */
const WAITS = {
  PROBE_EVERY_MS: 2_000,
  PROBE_ANSWER_MS_MAX: 3_000,
  ENGINE_HEARTBEAT_MISSING_MS_MAX: 4_000,
  LAUNCH_DEADLINE_MS: 30_000,
  AUTHENTICATION_DEADLINE_MS: 15_000,
  DEGRADED_DEADLINE_MS: 6_000,
  PROVIDER_TIMEOUT_DEADLINE_MS: 4_000,
  CONFLICT_WAIT_MS: 1_000,
  CLOSE_DEADLINE_MS: 6_000,
  KILL_DEADLINE_MS,
  BACKOFF_FIRST_MS: 200,
  BACKOFF_MS_MAX: 1_000,
} as const;

export const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(WAITS).map(([name, value]) => [name, String(value)])),
  ENGINE_HOST_ACCOUNTS_MAX: '2',
  RESTARTS_MAX: '1000',
};

const PROBES = 2;
const LAUNCHES_AT_ONCE = 3;
/** The runtime's own start: Postgres reads its log again, what a dead run left gets its time to leave and is then killed. */
const START_MS_MAX = 30_000;

/**
 * From the end of a fault to all accounts CONNECTED again: noticed, closed or killed, paused, in the queue, launched, and
 * logged in. Past that an account is stuck.
 */
export function backMsMax(accounts: number): number {
  const noticed = Math.max(
    PROBES * (WAITS.PROBE_EVERY_MS + WAITS.PROBE_ANSWER_MS_MAX),
    WAITS.ENGINE_HEARTBEAT_MISSING_MS_MAX + ENGINE_HEARTBEAT_EVERY_MS,
    WAITS.DEGRADED_DEADLINE_MS,
  );
  const ended = WAITS.CLOSE_DEADLINE_MS + WAITS.KILL_DEADLINE_MS;
  const paused = WAITS.BACKOFF_MS_MAX * (1 + BACKOFF_JITTER_MAX) + BRAKE_PAUSE_MS_MAX;
  const queued = Math.ceil(accounts / LAUNCHES_AT_ONCE) * LAUNCH_SLOT_MS_MAX;
  return START_MS_MAX + noticed + ended + paused + queued + WAITS.LAUNCH_DEADLINE_MS + WAITS.AUTHENTICATION_DEADLINE_MS;
}
