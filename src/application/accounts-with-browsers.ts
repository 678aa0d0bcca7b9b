import type { AccountView, BrowserView, StoredAccount } from '#libs/contracts/account';
import type { BrowserFigures } from '#src/observability/browser-figures';
import type { AccountStore, StoredAccounts } from './stores.js';

/** The store's accounts, each with what its browser costs now. That is measured and never committed. */
export function showBrowsers(stored: StoredAccounts, figures: BrowserFigures): AccountStore {
  const shown = (account: StoredAccount): AccountView => ({ ...account, browser: browserOf(account, figures) });
  const shownOrNull = (account: StoredAccount | null): AccountView | null => account && shown(account);
  return {
    create: async (account) => shown(await stored.create(account)),
    find: async (id) => shownOrNull(await stored.find(id)),
    async list(query) {
      const { items, nextCursor } = await stored.list(query);
      return { items: items.map(shown), nextCursor };
    },
    patch: async (id, patch) => shownOrNull(await stored.patch(id, patch)),
    markDeleted: (id) => stored.markDeleted(id),
  };
}

/** What was seen before the status was entered may have been another browser. At rest there is none. */
function browserOf({ id, detail, since }: StoredAccount, { last }: BrowserFigures): BrowserView | null {
  const cost = last?.browsers.get(id);
  if (!last || !cost || last.at < Date.parse(since) || detail.endsWith('.idle')) return null;
  return {
    memoryMb: Math.round(cost.memoryBytes / 1_048_576),
    cpuPercent: Math.round(cost.cpuPercent * 10) / 10,
    processes: cost.processes,
    measuredAt: new Date(last.at).toISOString(),
  };
}
