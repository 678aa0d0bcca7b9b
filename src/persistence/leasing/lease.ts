import type { Provider } from '#libs/contracts/account';
import type { LeaseEnd } from '#libs/contracts/account-manager/lease';
import type { LimitRule } from '#libs/contracts/account-manager/lease-limits';

export interface WantedLease {
  /** Of the lease to be. */
  readonly id: string;
  readonly userId: string;
  readonly serviceName: string;
  readonly purpose: string;
  readonly channel: string | null;
  /** Who had it under the same text last is offered the same account, if it is free. */
  readonly sticky: string | null;
  readonly forMs: number;
  /** Accounts that may not be given for this. */
  readonly without: readonly string[];
  /** Null: any. */
  readonly providers: readonly Provider[] | null;
  readonly accountIds: readonly string[] | null;
}
export interface GrantedLease {
  readonly accountId: string;
  readonly leaseId: string;
  readonly fence: number;
  readonly allocatedAt: Date;
  readonly expiresAt: Date;
  readonly phone: string | null;
  /** It has rested and answered nothing since: ask it, before anybody is told of this lease. */
  readonly needsProbe: boolean;
  /** For OFFER_MS_MAX, and nobody’s before it is accepted. */
  readonly offered: boolean;
  /** That can count for it. */
  readonly rules: readonly LimitRule[];
}
/** Whose lease, and which; null: whichever of that service. */
export interface LeaseOwner {
  readonly accountId: string;
  readonly serviceName: string;
  readonly leaseId: string | null;
}
export interface EndedLease {
  readonly leaseId: string;
  readonly endedAt: Date;
  readonly endCause: LeaseEnd;
}
