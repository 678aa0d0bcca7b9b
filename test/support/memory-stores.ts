import type { PatchAccount, StoredAccount } from '#libs/contracts/account';
import type { AccountExport } from '#libs/contracts/account-export';
import type { MessageView } from '#libs/contracts/message';
import type { OutboxPause } from '#libs/contracts/outbox';
import type { Page } from '#libs/contracts/page';
import type {
  AcceptOutcome,
  AccountQuery,
  MessageOutbox,
  MessageQuery,
  NewAccount,
  NewMessage,
  OutboxStore,
  SnapshotStore,
  StoredAccounts,
  TransitionStore,
} from '#src/application/stores';
import { acceptedRowOf } from '#src/persistence/accept-statement';
import { messageViewOf } from '#src/persistence/message-row';
import { v7 as newId } from 'uuid';

/** The store's ports in memory: what Postgres answers, without a process. `away` makes every call fail as a lost one. */
export class MemoryStores {
  away: Error | null = null;
  readonly accountRows = new Map<string, StoredAccount>();
  readonly messageRows = new Map<string, MessageView>();
  private readonly firstOfKey = new Map<string, { readonly message: MessageView; readonly bodyHash: string }>();
  readonly steps: AccountExport['transitions'][number][] = [];
  queuedMax = 1_000;
  private readonly paused = new Map<string, { readonly pausedBy: OutboxPause; readonly pausedAt: string }>();

  readonly accounts: StoredAccounts = {
    create: async (account) => this.asked(() => this.keep(accountOf(account))),
    find: async (id) => this.asked(() => this.accountRows.get(id) ?? null),
    list: async (query) => this.asked(() => this.listAccounts(query)),
    patch: async (id, patch) => this.asked(() => this.patchAccount(id, patch)),
    markDeleted: async (id) => this.asked(() => this.accountRows.delete(id)),
  };
  readonly transitions: TransitionStore = {
    list: async (_accountId, after, limit) =>
      this.asked(() => this.steps.filter(({ seq }) => seq > after).slice(0, limit)),
    record: async (_accountId, before, limit) =>
      this.asked(() => {
        const older = this.steps.filter(({ seq }) => before === null || seq < before).slice(-limit);
        return { steps: older, end: null };
      }),
  };
  readonly outboxes: OutboxStore = {
    show: async (id) =>
      this.asked(() => {
        const account = this.accountRows.get(id);
        const paused = this.paused.get(id) ?? { pausedBy: null, pausedAt: null };
        return account ? { ...paused, waiting: 0, oldestAt: null, settings: account.settings } : null;
      }),
    pause: async (id, at) =>
      this.asked(() => {
        if (!this.accountRows.has(id) || this.paused.has(id)) return false;
        this.paused.set(id, { pausedBy: 'person', pausedAt: new Date(at).toISOString() });
        return true;
      }),
    resume: async (id) =>
      this.asked(() => {
        const by = this.paused.get(id)?.pausedBy ?? null;
        this.paused.delete(id);
        return by;
      }),
    newestWaiting: async () => this.asked(() => null),
    giveUp: async () => this.asked(() => []),
  };
  readonly snapshots: SnapshotStore = { find: async () => this.asked(() => null) };
  readonly messages: MessageOutbox = {
    accept: async (message) => this.asked(() => this.acceptMessage(message)),
    earlier: async (accountId, key, bodyHash) => this.asked(() => this.earlierMessage(accountId, key, bodyHash)),
    find: async (id) => this.asked(() => this.messageRows.get(id) ?? null),
    list: async (accountId, query) => this.asked(() => this.listMessages(accountId, query)),
  };

  private asked<T>(answer: () => T): T {
    if (this.away) throw this.away;
    return answer();
  }

  private keep(account: StoredAccount): StoredAccount {
    this.accountRows.set(account.id, account);
    return account;
  }

  private listAccounts({ status, provider, label, limit, cursor }: AccountQuery): Page<StoredAccount> {
    const fitting = [...this.accountRows.values()]
      .filter((row) => (cursor ? row.id > cursor : true))
      .filter((row) => (status ? row.status === status : true) && (provider ? row.provider === provider : true))
      .filter((row) => row.label.toLowerCase().includes((label ?? '').toLowerCase()))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return pageOf(fitting, limit);
  }

  private patchAccount(id: string, patch: PatchAccount): StoredAccount | null {
    const account = this.accountRows.get(id);
    return account ? this.keep({ ...account, ...patch }) : null;
  }

  private acceptMessage(message: NewMessage): AcceptOutcome {
    const { accountId, idempotencyKey: key, bodyHash } = message;
    if (!this.accountRows.has(accountId)) return { unknownAccount: true };
    const earlier = key === null ? null : this.earlierMessage(accountId, key, bodyHash);
    if (earlier) return earlier;
    if (this.messageRows.size >= this.queuedMax) return { full: true };
    const view = messageViewOf(acceptedRowOf(newId(), message));
    this.messageRows.set(view.id, view);
    if (key !== null) this.firstOfKey.set(`${accountId} ${key}`, { message: view, bodyHash });
    return { created: true, message: view };
  }

  private earlierMessage(accountId: string, key: string, bodyHash: string): AcceptOutcome | null {
    const earlier = this.firstOfKey.get(`${accountId} ${key}`);
    if (!earlier) return null;
    return earlier.bodyHash === bodyHash ? { created: false, message: earlier.message } : { conflict: true };
  }

  private listMessages(
    accountId: string,
    { limit, cursor, status, direction, chatId }: MessageQuery,
  ): Page<MessageView> {
    const fitting = [...this.messageRows.values()]
      .filter((row) => row.accountId === accountId && (cursor ? row.id < cursor : true))
      .filter((row) => (status ? row.status === status : true) && (direction ? row.direction === direction : true))
      .filter((row) => (chatId ? row.chatId === chatId : true))
      .sort((a, b) => (a.id > b.id ? -1 : 1));
    return pageOf(fitting, limit);
  }
}

function pageOf<T extends { readonly id: string }>(fitting: readonly T[], limit: number): Page<T> {
  const items = fitting.slice(0, limit);
  return { items, nextCursor: fitting.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function accountOf({ id, label, provider, settings, nodeId }: NewAccount): StoredAccount {
  const now = new Date().toISOString();
  return {
    id,
    label,
    provider,
    settings: settings as StoredAccount['settings'],
    status: 'DISCONNECTED',
    detail: 'DISCONNECTED.idle',
    desired: 'DISCONNECTED',
    phone: null,
    reason: null,
    since: now,
    restarts: { count: 0, nextAttemptAt: null },
    node: nodeId,
    createdAt: now,
    updatedAt: now,
  };
}
