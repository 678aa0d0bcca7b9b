import { join } from 'node:path';
import { UPKEEP_EVERY_MS } from '#libs/contracts/limits/runtime';
import { emptyProfileTrash } from '#src/engines/profile-trash';
import type { Runtime } from './runtime.js';

const DAY_MS = 86_400_000;

/**
 * Fails messages that nobody wants any more, and removes what has been kept long enough: deleted accounts with their
 * history, old events, forgotten idempotency keys, logins moved aside, files of messages. A little each time, at the start and then
 * each hour. Answers the function that ends it and waits for a round that is under way.
 */
export function startUpkeep(runtime: Runtime): () => Promise<void> {
  let round: Promise<void> = Promise.resolve();
  const begin = (): void => {
    round = round
      .then(() => tidy(runtime))
      .catch((err: unknown) => runtime.log.warn({ err }, 'upkeep failed; it is tried again'));
  };
  begin();
  const timer = setInterval(begin, UPKEEP_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    return round;
  };
}

async function tidy({
  accountStore,
  deliveries,
  eventLog,
  inbox,
  mediaKeeper,
  messages,
  sessionsDir,
  config,
  log,
  bus,
  nodeId,
}: Runtime): Promise<void> {
  const now = Date.now();
  for (const message of await messages.expireQueued(nodeId, now)) {
    bus.publish({ event: 'message.changed', accountId: message.accountId, at: now, message });
  }
  const accounts = await accountStore.purgeDeleted(config.deletedRetentionDays);
  const events = await eventLog.forget(config.eventRetentionDays);
  const told = await deliveries.removeOld(config.deliveryRetentionDays);
  const keys = await messages.forgetOldKeys(now);
  const early = await inbox.forgetOld(now, now - config.eventRetentionDays * DAY_MS);
  const logins = await emptyProfileTrash(join(sessionsDir, 'trash'), config.profileTrashDays, now);
  const files = await mediaKeeper.tidy(now);
  if (accounts.length + events + told + keys + logins + files.expired + files.strays + early > 0)
    log.info(
      { accounts: accounts.length, events, told, early, keys, logins, files },
      'removed what was kept long enough',
    );
}
