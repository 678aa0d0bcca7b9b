import type { ChildRef, RunningChild } from './child-spec.js';
import { createDeferred } from './deferred.js';
import { crashed, EXIT_REASONS, type Exit } from './exit.js';
import { createSupervisor } from './live-supervisor.js';
import type { Supervisor, SupervisorOptions } from './supervisor.js';

export type SubtreeOptions = Omit<SupervisorOptions, 'onGiveUp' | 'onSignificantExit'>;

/**
 * A supervisor as a child of another: what the `start` of its spec gives. `grow` starts its children.
 *
 * Its parent hears nothing before all that it kept is gone, even what needed more than one kill:
 * - it gave up: crash `gave_up`; its parent judges that as one crash, and starts a new subtree or gives up in turn
 * - a significant child came to rest: the exit of that child
 * - it was asked to stop: normal `stopped`, in the order of its strategy
 * - it was killed: all its children are, at once; crash `killed`
 * - `grow` threw: what had been started is stopped; crash `start_failed`
 *
 * References to its children are good for this life of it only: the next one counts incarnations anew, unless `grow`
 * brings them along.
 */
export function superviseAsChild(options: SubtreeOptions, grow: (supervisor: Supervisor) => void): RunningChild {
  const exited = createDeferred<Exit>();
  let byForce = false;
  const end = async (exit: Exit): Promise<void> => {
    await supervisor.stop();
    await Promise.all(living(supervisor).map((ref) => goneOf(supervisor, ref)));
    exited.resolve(byForce ? crashed(EXIT_REASONS.killed, 'ended by force') : exit);
  };
  const supervisor = createSupervisor({
    ...options,
    onGiveUp: ({ ref, exit }) => void end(crashed(EXIT_REASONS.gaveUp, `${ref.id}: ${exit.reason}`)),
    onSignificantExit: ({ exit }) => void end(exit),
  });
  try {
    grow(supervisor);
  } catch (error) {
    void end(crashed(EXIT_REASONS.startFailed, error));
  }

  return {
    exited: exited.promise,
    stop: () => void end({ reason: EXIT_REASONS.stopped, class: 'normal' }),
    async kill() {
      byForce = true;
      void end({ reason: EXIT_REASONS.stopped, class: 'normal' });
      for (const ref of living(supervisor)) void supervisor.killChild(ref);
      await exited.promise;
    },
  };
}

function living(supervisor: Supervisor): readonly ChildRef[] {
  return supervisor.children().filter(({ state }) => state === 'running' || state === 'stopping');
}

/** `stop` goes on without one that can't be ended; whoever starts a successor must not. */
function goneOf(supervisor: Supervisor, { id, incarnation }: ChildRef): Promise<void> {
  return new Promise((resolve) => {
    supervisor.monitor({ id, incarnation }, () => resolve());
  });
}
