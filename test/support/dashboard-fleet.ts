import type { MusterClient } from '#libs/client/client';

/** Calls at once: the runtime answers each in milliseconds, and waiting for one after another is what would take long. */
const LANES = 16;

/** So many simulated accounts, `Shop 1` and on; answers their ids in that order. */
export async function fillFleet(client: MusterClient, count: number): Promise<readonly string[]> {
  const ids: string[] = Array.from({ length: count });
  let next = 0;
  const create = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++)
      ids[at] = (await client.accounts.create({ label: `Shop ${at + 1}`, provider: 'simulated' })).id;
  };
  await Promise.all(Array.from({ length: LANES }, create));
  return ids;
}
