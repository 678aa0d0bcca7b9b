import type { CheckView } from '#libs/contracts/health';

export type Tone = 'ok' | 'warn' | 'bad';
export type Part = CheckView['details'][string];
/** `rest`: nobody answers now. */
export type Readiness = Tone | 'stopping' | 'waiting' | 'rest';

/** Up, but worth a look: accounts are being restored, or restarts are held back because many fell at once. */
export function toneOf(part: Part): Tone {
  if (part.status === 'down') return 'bad';
  if (part['phase'] === 'restoring') return 'warn';
  return heldIn(part).length > 0 ? 'warn' : 'ok';
}

/** `error`: why the last question had no answer; null: it had one. */
export function readinessOf(check: CheckView | null, error: unknown = null): Readiness {
  if (error !== null) return 'rest';
  if (check === null) return 'waiting';
  if (check.status === 'shutting_down') return 'stopping';
  if (check.status === 'error') return 'bad';
  return Object.values(check.details).some((part) => toneOf(part) !== 'ok') ? 'warn' : 'ok';
}

export interface HeldRestarts {
  readonly provider: string;
  readonly on: boolean;
  readonly held: number;
}

/** Brakes that are on, in the part `restarts`; what other parts say is none. */
export function heldIn(part: Part): readonly HeldRestarts[] {
  const brakes = part['brakes'];
  return Array.isArray(brakes) ? (brakes as readonly HeldRestarts[]).filter(({ on }) => on) : [];
}
