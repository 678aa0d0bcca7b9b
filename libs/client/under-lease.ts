import { FENCE_HEADER, OVERRIDE_HEADER } from '#libs/contracts/account-manager/fence';

/** The fence of the lease under which something is done; with one that is over it is refused. */
export interface UnderLease {
  readonly fence?: number;
  /** Who acts although another has the account, and knows it: it is written into the ledger. Not for PATCH and uploads. */
  readonly override?: string;
}

export const headersOf = ({ fence, override }: UnderLease = {}) => ({
  [FENCE_HEADER]: fence?.toString(),
  [OVERRIDE_HEADER]: override,
});
