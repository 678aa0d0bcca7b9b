import type { Countdown } from './chart/chart-state.js';
import type { Context } from './life.js';

/** The wait that runs in this context; `seenAt` null: in the present, which moves on. */
export function countdownOf(state: string, context: Context | null, seenAt: number | null): Countdown | null {
  const deadline = context?.['deadline'] as { readonly name?: unknown; readonly at?: unknown } | null | undefined;
  if (typeof deadline?.name !== 'string' || typeof deadline.at !== 'number') return null;
  return { state, name: deadline.name, at: deadline.at, seenAt };
}
