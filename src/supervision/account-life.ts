import type { RunningChild } from '#libs/supervisor/child-spec';
import type { Exit } from '#libs/supervisor/exit';
import type { Supervisor } from '#libs/supervisor/supervisor';
import type { AccountChild, AccountEnd } from './account-child.js';
import type { SupervisionLog } from './ports.js';

/**
 * One life of an account's actor under its supervisor. It ends by itself only when it was lost or broken; then its
 * session ends first, so that whoever comes next finds nothing of it alive.
 */
export function liveAccount(
  accountId: string,
  child: AccountChild,
  sessions: Supervisor,
  log: SupervisionLog,
): RunningChild {
  let tellExit: (exit: Exit) => void = () => undefined;
  const exited = new Promise<Exit>((resolve) => (tellExit = resolve));
  const stop = async (): Promise<void> => {
    await child.retire();
    tellExit({ reason: 'stopped', class: 'normal' });
  };
  const endAs = async (end: AccountEnd): Promise<void> => {
    if (end.why === 'crashed') log.error({ accountId, err: end.error }, 'an account’s actor failed');
    else log.warn({ accountId }, 'another owner has taken this account; it is over here');
    await child.retire();
    await stopSession(child, sessions, accountId);
    tellExit({ reason: end.why, class: end.why === 'crashed' ? 'crash' : 'normal' });
  };
  void child.ended.then(endAs);
  return { exited, stop: () => void stop(), kill: stop };
}

async function stopSession(child: AccountChild, sessions: Supervisor, accountId: string): Promise<void> {
  const { session } = child;
  if (session) await sessions.stopChild({ id: accountId, incarnation: session.incarnation });
  sessions.forget(accountId);
}
