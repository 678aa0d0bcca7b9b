import {
  ENGINE_HEARTBEAT_EVERY_MS,
  ENGINE_HEARTBEAT_MISSING_MS_MAX,
  ENGINE_HEARTBEAT_STOPPING_MS_MAX,
  ENGINE_HOST_START_MS_MAX,
  ENGINE_ORPHAN_CLOSE_MS_MAX,
} from '#libs/contracts/limits/machines';
import { CLOSE_DEADLINE_MS, KILL_DEADLINE_MS, SESSION_KILL_MS_MAX } from '#libs/contracts/limits/sessions';

export interface EngineLimits {
  readonly startMsMax: number;
  readonly heartbeatEveryMs: number;
  readonly heartbeatMissingMsMax: number;
  /** The same while the runtime stops, which must not wait for a frozen host. */
  readonly heartbeatStoppingMsMax: number;
  /** From `leave` to the exit. The host closes its sessions within CLOSE_DEADLINE_MS and then kills what is left. */
  readonly leaveMsMax: number;
  /** From SIGKILL to a verified end. */
  readonly killMsMax: number;
  /** What a host gets to kill one of its sessions; then it is ended from outside. */
  readonly sessionKillMsMax: number;
  /** What browsers get to leave properly after their host has died; they notice by their pipe. */
  readonly orphanCloseMsMax: number;
  /** A host without sessions is kept this long: accounts often come back soon, and a start costs 0.3 s. */
  readonly idleMsMax: number;
}

export const ENGINE_LIMITS: EngineLimits = {
  startMsMax: ENGINE_HOST_START_MS_MAX,
  heartbeatEveryMs: ENGINE_HEARTBEAT_EVERY_MS,
  heartbeatMissingMsMax: ENGINE_HEARTBEAT_MISSING_MS_MAX,
  heartbeatStoppingMsMax: ENGINE_HEARTBEAT_STOPPING_MS_MAX,
  leaveMsMax: CLOSE_DEADLINE_MS + KILL_DEADLINE_MS,
  killMsMax: KILL_DEADLINE_MS,
  sessionKillMsMax: SESSION_KILL_MS_MAX,
  orphanCloseMsMax: ENGINE_ORPHAN_CLOSE_MS_MAX,
  idleMsMax: 60_000,
};
