import { type AccountSnapshot, newlyLeftLogin } from '#libs/account/account.snapshot';
import type { SupervisionLog } from './ports.js';

/** The history tells it as well; an account that is deleted can't show it any more. */
export function warnOfLeftLogin(log: SupervisionLog, accountId: string): void {
  log.warn(
    { accountId },
    'a login was given up here that the provider was not heard to end: the phone may still list the device',
  );
}

export function warnIfLoginWasLeft(
  log: SupervisionLog,
  accountId: string,
  before: AccountSnapshot,
  after: AccountSnapshot,
): void {
  if (newlyLeftLogin(before, after)) warnOfLeftLogin(log, accountId);
}
