import { FENCE_HEADER } from '#libs/contracts/account-manager/fence';

/** The fence of the lease under which something is done; with one that is over it is refused. */
export interface UnderLease {
  readonly fence?: number;
}

export const headersOf = ({ fence }: UnderLease = {}) => ({ [FENCE_HEADER]: fence?.toString() });
