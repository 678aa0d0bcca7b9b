import type { AccountView, ReasonView } from '#libs/contracts/account';

/** Why it is not well, if it is not; null: it is, or rests as it was asked to. Degraded it is CONNECTED, and sends nothing. */
export function shownReason({
  status,
  detail,
  reason,
}: Pick<AccountView, 'status' | 'detail' | 'reason'>): ReasonView | null {
  const isWell = status === 'CONNECTED' && detail !== 'CONNECTED.degraded';
  return isWell || reason?.code === 'stopped' ? null : reason;
}
