import type { Runtime } from './runtime.js';

/** What a crash left undone between the mark and the end of a deleted account; goes on in the background. */
export async function releaseDeleted({ ownership, accounts, router, nodeId, log }: Runtime): Promise<void> {
  const deleted = await ownership.ownDeleted(nodeId);
  accounts.adopt(deleted);
  // Whatever they were doing, no session of the dead run stands behind it any more.
  await Promise.all(deleted.map(async ({ accountId }) => accounts.find(accountId)?.begin('settle')));
  for (const { accountId } of deleted) releaseInBackground(accountId, { router, log });
}

/** The store may have marked one as deleted whose caller was told that it did not answer. Goes on in the background. */
export async function releaseUnheard({ router, log }: Runtime): Promise<void> {
  for (const accountId of await router.unreleased()) {
    log.info({ accountId }, 'a deleted account is released; whoever deleted it never heard that it was');
    releaseInBackground(accountId, { router, log });
  }
}

function releaseInBackground(accountId: string, { router, log }: Pick<Runtime, 'router' | 'log'>): void {
  router
    .release(accountId)
    .catch((err: unknown) => log.error({ err, accountId }, 'a deleted account was not released'));
}
