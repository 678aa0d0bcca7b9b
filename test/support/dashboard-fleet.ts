import type { Page } from 'playwright-core';
import type { MusterClient } from '#libs/client/client';
import type { AccountView } from '#libs/contracts/account';

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

/**
 * The page is answered so many accounts, `Shop 1` and on, page by page as the API has them, of which the runtime knows none:
 * a thousand that are real cost 6 s of a processor, and dashboard-speed.timed.spec.ts has them.
 */
export async function playFleet(page: Page, like: AccountView, count: number): Promise<void> {
  await page.route('**/api/v1/accounts?*', (call) => {
    const asked = new URL(call.request().url()).searchParams;
    const from = Number(asked.get('cursor') ?? 0);
    const to = Math.min(count, from + Number(asked.get('limit')));
    const items = Array.from({ length: to - from }, (_, i) => shop(like, from + i + 1));
    return call.fulfill({ json: { items, nextCursor: to < count ? String(to) : null } });
  });
}

const shop = (like: AccountView, n: number): AccountView => ({
  ...like,
  id: `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  label: `Shop ${n}`,
});
