import { stateOf } from '#libs/account/account.snapshot';
import { RECYCLE_DRAIN_MS_MAX } from '#libs/contracts/limits/machines';
import { COMMAND_ANSWER_MS_MAX } from '#libs/contracts/limits/runtime';
import type { MailOutcome } from '../actor/commit-loop.js';
import type { OutboxSender } from '../messages/outbox-sender.js';
import type { Clock } from '../ports.js';
import { createSignal } from '../signal.js';

/**
 * - `recycled`       its session is being replaced, as committed
 * - `busy`           what was under way did not come to its end in time, or the store is away; it goes on as it was
 * - `not_connected`  it has no connection to replace, or has lost it meanwhile
 */
export type RecycleOutcome = 'recycled' | 'busy' | 'not_connected';

export interface RecycleParts {
  readonly clock: Clock;
  readonly sender: Pick<OutboxSender, 'drain' | 'resume'>;
  /** The very session that is to be replaced, online. */
  readonly isStillThere: () => boolean;
  /** That session, and no other. */
  readonly replace: () => Promise<MailOutcome>;
}

/** The outbox is held back from here until the replacing is committed or has come to nothing. */
export async function recycleDrained({ clock, sender, isStillThere, replace }: RecycleParts): Promise<RecycleOutcome> {
  const isDrained = await sender.drain(RECYCLE_DRAIN_MS_MAX);
  if (!isDrained) {
    sender.resume();
    return isStillThere() ? 'busy' : 'not_connected';
  }
  const answer = createSignal<RecycleOutcome>(clock, COMMAND_ANSWER_MS_MAX);
  // Not before its commit, however long the store is away: until then nothing could be sent either.
  void replace().then((outcome) => {
    sender.resume();
    answer.give(outcome.ok && stateOf(outcome.after) === 'CONNECTING.closing' ? 'recycled' : 'not_connected');
  });
  return (await answer.promise) ?? 'busy';
}
