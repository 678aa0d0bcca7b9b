import { join } from 'node:path';
import { HOLDS_ASSUMED_MAX, LEASE_LOOK_EVERY_MS, LEASES_CLOSED_MAX } from '#libs/contracts/limits/leasing';
import { EXPIRY_LOOK_EVERY_MS, UPKEEP_EVERY_MS } from '#libs/contracts/limits/runtime';
import { emptyProfileTrash } from '#src/engines/profile-trash';
import type { PartWatch } from '#src/observability/part-watch';
import { releaseUnheard } from './deleted-accounts.js';
import type { Runtime } from './runtime.js';

const DAY_MS = 86_400_000;

/** Parts of one kind in one round: two million rows, more than a node writes in an hour. */
const PARTS_MAX = 200;

/**
 * Fails messages that nobody wants any more, releases deleted accounts, and removes what has been kept long enough: deleted
 * accounts with their history, old events, forgotten idempotency keys, logins moved aside, files of messages. A part at a
 * time, at the start and then each hour; messages and accounts each minute, as somebody may wait to hear of them, leases each second. Answers
 * the function that ends it and waits for what is under way.
 */
export function startUpkeep(runtime: Runtime): () => Promise<void> {
  const over = new AbortController();
  const ends = [
    repeat(UPKEEP_EVERY_MS, () => tidy(runtime, over.signal), runtime),
    repeat(EXPIRY_LOOK_EVERY_MS, () => expireMessages(runtime, over.signal), runtime),
    repeat(EXPIRY_LOOK_EVERY_MS, () => releaseUnheard(runtime), runtime),
    repeat(LEASE_LOOK_EVERY_MS, () => closeLeases(runtime, over.signal), runtime),
  ];
  return async () => {
    over.abort();
    await Promise.all(ends.map((end) => end()));
  };
}

/** One round after the other, the first at once. */
function repeat(
  everyMs: number,
  run: () => Promise<void>,
  { log, watches: { upkeep } }: { readonly log: Runtime['log']; readonly watches: { readonly upkeep: PartWatch } },
): () => Promise<void> {
  let round: Promise<void> | null = null;
  const begin = (): void => {
    round ??= upkeep
      .during(run)
      .catch((err: unknown) => log.warn({ err }, 'upkeep failed; it is tried again'))
      .finally(() => (round = null));
  };
  begin();
  const timer = setInterval(begin, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await round;
  };
}

/** What one call does is a part, so that no statement takes long; until there is nothing left. Answers how much it was. */
export async function inParts(over: AbortSignal, removePart: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let parts = 1; parts <= PARTS_MAX && !over.aborted; parts += 1) {
    const removed = await removePart();
    if (removed === 0) break;
    sum += removed;
  }
  return sum;
}

async function expireMessages({ messages, bus, nodeId }: Runtime, over: AbortSignal): Promise<void> {
  const at = Date.now();
  await inParts(over, async () => {
    const expired = await messages.expireQueued(nodeId, at);
    for (const message of expired) bus.publish({ event: 'message.changed', accountId: message.accountId, at, message });
    return expired.length;
  });
}

/** Writes down that leases are over, and that what was still held under them counts as used. */
export async function closeLeases(
  { leases, usage }: Pick<Runtime, 'leases' | 'usage'>,
  over: AbortSignal,
): Promise<void> {
  await inParts(over, () => leases.closeExpired(LEASES_CLOSED_MAX));
  await inParts(over, () => usage.assumeOverdue(HOLDS_ASSUMED_MAX));
}

async function tidy(
  { accountStore, deliveries, eventLog, inbox, ledger, mediaKeeper, messages, sessionsDir, config, log }: Runtime,
  over: AbortSignal,
): Promise<void> {
  const now = Date.now();
  const accounts = await accountStore.purgeDeleted(config.deletedRetentionDays);
  const events = await eventLog.forget(config.eventRetentionDays);
  const givenUp = await inParts(over, () => deliveries.giveUpPaused(config.deliveryRetentionDays));
  const told = await inParts(over, () => deliveries.removeOld(config.deliveryRetentionDays));
  const keys = await inParts(over, () => messages.forgetOldKeys(now));
  const early = await inParts(over, () => inbox.forgetOld(now, now - config.eventRetentionDays * DAY_MS));
  const lines = await inParts(over, () => ledger.forgetOld());
  const logins = await emptyProfileTrash(join(sessionsDir, 'trash'), config.profileTrashDays, now);
  const files = await mediaKeeper.tidy(now);
  if (givenUp > 0) log.warn({ deliveries: givenUp }, 'given up what waited too long for paused webhooks');
  if (accounts.length + events + told + keys + logins + files.expired + files.strays + early + lines > 0)
    log.info(
      { accounts: accounts.length, events, told, early, keys, lines, logins, files },
      'removed what was kept long enough',
    );
}
