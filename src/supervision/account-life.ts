import type { RunningChild } from '#libs/supervisor/child-spec';
import type { Exit } from '#libs/supervisor/exit';
import type { AccountChild, AccountEnd } from './account-child.js';
import type { AccountWorld } from './account-world.js';
import { waitAtMost } from './signal.js';

/**
 * One life of an account's actor under its supervisor. It ends by itself only when it was lost or broken; then its
 * session ends first, so that whoever comes next finds nothing of it alive.
 */
export function liveAccount(accountId: string, child: AccountChild, world: AccountWorld): RunningChild {
  let tellExit: (exit: Exit) => void = () => undefined;
  const exited = new Promise<Exit>((resolve) => (tellExit = resolve));
  const stop = async (): Promise<void> => {
    await child.retire();
    tellExit({ reason: 'stopped', class: 'normal' });
  };
  const endAs = async (end: AccountEnd): Promise<void> => {
    if (end.why === 'crashed') world.log.error({ accountId, err: end.error }, 'an account’s actor failed');
    else world.log.warn({ accountId }, 'another owner has taken this account; it is over here');
    await child.retire();
    await stopSession(child, accountId, world);
    await child.finish();
    tellExit({ reason: end.why, class: end.why === 'crashed' ? 'crash' : 'normal' });
  };
  void child.ended.then(endAs);
  return { exited, stop: () => void stop(), kill: stop };
}

/** One that can't be ended even by force holds up nobody: a successor finds it there, and says so (`not_closed`). */
async function stopSession(
  { session }: AccountChild,
  accountId: string,
  { sessions, clock, closeMs, killMs }: AccountWorld,
): Promise<void> {
  const ref = session && { id: accountId, incarnation: session.incarnation };
  if (ref) await waitAtMost(clock, closeMs + killMs, sessions.stopChild(ref));
  sessions.forget(accountId);
}
