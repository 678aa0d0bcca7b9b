import { accepted } from '#libs/contracts/refusals';
import type { WebhookView } from '#libs/contracts/webhook';
import type { StoredAccounts, WebhookStore, WebhookTargets } from '#src/application/stores';

/** Webhooks in memory: as the real ones, without anything that is ever delivered. */
export class MemoryWebhooks implements WebhookStore {
  readonly rows = new Map<string, WebhookView & { readonly secret: string }>();

  constructor(private readonly accounts: Pick<StoredAccounts, 'find'>) {}

  create: WebhookStore['create'] = async ({ secret, events, ...given }) => {
    if (given.accountId !== null && !(await this.accounts.find(given.accountId))) {
      return { ok: false, why: 'account_not_found' };
    }
    const now = new Date().toISOString();
    const deliveries = { waiting: 0, dead: 0, lastTakenAt: null, lastFailedAt: null, lastError: null };
    const times = { pausedBy: null, pausedAt: null, createdAt: now, updatedAt: now };
    const row = { ...given, events: [...events], state: 'active' as const, deliveries, ...times, secret };
    this.rows.set(row.id, row);
    return { ok: true, webhook: viewOf(row) };
  };
  find: WebhookStore['find'] = async (id) => {
    const row = this.rows.get(id);
    return row ? viewOf(row) : null;
  };
  target: WebhookStore['target'] = async (id) => this.rows.get(id) ?? null;
  list: WebhookStore['list'] = async ({ accountId, limit, cursor }) => {
    const all = [...this.rows.values()]
      .filter((row) => (accountId === undefined || row.accountId === accountId) && (!cursor || row.id > cursor))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const items = all.slice(0, limit).map(viewOf);
    return { items, nextCursor: all.length > limit ? (items.at(-1)?.id ?? null) : null };
  };
  patch: WebhookStore['patch'] = async (id, { secret, events, ...patch }) =>
    this.#change(id, { ...patch, ...(events && { events: [...events] }), ...(secret && { secret }) }) !== null;
  removeDeliveries: WebhookStore['removeDeliveries'] = async () => 0;
  remove: WebhookStore['remove'] = async (id) => this.rows.delete(id);
  pause: WebhookStore['pause'] = async (id, pausedBy, at) =>
    this.rows.get(id)?.state === 'active'
      ? this.#change(id, { state: 'paused', pausedBy, pausedAt: new Date(at).toISOString() })
      : null;
  resume: WebhookStore['resume'] = async (id) =>
    this.rows.get(id)?.state === 'paused'
      ? this.#change(id, { state: 'active', pausedBy: null, pausedAt: null })
      : null;
  deliveries: WebhookStore['deliveries'] = async () => ({ items: [], nextCursor: null });
  allDeliveries: WebhookStore['allDeliveries'] = async () => ({ items: [], nextCursor: null });
  redeliver: WebhookStore['redeliver'] = async () => null;
  redeliverDead: WebhookStore['redeliverDead'] = async () => 0;

  #change(id: string, change: Partial<WebhookView & { secret: string }>) {
    const row = this.rows.get(id);
    if (!row) return null;
    const changed = { ...row, ...change, updatedAt: new Date().toISOString() };
    this.rows.set(id, changed);
    return changed;
  }
}

const viewOf = ({ secret: _secret, ...view }: WebhookView & { readonly secret: string }): WebhookView => view;

/** Every receiver takes every test. */
export const everyTarget: WebhookTargets = {
  check: async () => accepted(null),
  test: async () => ({ taken: true, status: 200, error: null, durationMs: 1 }),
};
