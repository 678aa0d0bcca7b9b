import type { AccountView, BrowserView } from '#libs/contracts/account';

/**
 * What is known of an account's browser, now that the account is so. As the API tells it: what was measured before the
 * status was entered may have been another browser, and at rest there is none.
 */
export function knownBrowser(
  measured: BrowserView | null,
  { detail, since }: Pick<AccountView, 'detail' | 'since'>,
): BrowserView | null {
  const isOfNow = measured !== null && measured.measuredAt >= since && !detail.endsWith('.idle');
  return isOfNow ? measured : null;
}
