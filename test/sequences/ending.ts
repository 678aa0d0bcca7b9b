import { readdir, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MusterWaitError, waitUntil } from '#libs/client/wait-until';
import { CLOSE_DEADLINE_MS, KILL_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import { nameOf, type WhatsappStage } from '#test/support/whatsapp-stage';
import type { AccountInPlay } from './account-in-play.js';
import type { LastDeed } from './plan.js';

/** By then every close is over: it was heard, or it was made by force. */
const REST = { timeoutMs: CLOSE_DEADLINE_MS + KILL_DEADLINE_MS, everyMs: 50 };

/** A deleted account has no status that tells when it rests. A launch that was under way shows its browser within this time. */
const DELETED_STILL_MS = 1_500;

/** The last command, and what must follow from it: rest, as it was wished, with nothing left. Answers how long that took. */
export async function bringToRest(account: AccountInPlay, last: LastDeed): Promise<number> {
  account.tell(`· at last: ${last}`);
  if (last === 'delete') await account.delete();
  else await account.command(last);
  const commandedAt = performance.now();
  const stillMs = account.ids.length > 1 || last === 'delete' ? DELETED_STILL_MS : 0;
  let nothingSince = Infinity;
  const look = async (): Promise<readonly string[]> => {
    const left = await leftOf(account, last);
    nothingSince = left.length > 0 ? Infinity : Math.min(nothingSince, performance.now());
    return left;
  };
  await waitUntil('rest', look, () => performance.now() - nothingSince >= stillMs, REST).catch((error: unknown) => {
    if (!(error instanceof MusterWaitError)) throw error;
    for (const what of error.last as readonly string[]) account.accuse(`${REST.timeoutMs} ms after its end: ${what}`);
  });
  account.tell('rests');
  return Math.min(nothingSince, performance.now()) - commandedAt;
}

/** What must not be there at rest. Those that had the place before must be gone as well. */
async function leftOf({ stage, id, ids }: AccountInPlay, last: LastDeed): Promise<readonly string[]> {
  const status = last === 'delete' ? null : await stage.client.accounts.get(id);
  const locks = await Promise.all(ids.map((each) => locksOf(stage, each)));
  return [
    ...(status === null || (status.detail === 'DISCONNECTED.idle' && status.desired === 'DISCONNECTED')
      ? []
      : [`${status.detail}, wanted ${status.desired}`]),
    ...ids.flatMap((each) => stage.browserOf(each).map((entry) => `a process of its browser: ${nameOf(entry)}`)),
    ...locks.flat(),
  ];
}

/** Our lock on the profile and Chromium's. The list of all profiles' files would take longer than a sequence. */
async function locksOf(stage: WhatsappStage, id: string): Promise<readonly string[]> {
  const profile = stage.profileOf(id);
  const ours = await readdir(join(dirname(profile), 'locks')).catch(ifThere([]));
  const chromiums = await readlink(join(profile, 'SingletonLock')).catch(ifThere(null));
  return [
    ...ours.filter((name) => name.includes(id)).map((name) => `our lock ${name}`),
    ...(chromiums === null ? [] : [`Chromium's lock, of ${chromiums}`]),
  ];
}

const ifThere =
  <T>(otherwise: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code !== 'ENOENT') throw error;
    return otherwise;
  };
