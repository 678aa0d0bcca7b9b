import {
  FLOOD_EXTRA_MS,
  FLOOD_EXTRA_MS_MAX,
  FLOOD_MEMORY_MS,
  FLOOD_UNNAMED_MS,
  FLOOD_WAIT_MS_MAX,
  PEER_FLOOD_MS,
  TRANSIENT_RETRY_MS,
  TRANSIENT_RETRY_MS_MAX,
  UNKNOWN_ERROR_MS,
} from '#libs/contracts/limits/leasing';
import type { ErrorClass } from '#libs/contracts/account-manager/lease-error';

/** What the errors of an account before this one say. */
export interface ErrorMemory {
  /** Floods so far, each within FLOOD_MEMORY_MS of the one before. */
  readonly floods: number;
  /** When the last of them came; null: never. Milliseconds since 1970. */
  readonly floodAtMs: number | null;
  /** Passing faults in a row. */
  readonly faults: number;
}

export interface Verdict {
  /** The account rests so long; 0: it does not. */
  readonly restMs: number;
  /** The caller may try the same again after so long; null: not with this account, or not at all. */
  readonly retryAfterMs: number | null;
  readonly memory: ErrorMemory;
}

/**
 * What an error means for the account. A flood rests for what the provider asked and an extra minute, which doubles with
 * each flood within a day of the one before: who comes back too early is asked to wait longer.
 */
export function judgeError(
  { class: kind, waitMs }: { readonly class: ErrorClass; readonly waitMs: number | null },
  memory: ErrorMemory,
  nowMs: number,
): Verdict {
  switch (kind) {
    case 'flood_wait':
      return afterFlood(Math.min(waitMs ?? FLOOD_UNNAMED_MS, FLOOD_WAIT_MS_MAX), memory, nowMs);
    case 'peer_flood':
      return rest(PEER_FLOOD_MS, memory);
    case 'transient': {
      const retryAfterMs = Math.min(TRANSIENT_RETRY_MS * 2 ** memory.faults, TRANSIENT_RETRY_MS_MAX);
      return { restMs: 0, retryAfterMs, memory: { ...memory, faults: Math.min(memory.faults + 1, FAULTS_MAX) } };
    }
    case 'unknown':
      return rest(UNKNOWN_ERROR_MS, memory);
    case 'login_dead':
    case 'banned':
    case 'target_refused':
    case 'not_possible':
      return { restMs: 0, retryAfterMs: null, memory: { ...memory, faults: 0 } };
  }
}

/** More doublings than lead to any limit. */
const FAULTS_MAX = 20;

function afterFlood(askedMs: number, memory: ErrorMemory, nowMs: number): Verdict {
  const isRepeated = memory.floodAtMs !== null && nowMs - memory.floodAtMs < FLOOD_MEMORY_MS;
  const before = isRepeated ? memory.floods : 0;
  const extraMs = Math.min(FLOOD_EXTRA_MS * 2 ** Math.min(before, FAULTS_MAX), FLOOD_EXTRA_MS_MAX);
  return rest(askedMs + extraMs, { floods: before + 1, floodAtMs: nowMs, faults: 0 });
}

const rest = (restMs: number, memory: ErrorMemory): Verdict => ({
  restMs,
  retryAfterMs: restMs,
  memory: { ...memory, faults: 0 },
});
