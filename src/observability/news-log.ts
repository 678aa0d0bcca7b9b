import type { MusterEvent } from '#libs/contracts/events';
import { reasonEntry } from '#libs/contracts/reasons';
import type { Logger } from './logger.js';
import type { NewsSource } from './metrics.js';

/**
 * The log of an operator: each committed change of an account's state, with its reason in plain words, and what the
 * supervisor had to do by force. Answers the function that ends it.
 */
export function logNews(news: NewsSource, logger: Logger): () => void {
  return news.subscribe((event) => {
    if (event.event === 'account.changed') logTransitions(event, logger);
    else if (event.event === 'supervisor.noted') logNote(event, logger);
  });
}

type Changed = Extract<MusterEvent, { event: 'account.changed' }>;

function logTransitions({ accountId, state, transitions }: Changed, logger: Logger): void {
  const { reason, restarts } = state;
  const told = reason && {
    reason: reason.code,
    why: reasonEntry(reason.code).message,
    ...(state.status === 'FAILED' ? { who: reasonEntry(reason.code).who } : {}),
    ...(reason.detail ? { detail: reason.detail } : {}),
  };
  const last = transitions.at(-1);
  for (const step of transitions) {
    const { from, to, event, cause, incarnation, heldMs } = step;
    if (from === to) continue;
    // Only the last step of a commit knows the reason that stands now.
    const now = step === last ? { ...told, ...nextAttempt(restarts.nextAttemptAt) } : {};
    const level = step === last && state.status === 'FAILED' ? 'error' : 'info';
    logger[level]({ accountId, from, to, event, cause, incarnation, heldMs, ...now }, 'account');
  }
}

const nextAttempt = (at: number | null): object => (at === null ? {} : { nextAttemptAt: new Date(at).toISOString() });

type Noted = Extract<MusterEvent, { event: 'supervisor.noted' }>;

function logNote({ accountId, what, data }: Noted, logger: Logger): void {
  const level = LEVELS.find(([kind]) => kind.test(what))?.[1] ?? 'debug';
  logger[level]({ accountId, what, ...data }, 'supervisor');
}

const LEVELS = [
  [/\.(killed|not_gone|gave_up|callback_failed|brake_on)$/, 'warn'],
  [/\.brake_off$/, 'info'],
] as const;
