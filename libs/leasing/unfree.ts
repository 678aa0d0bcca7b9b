import type { UnfreeReason } from '#libs/contracts/account-manager/lease';

/** How an account stands, as far as it matters to who wants to lease one. Times in ms since 1970; null: not so. */
export interface Standing {
  readonly status: string;
  readonly leasedUntilMs: number | null;
  readonly coolingUntilMs: number | null;
  readonly disabled: boolean;
  readonly loginDead: boolean;
  /** It is what was asked for. */
  readonly isWanted: boolean;
  /** It may do nothing more in the channel that was asked for. */
  readonly channelFull: boolean;
}
export interface Unfree {
  readonly reason: UnfreeReason;
  /** When time alone has made it free; null: time alone will not. */
  readonly untilMs: number | null;
}

/** Why an account can’t be given; null: it can. What no time will change is told first. */
export function whyUnfree(account: Standing): Unfree | null {
  if (account.disabled) return { reason: 'disabled', untilMs: null };
  if (account.loginDead) return { reason: 'login_dead', untilMs: null };
  if (!account.isWanted) return { reason: 'not_required', untilMs: null };
  if (account.status !== 'CONNECTED') return { reason: 'not_connected', untilMs: null };
  if (account.channelFull) return { reason: 'channel_limit', untilMs: null };
  const { leasedUntilMs: leased, coolingUntilMs: cooling } = account;
  if (leased === null && cooling === null) return null;
  const untilMs = Math.max(leased ?? 0, cooling ?? 0);
  return { reason: cooling === null ? 'leased' : 'cooling', untilMs };
}

/** When the first of them is free; null: none will be by time alone. */
export function nextFreeAt(unfree: readonly Unfree[]): number | null {
  const times = unfree.flatMap(({ untilMs }) => (untilMs === null ? [] : [untilMs]));
  return times.length === 0 ? null : Math.min(...times);
}
