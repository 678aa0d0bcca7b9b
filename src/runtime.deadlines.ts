import type { AccountDeadlines } from '#libs/account/account.context';
import { LAUNCH_QUEUE_WAIT_MS_MAX } from '#libs/contracts/limits/sessions';
import type { Config } from '#src/config/config';

/** How long each waiting state of an account may last in this run. */
export function accountDeadlines({ deadlines, restart }: Pick<Config, 'deadlines' | 'restart'>): AccountDeadlines {
  return {
    queue: LAUNCH_QUEUE_WAIT_MS_MAX,
    launch: deadlines.launchMs,
    scan: deadlines.qrScanMs,
    authentication: deadlines.authenticationMs,
    degraded: deadlines.degradedMs,
    providerTimeout: deadlines.providerTimeoutMs,
    conflictWait: deadlines.conflictWaitMs,
    holds: restart.resetAfterMs,
    close: deadlines.closeMs,
    kill: deadlines.killMs,
  };
}
