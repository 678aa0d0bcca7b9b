import type { EventData } from '#libs/contracts/event-data';
import type { CommittedState } from '#libs/contracts/events';
import type { TransitionEntry } from '#src/supervision/ports';
import { reasonViewOf } from './account-view.js';

/** `event.data` of account.changed, as it lies in the log. */
export interface AccountNews {
  readonly state: CommittedState;
  readonly steps: readonly NewsStep[];
}
type NewsStep = Omit<TransitionEntry, 'input'> & { readonly epoch: number };

/** The text for the log. */
export function newsText(state: CommittedState, steps: AccountNews['steps']): string {
  const news: AccountNews = { state, steps: steps.map(stepOf) };
  return JSON.stringify(news);
}

/** What belongs to a step, and nothing that came with it. */
const stepOf = (step: NewsStep): NewsStep => ({
  seq: step.seq,
  at: step.at,
  from: step.from,
  to: step.to,
  event: step.event,
  cause: step.cause,
  incarnation: step.incarnation,
  epoch: step.epoch,
  heldMs: step.heldMs,
});

export function newsViewOf({ state, steps }: AccountNews): EventData<'account.changed'> {
  const { status, detail, desired, phone, since, restarts } = state;
  return {
    state: {
      status,
      detail,
      desired,
      phone,
      reason: reasonViewOf(status, state.reason),
      since: timeOf(since),
      restarts: {
        count: restarts.count,
        nextAttemptAt: restarts.nextAttemptAt === null ? null : timeOf(restarts.nextAttemptAt),
      },
    },
    transitions: steps.map((step) => ({ ...step, at: timeOf(step.at) })),
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();
